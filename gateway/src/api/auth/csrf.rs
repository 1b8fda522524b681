//! `GET /api/auth/csrf`: the token for clients that cannot make it themselves.

use serde_json::json;

use crate::{
    api::{Answer, Ctx, ok, with_cookie},
    cookies,
};

pub async fn get(ctx: Ctx) -> Answer {
    let absent = cookies::values(&ctx.headers, cookies::CSRF).iter().all(|value| value.is_empty());
    let cookie = absent.then(|| ctx.jar().csrf(&ctx.shared.ambient.random.hex::<16>())).flatten();
    with_cookie(ok(&json!({ "ok": true })), cookie)
}
