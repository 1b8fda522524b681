//! Every refusal of this service, in the contract's words.

use platform::{Error, Kind, Refusal};

/// The codes; their order in an answer is the order of checks in the rule that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    MissingUsername,
    MissingTarget,
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
    /// The reply to be answered: unknown, of another post, or not there for the caller.
    ParentNotFound,
    /// Nothing hangs below the deepest reply.
    ParentTooDeep,
    InvalidPostId,
    /// Neither yes nor no.
    InvalidHidden,
    CannotHideOwn,
    /// `max` of something that an account keeps.
    LimitReached {
        max: i64,
    },
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
    /// Too old, or without words of its own.
    EditWindowClosed,
    /// Not everybody reads it, so nobody passes it on.
    EchoForbiddenPrivate,
    /// `min_trust` is the level that it takes.
    TrustRequired {
        min_trust: i32,
    },
    LinkRequiresTrust {
        min_trust: i32,
    },
    /// By the gates of trust, for `retry_after_ms`.
    RateLimited {
        retry_after_ms: i64,
    },
    /// Only what is about to end is erased.
    NotDeleting,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::MissingUsername => Self::new(Kind::BadRequest, "missing_username"),
            Refused::MissingTarget => Self::new(Kind::BadRequest, "missing_target"),
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
            Refused::ParentNotFound => Self::new(Kind::BadRequest, "parent_not_found"),
            Refused::ParentTooDeep => Self::new(Kind::BadRequest, "parent_too_deep"),
            Refused::InvalidPostId => Self::new(Kind::BadRequest, "invalid_post_id"),
            Refused::InvalidHidden => Self::new(Kind::BadRequest, "invalid_hidden"),
            Refused::CannotHideOwn => Self::new(Kind::BadRequest, "cannot_hide_own"),
            Refused::LimitReached { max } => Self::new(Kind::Conflict, "limit_reached").with("max", max),
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
            Refused::EditWindowClosed => Self::new(Kind::Forbidden, "edit_window_closed"),
            Refused::EchoForbiddenPrivate => Self::new(Kind::Forbidden, "echo_forbidden_private"),
            Refused::TrustRequired { min_trust } => {
                Self::new(Kind::Forbidden, "trust_required").with("restricted", false).with("min_trust", min_trust)
            }
            Refused::LinkRequiresTrust { min_trust } => {
                Self::new(Kind::Forbidden, "link_requires_trust").with("restricted", false).with("min_trust", min_trust)
            }
            Refused::RateLimited { retry_after_ms } => Self::new(Kind::TooMany, "rate_limited")
                .with("restricted", false)
                .with("retry_after_ms", retry_after_ms),
            Refused::NotDeleting => Self::new(Kind::Conflict, "not_deleting"),
        }
    }
}

/// 400 `mention_forbidden`; `handles` = all who may not be named, as clients write them.
pub fn mention_forbidden(handles: Vec<String>) -> Refusal {
    Refusal::new(Kind::BadRequest, "mention_forbidden").with("handles", handles)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
