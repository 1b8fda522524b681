//! `GET /api/siders` and `/api/followers`: whom I show a Side, and who shows me one.

use platform::timestamp;
use proto::social::v1::{
    Ledger, LedgerEntry, ListFollowersRequest, ListSidersRequest, placements_client::PlacementsClient,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::Side},
    door::{Answer, Door, door, ok},
    error::Refused,
};

pub const SIDERS: Door = door!(siders, "Lists whom the viewer shows a Side.", []);
pub const FOLLOWERS: Door = door!(followers, "Lists who shows the viewer a Side.", []);

async fn siders(ctx: Ctx) -> Answer<LedgerBody> {
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).list_siders(ListSidersRequest {})).await?;
    write(answer.ledger)
}

async fn followers(ctx: Ctx) -> Answer<LedgerBody> {
    let answer = ctx.ask(PlacementsClient::new(ctx.social()).list_followers(ListFollowersRequest {})).await?;
    write(answer.ledger)
}

/// At most 5,000 people a Side, newest change first.
#[derive(Serialize, ToSchema)]
#[schema(as = Ledger)]
struct LedgerBody {
    ok: bool,
    counts: Counts,
    sides: Sides,
    /// A Side holds more than is listed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LedgerCounts)]
struct Counts {
    friends: usize,
    close: usize,
    work: usize,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LedgerSides)]
struct Sides {
    friends: Vec<Entry>,
    close: Vec<Entry>,
    work: Vec<Entry>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: i64,
    handle: String,
    display_name: String,
    avatar_image: String,
    side: Side,
    updated_at: String,
}

fn write(ledger: Option<Ledger>) -> Answer<LedgerBody> {
    let ledger = ledger.ok_or_else(Refused::server_error)?;
    ok(&LedgerBody {
        ok: true,
        counts: Counts { friends: ledger.friends.len(), close: ledger.close.len(), work: ledger.work.len() },
        sides: Sides {
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
        side,
        updated_at: timestamp::iso(timestamp::from_proto(entry.updated_at)),
    };
    entries.into_iter().map(entry).collect()
}
