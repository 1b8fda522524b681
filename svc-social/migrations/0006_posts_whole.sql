-- What people do with posts: replies, likes, echoes, mentions, hiding; and how posts and people are found.

create extension if not exists pg_trgm with schema public;

create table social.reply (
    id text collate "C" primary key check (char_length(id) <= 64),
    post text collate "C" not null references social.post (id) on delete cascade,
    parent text collate "C" references social.reply (id) on delete cascade,
    author bigint not null,
    body text not null,
    depth integer not null check (depth between 0 and 25),
    -- Whether `post.reply_count` has it: not of an author who is gone, once the job has come by.
    counted boolean not null default true,
    created_at timestamptz not null
);
create index reply_order on social.reply (post, created_at, id) include (author, counted);
create index reply_parent on social.reply (parent) where parent is not null;
create index reply_author on social.reply (author, post);

create table social.post_like (
    post text collate "C" not null references social.post (id) on delete cascade,
    account bigint not null,
    -- Whether `post.like_count` has it.
    counted boolean not null default true,
    created_at timestamptz not null,
    primary key (post, account)
);
create index post_like_account on social.post_like (account, post);

-- A post out of one viewer's sight, by his own wish.
create table social.hidden_post (
    viewer bigint not null,
    post text collate "C" not null references social.post (id) on delete cascade,
    created_at timestamptz not null,
    primary key (viewer, post)
);
create index hidden_post_order on social.hidden_post (viewer, created_at desc, post desc);
create index hidden_post_post on social.hidden_post (post);

-- Who is named in a post (`reply` = '') or in a reply to it, and might read it then.
create table social.mention (
    post text collate "C" not null references social.post (id) on delete cascade,
    reply text collate "C" not null default '',
    account bigint not null,
    created_at timestamptz not null,
    primary key (post, account, reply)
);
create index mention_account on social.mention (account, post);

-- A pure echo has no text of its own; of each post a person has one at most in a Side.
create unique index post_pure_echo on social.post (author, echo_of, side) where echo_of is not null and body = '';
create index post_echo_by on social.post (author, echo_of, side) where echo_of is not null;
-- Whether the original's `echo_count` has it. That counts echoes in the public Side.
alter table social.post add column echo_counted boolean not null default true;

-- People who went or came back, while the job has not corrected yet what counts their replies: read beside the counter.
create table social.recounting (
    person bigint primary key
);

-- Client keys of replies, for 90 days, beyond the reply and the post. One space for each author and post.
create table social.reply_key (
    author bigint not null,
    post text collate "C" not null,
    key text collate "C" not null check (char_length(key) between 1 and 128),
    id text collate "C" not null,
    created_at timestamptz not null,
    primary key (author, post, key)
);
create index reply_key_age on social.reply_key (created_at);

-- When an account last wrote in public, by kind: the gates of trust keep their distance from it.
create table social.pace (
    account bigint not null,
    kind text not null check (kind in ('post', 'post_edit', 'reply')),
    at timestamptz not null,
    primary key (account, kind)
) with (fillfactor = 80);

-- Orders what inbox is told of one notification.
create sequence social.notice_version;

-- Vouches and questions on public profiles. Nothing writes them yet but the import.
create table social.slate_entry (
    id text collate "C" primary key check (char_length(id) <= 64),
    -- Lower case, without the at sign.
    target text collate "C" not null check (char_length(target) <= 64),
    writer bigint not null,
    from_name text not null,
    from_handle text not null,
    kind text not null check (kind in ('vouch', 'question')),
    body text not null,
    trust_level integer not null default 1 check (trust_level between 0 and 3),
    created_at timestamptz not null
);
create index slate_entry_order on social.slate_entry (target, trust_level desc, created_at desc, id desc);

-- Search.
create index post_words on social.post using gin (body public.gin_trgm_ops);
create index person_prefix on social.person (username text_pattern_ops);
create index person_words on social.person using gin (username public.gin_trgm_ops);
