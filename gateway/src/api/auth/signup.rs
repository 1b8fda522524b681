//! `POST /api/auth/signup`.

use proto::auth::v1::{SignUpRequest, accounts_client::AccountsClient};

use super::account::signed_in;
use crate::api::{Answer, Ctx};

pub async fn post(ctx: Ctx) -> Answer {
    let json = ctx.json(&[])?;
    let email = json.text("email").unwrap_or_default();
    let counted = ctx.throttle(email)?;
    let message = SignUpRequest {
        email: email.to_owned(),
        username: json.text("username").unwrap_or_default().to_owned(),
        password: json.text("password").unwrap_or_default().to_owned(),
        age_confirmed: json.is_true("ageConfirmed") || json.is_true("age_confirmed"),
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    match ctx.ask(AccountsClient::new(ctx.auth()).sign_up(message)).await {
        Ok(answer) => signed_in(&ctx, answer),
        Err(refused) => {
            // Only an address that was claimed counts.
            counted.take_back(&ctx.shared);
            Err(refused)
        }
    }
}
