//! `POST /api/auth/login`.

use http::StatusCode;
use proto::auth::v1::{LogInRequest, sessions_client::SessionsClient};

use super::account::signed_in;
use crate::api::{Answer, Ctx};

pub async fn post(ctx: Ctx) -> Answer {
    // An identifier with NUL in it is an account that nobody has.
    let json = ctx.json(&["identifier"])?;
    let identifier = json.text("identifier").unwrap_or_default();
    let counted = ctx.throttle(identifier)?;
    let message = LogInRequest {
        identifier: identifier.to_owned(),
        password: json.text("password").unwrap_or_default().to_owned(),
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    match ctx.ask(SessionsClient::new(ctx.auth()).log_in(message)).await {
        Ok(answer) => {
            counted.clear(&ctx.shared);
            signed_in(&ctx, answer)
        }
        Err(refused) => {
            // Only a wrong password counts.
            if refused.status != StatusCode::UNAUTHORIZED {
                counted.take_back(&ctx.shared);
            }
            Err(refused)
        }
    }
}
