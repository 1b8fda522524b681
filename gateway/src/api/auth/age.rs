//! `POST /api/auth/age/confirm`.

use proto::auth::v1::{ConfirmAgeRequest, accounts_client::AccountsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Flag, ok},
    error::Refused,
};

pub const POST: Door = door!(post, "Confirms that the person is old enough.", ["400 age_confirmation_required"]);

#[derive(Deserialize, ToSchema)]
struct Body {
    confirmed: Flag,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgeConfirmed {
    ok: bool,
    age_gate_confirmed: bool,
    min_age: i32,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AgeConfirmed> {
    if !body.confirmed.0 {
        return Err(Refused::bad_request("age_confirmation_required"));
    }
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).confirm_age(ConfirmAgeRequest {})).await?;
    ok(&AgeConfirmed { ok: true, age_gate_confirmed: true, min_age: answer.min_age })
}
