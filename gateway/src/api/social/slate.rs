//! `GET /api/slate`: vouches and questions on somebody's public profile. The same for everybody, so anybody may keep it
//! and ask whether it is still so.

use http::header::{ETAG, LAST_MODIFIED};
use platform::{AccountId, timestamp};
use proto::social::v1::{ListSlateRequest, SlateEntry, SlateKind, slate_client::SlateClient};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{
        Answer, Door, Query, Told, door,
        fields::{Text, first},
    },
    error::Refused,
    validators::{self, Version},
};

pub const GET: Door =
    door!(get, "Lists what others say on somebody's public profile, and ask.", ["400 missing_target"]);

#[derive(Deserialize, ToSchema)]
struct Params {
    /// A name, with or without "@".
    target: Option<Text>,
    /// Another spelling of `target`.
    handle: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct Slate {
    ok: bool,
    target: String,
    count: usize,
    /// Most trusted first, then newest; at most 50.
    items: Vec<Entry>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SlateEntry)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    target_handle: String,
    from_user_id: String,
    from_name: String,
    from_handle: String,
    kind: Kind,
    text: String,
    /// 0 to 3.
    trust_level: i32,
    /// Milliseconds since 1970.
    ts: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SlateKind)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Vouch,
    Question,
}

async fn get(ctx: Ctx, Query(params): Query<Params>) -> Answer<Slate, 200, 304> {
    let message = ListSlateRequest { target: first([params.target, params.handle]) };
    let answer = ctx.ask(SlateClient::new(ctx.social()).list(message)).await?;
    let newest = answer.entries.iter().filter_map(created_at).max();
    let target = format!("@{}", answer.target);
    let items: Vec<Entry> =
        answer.entries.into_iter().map(|entry| Entry::of(entry, &target)).collect::<Result<_, _>>()?;
    let slate = Slate { ok: true, target, count: items.len(), items };
    let bytes = serde_json::to_vec(&slate).map_err(|_| Refused::server_error())?;

    let version = Version::of(&bytes, newest);
    let kept = version.is_kept(&ctx.headers);
    let told = Told::written("application/json", bytes);
    let mut told = if kept { told.unchanged() } else { told };
    told.headers().extend(validators::header(ETAG, &version.tag));
    told.headers().extend(validators::header(LAST_MODIFIED, &version.last_modified()));
    Ok(told)
}

fn created_at(entry: &SlateEntry) -> Option<OffsetDateTime> {
    entry.created_at.and_then(timestamp::try_from_proto)
}

impl Entry {
    fn of(entry: SlateEntry, target: &str) -> Result<Self, Refused> {
        let kind = match entry.kind() {
            SlateKind::Vouch => Kind::Vouch,
            SlateKind::Question => Kind::Question,
            SlateKind::Unspecified => return Err(Refused::server_error()),
        };
        Ok(Self {
            target_handle: target.to_owned(),
            from_user_id: AccountId(entry.writer).to_string(),
            kind,
            ts: created_at(&entry).map_or(0, timestamp::millis),
            id: entry.id,
            from_name: entry.from_name,
            from_handle: entry.from_handle,
            text: entry.text,
            trust_level: entry.trust_level,
        })
    }
}
