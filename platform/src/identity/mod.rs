//! Who is calling: the viewer a request is made for, and the service that makes it.

pub mod keys;
mod service_token;
mod viewer_token;

use time::OffsetDateTime;
use tonic::{Request, Status};

pub use self::{
    service_token::{ServiceIdentity, ServiceVerifier},
    viewer_token::{Issuer, ViewerVerifier},
};
use crate::{error::Refusal, person::Person, role::Role};

/// The signed-in person a request is made for, as auth saw him at most 15 s ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub person: Person,
    pub session_id: i64,
    pub age_confirmed: bool,
    /// Years; what a refused age gate tells.
    pub min_age: i32,
    /// Why the account is restricted; he may read it.
    pub reason: Option<String>,
}

impl Viewer {
    /// A hint for an early refusal: the row that decides is read in the write's own transaction.
    ///
    /// # Errors
    /// 403 `account_restricted`.
    pub fn refuse_if_restricted(&self, now: OffsetDateTime) -> Result<(), Refusal> {
        self.person.refuse_if_restricted(self.reason.as_deref(), now)
    }
}

/// Put into the request's extensions by the access guard.
#[derive(Clone, Debug)]
pub struct Caller {
    pub service: Role,
    pub viewer: Option<Viewer>,
}

/// The viewer of an rpc that declares `ACCESS_VIEWER`.
///
/// # Errors
/// Unauthenticated; cannot happen behind the access guard.
pub fn viewer<T>(request: &Request<T>) -> Result<&Viewer, Status> {
    optional_viewer(request).ok_or_else(|| Status::unauthenticated("no viewer"))
}

/// The viewer of an rpc that also answers to nobody in particular.
pub fn optional_viewer<T>(request: &Request<T>) -> Option<&Viewer> {
    request.extensions().get::<Caller>()?.viewer.as_ref()
}
