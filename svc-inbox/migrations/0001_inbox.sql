-- Copies of what their owners decide: auth's people, safety's blocks and mutes. Read in the statements that decide.

create table inbox.person (
    id bigint primary key,
    username text not null,
    full_name text not null,
    state text not null
        check (state in ('active', 'read_only', 'suspended', 'banned', 'deactivated', 'deleting', 'deleted')),
    until timestamptz,
    staff boolean not null,
    email_verified boolean not null,
    created_at timestamptz not null,
    version bigint not null,
    gone boolean not null generated always as (state in ('banned', 'deactivated', 'deleting', 'deleted')) stored
);

create table inbox.blocked (
    blocker bigint not null,
    blocked bigint not null,
    block_id bigint not null unique,
    primary key (blocker, blocked),
    check (blocker <> blocked)
);
create index blocked_by on inbox.blocked (blocked, blocker);

-- Ids of blocks that were applied or removed here: a known one is done.
create table inbox.block_seen (
    id bigint primary key
);

-- The row of an ended mute stays: its version tells late news from new.
create table inbox.muted (
    muter bigint not null,
    muted bigint not null,
    active boolean not null,
    version bigint not null,
    primary key (muter, muted)
);
create index muted_by on inbox.muted (muted, muter);

-- What a person is told. One row for everything of a kind that one actor did about one post.
create table inbox.notification (
    id text collate "C" primary key check (char_length(id) <= 64),
    receiver bigint not null,
    -- The post's.
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    kind text not null check (kind in ('reply', 'like', 'mention', 'echo')),
    actor bigint not null,
    post text collate "C" not null check (char_length(post) <= 64),
    -- Of what is known; late news have a lower one.
    version bigint not null,
    -- Of the newest event.
    at timestamptz not null,
    glimpse text not null check (char_length(glimpse) <= 220),
    post_title text not null check (char_length(post_title) <= 80),
    read_at timestamptz,
    -- Set: there is nothing to tell any more. The row stays for a while without its text: its version tells late news
    -- from new.
    removed_at timestamptz,
    check (receiver <> actor),
    check (removed_at is null or (glimpse = '' and post_title = ''))
);
create unique index notification_key on inbox.notification (receiver, side, kind, actor, post);
create index notification_order on inbox.notification (receiver, side, at desc, id desc) where removed_at is null;
create index notification_unread on inbox.notification (receiver, side) where removed_at is null and read_at is null;
create index notification_actor on inbox.notification (actor, receiver);
create index notification_post on inbox.notification (post, receiver);
create index notification_removed on inbox.notification (removed_at) where removed_at is not null;

-- Posts that were deleted lately: nothing that was on its way is told of them any more.
create table inbox.forgotten_post (
    post text collate "C" primary key check (char_length(post) <= 64),
    at timestamptz not null
);
create index forgotten_post_age on inbox.forgotten_post (at);
