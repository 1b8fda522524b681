//! `POST /api/auth/login`.

use http::StatusCode;
use proto::auth::v1::{LogInRequest, sessions_client::SessionsClient};
use serde::Deserialize;
use utoipa::ToSchema;

use super::account::{AccountBody, signed_in};
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json, door,
        fields::{Name, Text},
    },
};

pub const POST: Door = door!(post, "Signs in with a password.", ["400 invalid_credentials", "401 invalid_credentials"]);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// E-mail address or username.
    identifier: Name,
    password: Text,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<AccountBody> {
    let counted = ctx.throttle(&body.identifier.0).await?;
    // Beyond a leading "@", which may stand before a name.
    let by_address = body.identifier.0.trim().char_indices().any(|(place, char)| place > 0 && char == '@');
    let message = LogInRequest {
        identifier: body.identifier.0,
        password: body.password.0,
        session_tokens: ctx.cookies.tokens.clone(),
        client: Some(ctx.device()),
    };
    match ctx.ask(SessionsClient::new(ctx.auth()).log_in(message)).await {
        Ok(answer) => {
            // By an address its owner is tried too: whoever only claims it would go on guessing at the owner's password.
            let proven = answer.account.as_ref().is_some_and(|account| account.email_verified);
            if by_address && !proven {
                counted.take_back(&ctx.shared).await;
            } else {
                counted.clear(&ctx.shared).await;
            }
            signed_in(&ctx, answer)
        }
        Err(refused) => {
            // Only a wrong password counts.
            if refused.status != StatusCode::UNAUTHORIZED {
                counted.take_back(&ctx.shared).await;
            }
            Err(refused)
        }
    }
}
