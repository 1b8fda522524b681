-- Accounts at others by which somebody signs in, and which of their tokens were used.

create table auth.identity (
    provider  text not null check (provider in ('google', 'apple')),
    -- What the provider calls the person; never given to another one.
    subject   text collate "C" not null check (char_length(subject) between 1 and 255),
    account   bigint not null references auth.account (id) on delete cascade,
    -- The address that the provider vouched for when it was linked.
    email     text not null check (octet_length(email) <= 254),
    linked_at timestamptz not null,
    primary key (provider, subject)
);
create unique index identity_account on auth.identity (account, provider);

-- A token signs in once.
create table auth.used_id_token (
    -- SHA-256 of what its signature is over: the same words may be signed in more than one way.
    hash       bytea primary key check (octet_length(hash) = 32),
    -- From then on it is refused for its age.
    good_until timestamptz not null
);
create index used_id_token_age on auth.used_id_token (good_until);
