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
    CannotFollowSelf,
    CannotRequestSelf,
    /// The Side asked for is shown already.
    AlreadyGranted,
    /// A request that was answered, or ended by a block or somebody's going.
    AlreadyHandled,
    BadRequest,
    CannotInviteSelf,
    /// Whom an invite is for: unknown, gone, or he blocked the caller.
    UserNotFound,
    AlreadyMember,
    /// He said no to the same circle lately.
    RecentlyRejected,
    /// Too many invites of one sender wait.
    InviteLimit,
    /// Too many links of one circle are active.
    LinkLimit,
    LinkRevoked,
    LinkExpired,
    LinkUsedUp,
    /// The link leads into a circle of Close, and the owner shows the caller neither that nor Friends.
    LinkFriendsRequired,
    /// `field` is the member that is no good link.
    InvalidUrl {
        field: &'static str,
    },
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
    /// `max` names in one circle.
    TooManyMembers {
        max: usize,
    },
    /// `max` circles in one request.
    TooManyInputs {
        max: usize,
    },
    InvalidColor,
    /// `max` circles of one owner.
    CircleLimit {
        max: i64,
    },
    /// Nobody more can join it.
    CircleFull,
    /// He belongs to as many circles as one account may.
    MembershipLimit,
    OwnerCannotLeave,
    /// Only what is about to end is erased.
    NotDeleting,
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
            Refused::CannotFollowSelf => Self::new(Kind::BadRequest, "cannot_follow_self"),
            Refused::CannotRequestSelf => Self::new(Kind::BadRequest, "cannot_request_self"),
            Refused::AlreadyGranted => Self::new(Kind::Conflict, "already_granted"),
            Refused::AlreadyHandled => Self::new(Kind::Conflict, "already_handled"),
            Refused::BadRequest => Self::new(Kind::BadRequest, "bad_request"),
            Refused::CannotInviteSelf => Self::new(Kind::BadRequest, "cannot_invite_self"),
            Refused::UserNotFound => Self::new(Kind::NotFound, "user_not_found"),
            Refused::AlreadyMember => Self::new(Kind::Conflict, "already_member"),
            Refused::RecentlyRejected => Self::new(Kind::Conflict, "recently_rejected"),
            Refused::InviteLimit => Self::new(Kind::Conflict, "invite_limit"),
            Refused::LinkLimit => Self::new(Kind::Conflict, "link_limit"),
            Refused::LinkRevoked => Self::new(Kind::NotFound, "revoked"),
            Refused::LinkExpired => Self::new(Kind::NotFound, "expired"),
            Refused::LinkUsedUp => Self::new(Kind::NotFound, "used_up"),
            Refused::LinkFriendsRequired => Self::new(Kind::Conflict, "friends_required"),
            Refused::InvalidUrl { field } => Self::new(Kind::BadRequest, "invalid_url").with("field", field),
            Refused::AgeGateRequired { min_age } => {
                Self::new(Kind::Forbidden, "age_gate_required").with("minAge", min_age)
            }
            Refused::InvalidClientKey => Self::new(Kind::BadRequest, "invalid_client_key"),
            Refused::TooManyMedia => Self::new(Kind::BadRequest, "too_many_media"),
            Refused::InvalidMedia => Self::new(Kind::BadRequest, "invalid_media"),
            Refused::EmptyText => Self::new(Kind::BadRequest, "empty_text"),
            Refused::TooLong { max } => Self::new(Kind::BadRequest, "too_long").with("max", max),
            Refused::TooManyMembers { max } => Self::new(Kind::BadRequest, "too_many_members").with("max", max),
            Refused::TooManyInputs { max } => Self::new(Kind::BadRequest, "too_many_inputs").with("max", max),
            Refused::InvalidColor => Self::new(Kind::BadRequest, "invalid_color"),
            Refused::CircleLimit { max } => Self::new(Kind::Conflict, "circle_limit").with("max", max),
            Refused::CircleFull => Self::new(Kind::Conflict, "circle_full"),
            Refused::MembershipLimit => Self::new(Kind::Conflict, "membership_limit"),
            Refused::OwnerCannotLeave => Self::new(Kind::BadRequest, "owner_cannot_leave"),
            Refused::NotDeleting => Self::new(Kind::Conflict, "not_deleting"),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
