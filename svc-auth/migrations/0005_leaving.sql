-- Sessions that were ended before their time, accounts on their way out, names of the gone, and exports that are too
-- large for one answer.

-- Ending a session again is no error. Of it nothing is kept but whose it was.
create table auth.ended_session (
    -- The session's.
    id        bigint primary key,
    account   bigint not null references auth.account (id) on delete cascade,
    -- 30 days after it would have ended by itself.
    forget_at timestamptz not null
);
create index ended_session_account on auth.ended_session (account);
create index ended_session_age on auth.ended_session (forget_at);

-- The end of an account, step by step.
create table auth.deletion (
    account      bigint primary key references auth.account (id),
    -- SHA-256 of the token that began it: who got no answer goes on with it by the same one. Null: an operator began it.
    token_hash   bytea check (octet_length(token_hash) = 32),
    requested_at timestamptz not null,
    -- From then on there is no way back.
    due_at       timestamptz not null,
    -- What is to be done next.
    step         text not null default 'tell'
                 check (step in ('tell', 'withdraw', 'end', 'safety', 'social', 'inbox', 'media', 'erase', 'farewell')),
    -- Until then one run has it for itself.
    held_until   timestamptz,
    -- Of this step.
    attempts     integer not null default 0,
    last_error   text check (char_length(last_error) <= 160),
    -- Sealed: where the last letter goes.
    address      text,
    done_at      timestamptz
);
create index deletion_open on auth.deletion (due_at) where done_at is null;
create unique index deletion_token on auth.deletion (token_hash) where token_hash is not null;

-- Names of deleted accounts are kept from everybody without being kept: as their digest under this key.
create table auth.name_key (
    one boolean primary key default true check (one),
    key bytea not null check (octet_length(key) = 32)
);
insert into auth.name_key (key)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- An export that is fetched by a link.
create table auth.export_file (
    id         bigint generated always as identity primary key,
    account    bigint not null references auth.account (id) on delete cascade,
    -- SHA-256 of the link's token. Null: an operator asked for it, and fetches it from here.
    token_hash bytea check (octet_length(token_hash) = 32),
    made_at    timestamptz not null,
    expires_at timestamptz not null,
    uses_left  integer not null check (uses_left >= 0),
    pieces     integer not null
);
create index export_file_account on auth.export_file (account);
create index export_file_age on auth.export_file (expires_at);
create unique index export_file_token on auth.export_file (token_hash) where token_hash is not null;

create table auth.export_piece (
    file   bigint not null references auth.export_file (id) on delete cascade,
    number integer not null,
    bytes  bytea not null,
    primary key (file, number)
);
