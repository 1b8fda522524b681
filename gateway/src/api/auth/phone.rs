//! `POST /api/auth/phone/confirm`: nobody signs in by phone.

use http::StatusCode;

use crate::{
    api::{Ctx, common::Done},
    door::{Answer, Door, door},
    error::Refused,
};

pub const CONFIRM: Door = door!(confirm, "There is no signing in by phone.", ["404 disabled"]);

async fn confirm(_ctx: Ctx) -> Answer<Done> {
    Err(Refused::new(StatusCode::NOT_FOUND, "disabled"))
}
