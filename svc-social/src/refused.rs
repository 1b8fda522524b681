//! Every refusal of this service, in the contract's words.

use platform::{Error, Kind, Refusal};

/// The codes; their order in an answer is the order of checks in the rule that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    MissingUsername,
    InvalidSide,
    /// Unknown and not visible: one answer.
    NotFound,
    CannotSideSelf,
    /// The caller has blocked the person he would give access to.
    Restricted,
    ConfirmRequired,
    FriendsRequired,
    /// `min_age` in years.
    AgeGateRequired {
        min_age: i32,
    },
    InvalidClientKey,
    TooManyMedia,
    InvalidMedia,
    EmptyText,
    /// `max` in code points.
    TooLong {
        max: usize,
    },
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::MissingUsername => Self::new(Kind::BadRequest, "missing_username"),
            Refused::InvalidSide => Self::new(Kind::BadRequest, "invalid_side"),
            Refused::NotFound => Self::not_found(),
            Refused::CannotSideSelf => Self::new(Kind::BadRequest, "cannot_side_self"),
            Refused::Restricted => Self::new(Kind::Forbidden, "restricted"),
            Refused::ConfirmRequired => Self::new(Kind::BadRequest, "confirm_required"),
            Refused::FriendsRequired => Self::new(Kind::BadRequest, "friends_required"),
            Refused::AgeGateRequired { min_age } => {
                Self::new(Kind::Forbidden, "age_gate_required").with("minAge", min_age)
            }
            Refused::InvalidClientKey => Self::new(Kind::BadRequest, "invalid_client_key"),
            Refused::TooManyMedia => Self::new(Kind::BadRequest, "too_many_media"),
            Refused::InvalidMedia => Self::new(Kind::BadRequest, "invalid_media"),
            Refused::EmptyText => Self::new(Kind::BadRequest, "empty_text"),
            Refused::TooLong { max } => Self::new(Kind::BadRequest, "too_long").with("max", max),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
