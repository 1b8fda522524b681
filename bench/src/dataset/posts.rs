//! Posts: whose they are and in which Side follows from two hashes, so neither tells the other.

use std::fmt::Write;

use platform::{Side, timestamp};
use time::OffsetDateTime;
use tokio_postgres::Client;

use super::{PEOPLE, copy::Copy, hash};

/// When the first post was made, in milliseconds of the epoch: 2026-01-01.
pub const BEGIN_MS: i64 = 1_767_225_600_000;
/// All posts, however many, lie in these milliseconds: 200 days.
const SPAN_MS: i64 = 200 * 86_400_000;

/// Sides of ten posts.
const SIDES: [Side; 10] = {
    use Side::{Close, Friends, Public, Work};
    [Public, Public, Public, Public, Friends, Friends, Friends, Friends, Close, Work]
};

fn side(n: i64) -> Side {
    SIDES[usize::try_from(hash(n, 1) % 10).unwrap_or(0)]
}

fn author(n: i64) -> i64 {
    1 + i64::try_from(hash(n, 2) % PEOPLE.cast_unsigned()).unwrap_or(0)
}

/// The authors of the public posts, in order: the k-th, counted from 0, made post `public_id(posts, k + 1)`.
pub fn public_authors(posts: i64) -> Vec<i64> {
    (1..=posts).filter(|n| side(*n) == Side::Public).map(author).collect()
}

/// In the id of the k-th public post is a time so many milliseconds after that of the one before: load generators
/// name posts without asking.
pub const fn public_step(posts: i64) -> i64 {
    SPAN_MS / posts * 10 / 4
}

/// The k-th public post, counted from 1.
pub fn public_id(posts: i64, k: i64) -> String {
    format!("p_{}_0{k:07}", BEGIN_MS + k * public_step(posts))
}

/// The newest post is not newer than this.
pub fn end() -> String {
    time(BEGIN_MS + SPAN_MS)
}

pub async fn load(client: &Client, posts: i64) -> anyhow::Result<()> {
    let columns = "id, author, side, body, channel, like_count, reply_count, created_at";
    let mut copy = Copy::into(client, "social.post", columns).await?;
    let step = SPAN_MS / posts;
    let mut counts = [0_i64; 4];
    for n in 1..=posts {
        let side = side(n);
        let count = &mut counts[side as usize];
        *count += 1;
        let id = match side {
            Side::Public => public_id(posts, *count),
            other => format!("p_{}_{}{count:07}", BEGIN_MS + n * step, other as usize),
        };
        let author = author(n);
        let channel = if side == Side::Public && hash(n, 3).is_multiple_of(3) { "tech" } else { "\\N" };
        let body = body(n);
        // Of 200,000 posts about 500,000 likes and 200,000 replies, made of these numbers below.
        let (likes, replies) = (hash(n, 4) % 6, hash(n, 5) % 3);
        let at = time(BEGIN_MS + n * step);
        copy.row(format_args!("{id}\t{author}\t{side}\t{body}\t{channel}\t{likes}\t{replies}\t{at}")).await?;
    }
    copy.end().await?;
    client
        .batch_execute(
            "insert into social.post_tag (post, tag, author, side, created_at)
             select id, substr(substring(body from '#t[0-9]+'), 2), author, side, created_at
             from social.post where body like '%#t%';
             insert into social.post_like (post, account, created_at)
             select p.id, 1 + (p.n + k * 331) % 2000, p.created_at
             from (select id, created_at, like_count, row_number() over (order by id) as n from social.post) p
             cross join generate_series(1, p.like_count) k;
             insert into social.reply (id, post, author, body, depth, created_at)
             select 'r_' || p.n || '_' || k, p.id, 1 + (p.n + k * 577) % 2000, 'so it is', 0, p.created_at
             from (select id, created_at, reply_count, row_number() over (order by id) as n from social.post) p
             cross join generate_series(1, p.reply_count) k",
        )
        .await?;
    Ok(())
}

const WORDS: [&str; 16] = [
    "morning",
    "the",
    "river",
    "walks",
    "a",
    "letter",
    "we",
    "found",
    "yesterday",
    "and",
    "coffee",
    "with",
    "old",
    "friends",
    "slowly",
    "again",
];

/// 6 to 45 words; every fourth post has a tag.
fn body(n: i64) -> String {
    let mut text = String::with_capacity(256);
    for word in 0..6 + hash(n, 6) % 40 {
        if word > 0 {
            text.push(' ');
        }
        text.push_str(WORDS[usize::try_from(hash(n, 100 + word) % 16).unwrap_or(0)]);
    }
    if hash(n, 7).is_multiple_of(4) {
        let _never_fails = write!(text, " #t{}", 10 + hash(n, 8) % 50);
    }
    text
}

/// As Postgres reads it.
fn time(millis: i64) -> String {
    timestamp::iso(timestamp::from_micros(millis * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_as_promised_and_tell_nothing_of_authors() {
        let many = 100_000;
        let mut by_side = [0_i64; 4];
        let mut public_of_even_authors = 0_i64;
        for n in 1..=many {
            by_side[side(n) as usize] += 1;
            public_of_even_authors += i64::from(author(n) % 2 == 0 && side(n) == Side::Public);
        }
        for (have, percent) in by_side.iter().zip([40, 40, 10, 10]) {
            assert!((have - many * percent / 100).abs() < many / 100, "{by_side:?}");
        }
        assert!((public_of_even_authors - many / 5).abs() < many / 100, "{public_of_even_authors}");
    }

    #[test]
    fn the_id_of_a_public_post_is_made_as_pgbench_makes_it() {
        assert_eq!(Side::Public as usize, 0);
        assert_eq!(public_id(200_000, 7), format!("p_{}_0{:0>7}", BEGIN_MS + 7 * public_step(200_000), 7));
        assert_eq!(public_step(200_000), 216_000);
    }
}
