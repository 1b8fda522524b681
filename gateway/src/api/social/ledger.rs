//! `GET /api/siders` and `/api/followers`: whom I show a Side, and who shows me one.

use platform::{Side, timestamp};
use proto::social::v1::{
    Ledger, LedgerEntry, ListFollowersRequest, ListSidersRequest, placements_client::PlacementsClient,
};
use serde::Serialize;

use crate::{
    api::{Answer, Ctx, ok},
    error::Refused,
};

pub async fn siders(ctx: Ctx) -> Answer {
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).list_siders(ListSidersRequest {})).await?;
    write(answer.ledger)
}

pub async fn followers(ctx: Ctx) -> Answer {
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).list_followers(ListFollowersRequest {})).await?;
    write(answer.ledger)
}

#[derive(Serialize)]
struct Body {
    ok: bool,
    counts: Buckets<usize>,
    sides: Buckets<Vec<Entry>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Serialize)]
struct Buckets<T> {
    friends: T,
    close: T,
    work: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: i64,
    handle: String,
    display_name: String,
    avatar_image: String,
    side: &'static str,
    updated_at: String,
}

fn write(ledger: Option<Ledger>) -> Answer {
    let ledger = ledger.ok_or_else(Refused::server_error)?;
    ok(&Body {
        ok: true,
        counts: Buckets { friends: ledger.friends.len(), close: ledger.close.len(), work: ledger.work.len() },
        sides: Buckets {
            friends: entries(ledger.friends, Side::Friends),
            close: entries(ledger.close, Side::Close),
            work: entries(ledger.work, Side::Work),
        },
        truncated: ledger.truncated,
    })
}

fn entries(entries: Vec<LedgerEntry>, side: Side) -> Vec<Entry> {
    let entry = |entry: LedgerEntry| Entry {
        id: entry.id,
        handle: format!("@{}", entry.username.to_lowercase()),
        display_name: entry.display_name,
        avatar_image: entry.avatar_url,
        side: side.as_str(),
        updated_at: timestamp::iso(timestamp::from_proto(entry.updated_at)),
    };
    entries.into_iter().map(entry).collect()
}
