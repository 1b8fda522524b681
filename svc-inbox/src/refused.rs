//! Every refusal of this service, in the contract's words.

use platform::{Error, Kind, Refusal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More at once than a call may hold.
    BadRequest,
    /// Only what is about to end is erased.
    NotDeleting,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::BadRequest => Self::new(Kind::BadRequest, "bad_request"),
            Refused::NotDeleting => Self::new(Kind::Conflict, "not_deleting"),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
