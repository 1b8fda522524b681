//! `GET /api/auth/csrf`: the token for clients that cannot make it themselves.

use crate::{
    api::{Ctx, common::Done},
    cookies,
    door::{Answer, Door, door, ok, with_cookie},
};

pub const GET: Door = door!(get, "Gives the CSRF cookie to a client that has none.", []);

async fn get(ctx: Ctx) -> Answer<Done> {
    let absent = cookies::values(&ctx.headers, cookies::CSRF).iter().all(|value| value.is_empty());
    let cookie = absent.then(|| ctx.jar().csrf(&ctx.shared.ambient.random.hex::<16>())).flatten();
    with_cookie(ok(&Done { ok: true }), cookie)
}
