//! Who has no seat hears it before anything of his request is kept: connections are bounded like everything else.

use axum::extract::Request;

use super::probe;
use crate::{error::Refused, room::NoSeat};

pub fn check(request: &Request) -> Result<(), Refused> {
    let seated = request.extensions().get::<NoSeat>().is_none();
    if seated || probe(request) { Ok(()) } else { Err(Refused::overload()) }
}
