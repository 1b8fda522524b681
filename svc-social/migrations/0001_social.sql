-- Copies of what their owners decide: auth's people, safety's blocks and mutes. Read in the statements that decide.

create table social.person (
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

create table social.blocked (
    blocker bigint not null,
    blocked bigint not null,
    block_id bigint not null unique,
    primary key (blocker, blocked),
    check (blocker <> blocked)
);
create index blocked_by on social.blocked (blocked, blocker);

-- Ids of blocks that were applied or removed here: a known one is done.
create table social.block_seen (
    id bigint primary key
);

-- The row of an ended mute stays: its version tells late news from new.
create table social.muted (
    muter bigint not null,
    muted bigint not null,
    active boolean not null,
    version bigint not null,
    primary key (muter, muted)
);

-- Faces and Sides.

-- A row exists from the first edit on; until then the defaults are computed.
create table social.facet (
    person bigint not null,
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    display_name text not null default '' check (char_length(display_name) <= 64),
    headline text not null default '' check (char_length(headline) <= 96),
    bio text not null default '' check (char_length(bio) <= 800),
    location text not null default '' check (char_length(location) <= 64),
    website text not null default '' check (char_length(website) <= 160),
    cover_image_url text not null default '' check (char_length(cover_image_url) <= 300),
    avatar_image_url text not null default '' check (char_length(avatar_image_url) <= 300),
    avatar_media_key text not null default '' check (char_length(avatar_media_key) <= 512),
    public_rosters_hidden boolean not null default false,
    anthem_title text not null default '' check (char_length(anthem_title) <= 96),
    anthem_artist text not null default '' check (char_length(anthem_artist) <= 96),
    pulse_label text not null default '' check (char_length(pulse_label) <= 48),
    pulse_text text not null default '' check (char_length(pulse_text) <= 280),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (person, side)
);

-- Owner shows member a Side; no row = the public one.
create table social.placement (
    owner bigint not null,
    member bigint not null,
    side text not null check (side in ('friends', 'close', 'work')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (owner, member),
    check (owner <> member)
);
create index placement_siders on social.placement (owner, side, updated_at desc, member);
-- Also the feed's: who placed this member in that Side.
create index placement_followers on social.placement (member, side, updated_at desc, owner);
create index placement_shown on social.placement (member, owner) include (side);

-- Posts.

create table social.post (
    id text collate "C" primary key check (char_length(id) <= 64),
    author bigint not null,
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    body text not null,
    circle text collate "C" check (char_length(circle) <= 96),
    channel text check (channel is null or (side = 'public' and char_length(channel) <= 32)),
    urgent boolean not null default false,
    -- By moderation.
    hidden boolean not null default false,
    echo_of text collate "C",
    -- Outside all indexes, so that counting rewrites no index entry.
    like_count bigint not null default 0,
    reply_count bigint not null default 0,
    echo_count bigint not null default 0,
    created_at timestamptz not null,
    edited_at timestamptz
) with (fillfactor = 80);
create index post_public on social.post (side, created_at desc, id desc) where circle is null and not hidden;
create index post_topic on social.post (coalesce(channel, 'general'), created_at desc, id desc)
    where side = 'public' and circle is null and not hidden;
create index post_author on social.post (author, side, created_at desc, id desc) where circle is null and not hidden;
create index post_own on social.post (author, side, created_at desc, id desc);
create index post_circle on social.post (circle, created_at desc, id desc) include (author, side)
    where circle is not null and not hidden;
-- Few: what only the author and staff see of a Side.
create index post_hidden on social.post (side, created_at desc, id desc) where hidden;
create index post_own_apart on social.post (author, side, created_at desc, id desc)
    where hidden or circle is not null;
create index post_echo on social.post (echo_of, created_at desc) where echo_of is not null;

-- Tags of a post's present text, with what a feed filtered by tag is ordered and cut by.
create table social.post_tag (
    post text collate "C" not null references social.post (id) on delete cascade,
    tag text collate "C" not null,
    author bigint not null,
    side text not null,
    created_at timestamptz not null,
    primary key (post, tag)
);
create index post_tag_side on social.post_tag (side, tag, created_at desc, post desc);
create index post_tag_author on social.post_tag (author, side, tag, created_at desc, post desc);

-- First answers under client keys, kept for 90 days, beyond the item itself.
create table social.client_key (
    author bigint not null,
    key text collate "C" not null check (char_length(key) between 1 and 128),
    kind text not null check (kind in ('post')),
    id text collate "C" not null,
    -- What a replay still tells of an item that is deleted.
    side text not null,
    created_at timestamptz not null,
    primary key (author, key)
);
create index client_key_age on social.client_key (created_at);
