//! `POST /api/auth/password/change`. Never touches the cookie: the web client drops what this answer sets.

use proto::auth::v1::{ChangePasswordRequest, credentials_client::CredentialsClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Json, door, fields::Text, ok},
    error::Refused,
};

pub const POST: Door = door!(
    post,
    "Changes the password; all other sessions end.",
    ["400 weak_password", "400 invalid_old_password", "403 reauth_required", "400 same_password"]
);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// Not asked of an account that has none.
    old_password: Option<Text>,
    /// Another spelling of `oldPassword`.
    #[serde(rename = "old_password")]
    old_password_too: Option<Text>,
    new_password: Option<Text>,
    /// Another spelling of `newPassword`.
    #[serde(rename = "new_password")]
    new_password_too: Option<Text>,
    /// A third one.
    password: Option<Text>,
}

#[derive(Serialize, ToSchema)]
struct PasswordChanged {
    ok: bool,
    changed: bool,
}

async fn post(ctx: Ctx, Json(body): Json<Body>) -> Answer<PasswordChanged> {
    let username = ctx.signed_in.as_ref().map(|signed_in| signed_in.viewer.person.username.clone());
    // A wrong password is a wrong guess at this name, wherever it is made.
    let counted = ctx.throttle(&username.unwrap_or_default()).await?;
    let message = ChangePasswordRequest {
        old_password: given([body.old_password, body.old_password_too]),
        new_password: given([body.new_password, body.new_password_too, body.password]),
    };
    let outcome: Result<_, Refused> = ctx.ask(CredentialsClient::new(ctx.auth()).change_password(message)).await;
    if !outcome.as_ref().is_err_and(|refused| refused.code == "invalid_old_password") {
        counted.take_back(&ctx.shared).await;
    }
    outcome?;
    ok(&PasswordChanged { ok: true, changed: true })
}

/// The first spelling that was sent; a password of blanks is one.
fn given<const N: usize>(texts: [Option<Text>; N]) -> String {
    texts.into_iter().flatten().map(|text| text.0).find(|text| !text.is_empty()).unwrap_or_default()
}
