//! What came later: echoes in Close, people who keep many away, and what everybody is told of likes.

use tokio_postgres::Client;

use super::{LONERS, PEOPLE, WARY, people::JOINED, posts};

pub async fn load(client: &Client) -> anyhow::Result<()> {
    let (first, last, end) = (PEOPLE + LONERS - WARY + 1, PEOPLE + LONERS, posts::end());
    let sql = format!(
        "insert into social.post (id, author, side, body, echo_of, created_at)
         select 'p_1784505600000_e' || lpad(to_hex(r), 7, '0'), 1 + r % {PEOPLE}, 'close', '', id,
                timestamptz '{end}' - r * interval '1 millisecond'
         from (select id, row_number() over (order by created_at desc, id desc) as r from social.post
               where side = 'public') p
         where r <= 6000;
         insert into safety.block (blocker, blocked, label, created_at, applied_at)
         select l, n, '@person_' || n, '{JOINED}', '{JOINED}'
         from generate_series({first}, {last}) l, generate_series(1, 500) n;
         insert into social.blocked (blocker, blocked, block_id)
         select blocker, blocked, id from safety.block where blocker >= {first};
         insert into social.block_seen (id) select id from safety.block where blocker >= {first};
         insert into inbox.blocked (blocker, blocked, block_id)
         select blocker, blocked, id from safety.block on conflict do nothing;
         insert into inbox.block_seen (id) select id from safety.block on conflict do nothing;
         insert into safety.mute (muter, muted, label, created_at)
         select l, n, '@person_' || n, '{JOINED}'
         from generate_series({first}, {last}) l, generate_series(501, 1000) n;
         insert into social.muted (muter, muted, active, version)
         select muter, muted, true, version from safety.mute where muter >= {first};
         insert into inbox.muted (muter, muted, active, version)
         select muter, muted, true, version from safety.mute on conflict do nothing;
         insert into inbox.notification
             (id, receiver, side, kind, actor, post, version, at, glimpse, post_title)
         select 'n_' || author || '_' || r, author, 'public', 'like', account, id, 1, created_at, left(body, 220),
                left(body, 60)
         from (select p.author, l.account, p.id, p.body, l.created_at,
                      row_number() over (partition by p.author order by l.created_at desc, p.id, l.account) as r
               from social.post_like l join social.post p on p.id = l.post
               where p.side = 'public' and l.account <> p.author) told
         where r <= 60"
    );
    Ok(client.batch_execute(&sql).await?)
}
