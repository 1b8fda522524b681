//! People: accounts with a session each, copies of them, placements, blocks, mutes, faces.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::{LONERS, PEOPLE, copy::Copy, token};

/// Before every post.
pub const JOINED: &str = "2025-06-01 00:00:00+00";
/// A member is so many numbers from the owner, once for each placement: 40 friends, 10 close, 10 work.
pub const STRIDE: i64 = 31;
const FRIENDS: i64 = 40;
const CLOSE: i64 = 10;
const WORK: i64 = 10;
/// Blocks and mutes of each: never of somebody placed, since a block ends placements.
const BLOCKS: i64 = 5;
const MUTES: i64 = 5;

pub async fn load(client: &Client) -> anyhow::Result<()> {
    accounts(client).await?;
    copies(client).await?;
    placements(client).await?;
    kept_away(client).await?;
    faces(client).await
}

fn everybody() -> impl Iterator<Item = i64> {
    1..=PEOPLE + LONERS
}

/// The person so many numbers further on, in a circle.
const fn further(person: i64, by: i64) -> i64 {
    1 + (person - 1 + by) % PEOPLE
}

/// Whether one of the two blocked the other.
pub fn blocked(one: i64, other: i64) -> bool {
    let apart = (one - other).rem_euclid(PEOPLE);
    (1..=BLOCKS).contains(&apart) || (1..=BLOCKS).contains(&(PEOPLE - apart))
}

async fn accounts(client: &Client) -> anyhow::Result<()> {
    let columns = "id, username, full_name, email, email_verified_at, password_set_at, onboarding_step, \
                   onboarding_completed_at, age_confirmed_at, created_at, updated_at";
    let mut copy = Copy::into(client, "auth.account", columns).await?;
    for n in everybody() {
        let times = format!("{JOINED}\tdone\t{JOINED}\t{JOINED}\t{JOINED}\t{JOINED}");
        copy.row(format_args!("{n}\tperson_{n}\tPerson {n}\tp{n}@example.test\t{JOINED}\t{times}")).await?;
    }
    copy.end().await?;
    client.batch_execute("alter table auth.account alter column id restart with 1000000").await?;

    let columns = "account, token_hash, created_at, issued_at, last_seen_at, expires_at, agent";
    let mut copy = Copy::into(client, "auth.session", columns).await?;
    for n in everybody() {
        let digest = hex(&Sha256::digest(token(n).as_bytes()));
        copy.row(format_args!("{n}\t\\\\x{digest}\tnow\tnow\tnow\tinfinity\tbench")).await?;
    }
    copy.end().await
}

async fn copies(client: &Client) -> anyhow::Result<()> {
    let columns = "id, username, full_name, state, staff, email_verified, created_at, version";
    for table in ["social.person", "safety.person", "inbox.person"] {
        let mut copy = Copy::into(client, table, columns).await?;
        for n in everybody() {
            copy.row(format_args!("{n}\tperson_{n}\tPerson {n}\tactive\tf\tt\t{JOINED}\t1")).await?;
        }
        copy.end().await?;
    }
    Ok(())
}

async fn placements(client: &Client) -> anyhow::Result<()> {
    let mut copy = Copy::into(client, "social.placement", "owner, member, side, created_at, updated_at").await?;
    for owner in 1..=PEOPLE {
        for step in 1..=FRIENDS + CLOSE + WORK {
            let side = if step <= FRIENDS {
                "friends"
            } else if step <= FRIENDS + CLOSE {
                "close"
            } else {
                "work"
            };
            let member = further(owner, step * STRIDE);
            copy.row(format_args!("{owner}\t{member}\t{side}\t{JOINED}\t{JOINED}")).await?;
        }
    }
    copy.end().await
}

async fn kept_away(client: &Client) -> anyhow::Result<()> {
    let mut blocks = Copy::into(client, "safety.block", "blocker, blocked, label, created_at, applied_at").await?;
    for n in 1..=PEOPLE {
        for by in 1..=BLOCKS {
            let other = further(n, by);
            blocks.row(format_args!("{n}\t{other}\t@person_{other}\t{JOINED}\t{JOINED}")).await?;
        }
    }
    blocks.end().await?;
    let mut mutes = Copy::into(client, "safety.mute", "muter, muted, label, created_at").await?;
    for n in 1..=PEOPLE {
        for by in 1..=MUTES {
            let other = further(n, BLOCKS + by);
            mutes.row(format_args!("{n}\t{other}\t@person_{other}\t{JOINED}")).await?;
        }
    }
    mutes.end().await?;
    client
        .batch_execute(
            "insert into social.blocked (blocker, blocked, block_id) select blocker, blocked, id from safety.block;
             insert into social.block_seen (id) select id from safety.block;
             insert into social.muted (muter, muted, active, version)
             select muter, muted, true, version from safety.mute;
             insert into inbox.blocked (blocker, blocked, block_id) select blocker, blocked, id from safety.block;
             insert into inbox.block_seen (id) select id from safety.block;
             insert into inbox.muted (muter, muted, active, version)
             select muter, muted, true, version from safety.mute",
        )
        .await?;
    Ok(())
}

/// Every second person has edited all four.
async fn faces(client: &Client) -> anyhow::Result<()> {
    let columns = "person, side, display_name, headline, created_at, updated_at";
    let mut copy = Copy::into(client, "social.facet", columns).await?;
    for n in (2..=PEOPLE).step_by(2) {
        for side in ["public", "friends", "close", "work"] {
            copy.row(format_args!("{n}\t{side}\tName {n} of {side}\tIn {side}\t{JOINED}\t{JOINED}")).await?;
        }
    }
    copy.end().await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_known_from_both_ends() {
        let other = further(PEOPLE, BLOCKS);
        assert!(blocked(PEOPLE, other) && blocked(other, PEOPLE));
        assert!(!blocked(1, 1) && !blocked(1, further(1, BLOCKS + 1)));
    }

    #[test]
    fn nobody_is_placed_and_kept_away() {
        for step in 1..=FRIENDS + CLOSE + WORK {
            for by in 1..=BLOCKS + MUTES {
                let placed = further(1, step * STRIDE);
                assert_ne!(placed, further(1, by));
                assert_ne!(1, further(placed, by));
            }
        }
    }
}
