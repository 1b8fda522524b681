//! What joins people besides placements: 40 follows each, and three circles of each with 10, 5 and 10 members.

use tokio_postgres::Client;

use super::{PEOPLE, people::JOINED};

/// Targets are so many numbers apart, so that nobody follows whom he keeps away.
const FOLLOWS: i64 = 40;
const APART: i64 = 17;

pub async fn load(client: &Client) -> anyhow::Result<()> {
    let sql = format!(
        "insert into social.follow (follower, target, created_at)
         select n, 1 + (n - 1 + step * {APART}) % {PEOPLE}, timestamptz '{JOINED}' + step * interval '1 minute'
         from generate_series(1, {PEOPLE}) n, generate_series(1, {FOLLOWS}) step;
         insert into social.person_count (person, followers, following, siders)
         select x.id, (select count(*) from social.follow where target = x.id),
                (select count(*) from social.follow where follower = x.id),
                (select count(*) from social.placement where member = x.id)
         from social.person x;
         insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_1748736000000_' || lpad(to_hex(n * 4 + k), 8, '0'), n, side, initcap(side), 'blue', '{JOINED}',
                '{JOINED}'
         from generate_series(1, {PEOPLE}) n,
              (values (1, 'friends'), (2, 'close'), (3, 'public')) kind (k, side);
         insert into social.circle_member (circle, account, via, joined_at)
         select c.id, p.member, 'add', '{JOINED}'
         from social.circle c
         cross join lateral (
             select member from social.placement where owner = c.owner and (c.side = 'public' or side = c.side)
             order by member limit case c.side when 'close' then 5 else 10 end) p"
    );
    Ok(client.batch_execute(&sql).await?)
}
