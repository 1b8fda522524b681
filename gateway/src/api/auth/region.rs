//! `GET` and `POST /api/auth/region`: a hint for defaults, never a lock.

use proto::auth::v1::{GetRegionRequest, SetRegionRequest, accounts_client::AccountsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::Locality;
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Text, first},
        ok,
    },
};

pub const GET: Door = door!(get, "Tells the region, as found and as chosen.", []);
pub const POST: Door = door!(post, "Chooses a region; none at all clears it.", ["400 invalid_region"]);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// Two letters of ISO 3166, any case.
    region: Option<Text>,
    /// Another spelling of `region`.
    chosen_region: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct Region {
    ok: bool,
    locality: Locality,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cleared: bool,
}

async fn get(ctx: Ctx) -> Answer<Region> {
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).get_region(GetRegionRequest {})).await?;
    ok(&Region { ok: true, locality: answer.locality.into(), cleared: false })
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<Region> {
    let region = Some(first([body.region, body.chosen_region]));
    let message = SetRegionRequest { region: region.filter(|region| !region.is_empty()) };
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).set_region(message)).await?;
    ok(&Region { ok: true, locality: answer.locality.into(), cleared: answer.cleared })
}
