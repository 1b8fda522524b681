-- What joins people besides placements: follows, and requests for a Side.

-- One-way, of public presence; grants nothing.
create table social.follow (
    follower bigint not null,
    target bigint not null,
    created_at timestamptz not null,
    primary key (follower, target),
    check (follower <> target)
);
create index follow_followers on social.follow (target, created_at desc, follower desc);
create index follow_following on social.follow (follower, created_at desc, target desc);

-- Counters of a person, in the transaction of the row they count; a row of its own, so that counting waits for nobody
-- who reads the person. Gone people do not count: a job corrects the numbers when somebody goes or comes back.
create table social.person_count (
    person bigint primary key,
    followers bigint not null default 0,
    following bigint not null default 0,
    -- People who show this one any Side.
    siders bigint not null default 0
) with (fillfactor = 70);

-- A wish to be shown a Side; only the owner's answer makes a placement. One row for each owner, requester and Side.
create table social.access_request (
    id bigint primary key generated always as identity,
    owner bigint not null,
    requester bigint not null,
    side text not null check (side in ('friends', 'close', 'work')),
    status text not null check (status in ('pending', 'accepted', 'rejected', 'cancelled')),
    message text not null default '' check (char_length(message) <= 280),
    -- The last time it was asked anew: what the requester's cap counts, whatever became of it.
    asked_at timestamptz not null,
    rejected_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (owner, requester, side),
    check (owner <> requester)
);
create index access_request_to on social.access_request (owner, updated_at desc, id desc) where status = 'pending';
create index access_request_pair on social.access_request (requester, owner) where status = 'pending';
create index access_request_asked on social.access_request (requester, asked_at desc);
