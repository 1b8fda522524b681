//! `POST /api/auth/age/confirm`.

use proto::auth::v1::{ConfirmAgeRequest, accounts_client::AccountsClient};
use serde_json::json;

use crate::{
    api::{Answer, Ctx, ok},
    error::Refused,
};

pub async fn post(ctx: Ctx) -> Answer {
    if !ctx.json(&[])?.is_true("confirmed") {
        return Err(Refused::bad_request("age_confirmation_required"));
    }
    let answer = ctx.ask(AccountsClient::new(ctx.auth()).confirm_age(ConfirmAgeRequest {})).await?;
    ok(&json!({ "ok": true, "ageGateConfirmed": true, "minAge": answer.min_age }))
}
