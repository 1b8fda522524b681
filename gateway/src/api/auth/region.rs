//! `GET` and `POST /api/auth/region`: a hint for defaults, never a lock.

use proto::auth::v1::{GetRegionRequest, SetRegionRequest, accounts_client::AccountsClient};
use serde::Serialize;

use super::account::LocalityBody;
use crate::api::{Answer, Ctx, ok};

#[derive(Serialize)]
struct Region {
    ok: bool,
    locality: LocalityBody,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cleared: bool,
}

pub async fn get(ctx: Ctx) -> Answer {
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).get_region(GetRegionRequest {})).await?;
    ok(&Region { ok: true, locality: answer.locality.into(), cleared: false })
}

pub async fn post(ctx: Ctx) -> Answer {
    let region = Some(ctx.json(&[])?.first_text(&["region", "chosenRegion"]).to_owned());
    let message = SetRegionRequest { region: region.filter(|region| !region.is_empty()) };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).set_region(message)).await?;
    ok(&Region { ok: true, locality: answer.locality.into(), cleared: answer.cleared })
}
