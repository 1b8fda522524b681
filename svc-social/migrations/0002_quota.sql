-- What accounts made of a thing on a day of UTC, where that is limited. Kept for three days.

create table social.quota (
    account bigint not null,
    action text collate "C" not null,
    -- What it is counted for apart, such as a circle; mostly "".
    subject text collate "C" not null default '',
    day date not null,
    used integer not null check (used > 0),
    -- The day first: yesterday's counters lie together, and go together.
    primary key (day, account, action, subject)
) with (fillfactor = 80);
