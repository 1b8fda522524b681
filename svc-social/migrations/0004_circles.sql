-- Circles: named groups inside a Side, who belongs to them, and the ways into them.

create table social.circle (
    -- Ids that begin with b_ are broadcasts.
    id text collate "C" primary key check (char_length(id) <= 96 and id !~ '^b_'),
    owner bigint not null,
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    label text not null check (char_length(label) between 1 and 64),
    color text not null check (color in ('orange', 'purple', 'blue', 'emerald', 'rose', 'slate')),
    -- Posts of the circle that moderation did not hide. In no index.
    post_count bigint not null default 0,
    created_at timestamptz not null,
    -- Of the circle or its members.
    updated_at timestamptz not null
) with (fillfactor = 80);
create index circle_own on social.circle (owner, updated_at desc, id desc);

-- The owner is never among the members.
create table social.circle_member (
    circle text collate "C" not null references social.circle (id) on delete cascade,
    account bigint not null,
    via text not null check (via in ('add', 'invite', 'link')),
    joined_at timestamptz not null,
    primary key (circle, account)
);
create index circle_member_of on social.circle_member (account, circle);
create index circle_member_order on social.circle_member (circle, joined_at, account);

-- Who was in a circle and is not any more: who left comes back by his own act, who was removed by the owner's.
create table social.circle_departure (
    circle text collate "C" not null references social.circle (id) on delete cascade,
    account bigint not null,
    how text not null check (how in ('left', 'removed')),
    at timestamptz not null,
    primary key (circle, account)
);
create index circle_departure_of on social.circle_departure (account, circle);

-- The circle's history. `data` holds account ids, never names, tokens or ids of invites.
create table social.circle_event (
    id text collate "C" primary key check (char_length(id) <= 96),
    circle text collate "C" not null references social.circle (id) on delete cascade,
    kind text not null check (kind in ('created', 'renamed', 'recolored', 'moved_side', 'members_updated')),
    actor bigint not null,
    data jsonb not null default '{}',
    created_at timestamptz not null
);
create index circle_event_order on social.circle_event (circle, created_at desc, id desc);

-- An invite outlives its circle: label and Side are as they were.
create table social.invite (
    id text collate "C" primary key check (char_length(id) <= 96),
    circle text collate "C" not null,
    inviter bigint not null,
    invitee bigint not null,
    label text not null check (char_length(label) <= 64),
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    status text not null check (status in ('pending', 'accepted', 'rejected', 'revoked')),
    message text not null default '' check (char_length(message) <= 280),
    -- Null = never.
    expires_at timestamptz,
    -- Revoked by time.
    expired boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (inviter <> invitee)
);
create unique index invite_pending on social.invite (circle, invitee) where status = 'pending';
create index invite_pending_to on social.invite (invitee, updated_at desc, id desc) where status = 'pending';
create index invite_finished_to on social.invite (invitee, updated_at desc, id desc) where status <> 'pending';
create index invite_pending_from on social.invite (inviter, updated_at desc, id desc) where status = 'pending';
create index invite_finished_from on social.invite (inviter, updated_at desc, id desc) where status <> 'pending';
create index invite_rejected on social.invite (circle, invitee, updated_at desc) where status = 'rejected';
create index invite_expiry on social.invite (expires_at) where status = 'pending' and expires_at is not null;
create index invite_age on social.invite (updated_at) where status <> 'pending';

create table social.invite_link (
    token text collate "C" primary key check (char_length(token) <= 64),
    circle text collate "C" not null references social.circle (id) on delete cascade,
    owner bigint not null,
    -- As they were when it was made.
    label text not null check (char_length(label) <= 64),
    side text not null check (side in ('public', 'friends', 'close', 'work')),
    max_uses integer not null check (max_uses between 1 and 200),
    uses integer not null default 0,
    -- Null = never.
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (uses between 0 and max_uses)
);
create index invite_link_circle on social.invite_link (circle, updated_at desc, token);
create index invite_link_age on social.invite_link (updated_at);

-- First answers under client keys: a circle's too.
-- contract: unused since release 1: the next statement widens it, and what runs writes only what both allow
alter table social.client_key drop constraint client_key_kind_check;
alter table social.client_key add constraint client_key_kind_check check (kind in ('post', 'circle'));

-- The circle of the post, so that a feed by tag reads circles from an index too.
alter table social.post_tag add column circle text collate "C";
create index post_tag_circle on social.post_tag (circle, tag, created_at desc, post desc) where circle is not null;

-- What accounts have from the start, for those that are here already; for new ones the first storing of the person makes it.
insert into social.circle (id, owner, side, label, color, created_at, updated_at)
select 'seed_me_' || x.id || s.tail, x.id, s.side, s.label, s.color, x.created_at, x.created_at
from social.person x
cross join (values ('_friends_closefriends', 'friends', 'Close Friends', 'emerald'),
                   ('_friends_gym', 'friends', 'Gym Crew', 'emerald'),
                   ('_close_family', 'close', 'Family', 'rose'),
                   ('_work_team', 'work', 'Team', 'slate')) s (tail, side, label, color)
where x.state not in ('deleting', 'deleted');
insert into social.circle_event (id, circle, kind, actor, data, created_at)
select 'se_' || id, id, 'created', owner, jsonb_build_object('label', label, 'side', side), created_at from social.circle;
