-- Who keeps whom away, and auth's people as this service knows them.

-- An exact copy: a row of a higher version replaces it.
create table safety.person (
    id bigint primary key,
    username text not null,
    full_name text not null,
    state text not null
        check (state in ('active', 'read_only', 'suspended', 'banned', 'deactivated', 'deleting', 'deleted')),
    until timestamptz,
    staff boolean not null,
    email_verified boolean not null,
    created_at timestamptz not null,
    version bigint not null
);

-- Every block is a new id. An ended one stays until its copies are gone.
create table safety.block (
    id bigint generated always as identity primary key,
    blocker bigint not null,
    -- Null: inert. Nobody had the name when it was blocked, and nobody who takes it later is meant. It goes the way of
    -- every other block, to the copies and back, so that nothing tells it from one.
    blocked bigint,
    -- What was typed: "@name" in lower case, or "me_<id>".
    label text not null check (char_length(label) <= 65),
    created_at timestamptz not null,
    -- When every copy held it.
    applied_at timestamptz,
    removed_at timestamptz,
    check (blocker <> blocked)
);
create unique index block_pair on safety.block (blocker, blocked) where removed_at is null;
create unique index block_inert on safety.block (blocker, label) where blocked is null and removed_at is null;
create index block_list on safety.block (blocker, created_at desc, id desc) where removed_at is null;
create index block_of on safety.block (blocked, blocker);

-- As a block; what it does is told anew by every repeat, so nothing is marked as applied.
create table safety.mute (
    id bigint generated always as identity primary key,
    muter bigint not null,
    muted bigint,
    label text not null check (char_length(label) <= 65),
    created_at timestamptz not null,
    removed_at timestamptz,
    -- Rises with every change of the pair: a mute that follows another has a higher id.
    version bigint not null generated always as (2 * id + case when removed_at is null then 0 else 1 end) stored,
    check (muter <> muted)
);
create unique index mute_pair on safety.mute (muter, muted) where removed_at is null;
create unique index mute_inert on safety.mute (muter, label) where muted is null and removed_at is null;
create index mute_list on safety.mute (muter, created_at desc, id desc) where removed_at is null;
create index mute_of on safety.mute (muted, muter);
