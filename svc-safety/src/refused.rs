//! Every refusal of this service, in the contract's words.

use platform::{Error, Kind, Refusal};

/// The codes; their order is the order in which a rule checks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    InvalidTarget,
    CannotBlockSelf,
    CannotMuteSelf,
    /// Only what is about to end is erased.
    NotDeleting,
    /// `max` entries a list.
    LimitReached {
        max: u32,
    },
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::InvalidTarget => Self::new(Kind::BadRequest, "invalid_target"),
            Refused::CannotBlockSelf => Self::new(Kind::BadRequest, "cannot_block_self"),
            Refused::CannotMuteSelf => Self::new(Kind::BadRequest, "cannot_mute_self"),
            Refused::NotDeleting => Self::new(Kind::Conflict, "not_deleting"),
            Refused::LimitReached { max } => Self::new(Kind::Conflict, "limit_reached").with("max", max),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
