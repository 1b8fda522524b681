-- One-time tokens, and what was written to whom. No token and no foreign address is here in clear.

create table auth.token (
    id         bigint generated always as identity primary key,
    account    bigint not null references auth.account (id) on delete cascade,
    kind       text not null check (kind in ('verify', 'reset', 'magic', 'email_change', 'delete')),
    -- Where the token goes, and what it is about.
    email      text not null check (octet_length(email) <= 254),
    -- The path of the web client that a sign-in link leads to.
    next       text check (char_length(next) <= 512),
    -- Asked for by a sign-up: the address's owner, if there is one, is told.
    welcome    boolean not null default false,
    -- SHA-256 in hex; null until the mail is made.
    hash       text check (char_length(hash) = 64),
    -- The token itself, under the root secret, until the mail is sent: a mail that is sent again is the same.
    sealed     text,
    created_at timestamptz not null,
    -- Null until the mail is made.
    expires_at timestamptz,
    mailed_at  timestamptz,
    used_at    timestamptz
);
create unique index token_hash on auth.token (hash);
-- The newest of a kind is the only one: asking again takes the place of what was not used.
create unique index token_open on auth.token (account, kind) where used_at is null;
create index token_age on auth.token (created_at);

-- Mails that carry no token, as they wait; and every mail that was sent, so that its receiver can look it up.
create table auth.mail (
    id       bigint generated always as identity primary key,
    account  bigint not null references auth.account (id) on delete cascade,
    kind     text not null check (char_length(kind) <= 32),
    -- What the text needs; addresses and links sealed. Emptied once it is sent.
    letter   jsonb,
    tried_at timestamptz,
    sent_at  timestamptz
);
create index mail_account on auth.mail (account, kind, id desc);
create index mail_age on auth.mail (tried_at);
