//! The refusals of auth, in the contract's words.

use platform::{Error, Kind, Refusal};
use time::Duration;

use crate::identity::Provider;

/// Why a request about accounts or sessions is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    InvalidEmail,
    InvalidUsername,
    ReservedUsername,
    /// What is wrong with the password, at most three texts; empty where only its length is.
    WeakPassword(Vec<&'static str>),
    /// The name is in use.
    SignupUnavailable,
    /// A member of the form is blank.
    BlankCredentials,
    /// Unknown, wrong, no password set, deleting, deleted: one answer.
    InvalidCredentials,
    UsernameTaken,
    /// The name was changed too often; the next change is possible after this.
    RenamedTooOften(Duration),
    AgeGateRequired {
        min_age: i32,
    },
    InvalidRegion,
    /// The account of the viewer ended while he was asking.
    SignedOut,
    UnknownAccount,
    /// The present state does not lead to the wanted one.
    InvalidState,
    /// Staff are not restricted.
    NotAllowed,
    MissingToken,
    /// Unknown, voided, or of an account that it is no good for any more.
    InvalidToken,
    TokenUsed,
    TokenExpired,
    /// Somebody else has proven the address.
    EmailTaken,
    /// It rests: signing in wakes it.
    AccountInactive,
    MissingIdentifier,
    /// The account has no address.
    MissingEmail,
    InvalidPassword,
    /// There is no password to ask for, and the session is not fresh.
    ReauthRequired,
    InvalidOldPassword,
    SamePassword,
    EmailNotVerified,
    /// Somebody else's, or nobody's: one answer.
    UnknownSession,
    /// Of a link that leads nowhere, or nowhere any more.
    UnknownFile,
    /// No token of a provider was sent.
    MissingCredential,
    /// Nobody signs in by this here.
    Disabled,
    /// The operator has not said as what Google knows us.
    MissingClientId,
    /// Forged, not for us, too old, used before, or of an account that ended: one answer.
    InvalidIdToken(Provider),
    /// It names nobody, or no address that its provider has verified.
    EmailUnverified(Provider),
    /// Somebody has the address, and the provider does not decide whose it is: he signs in otherwise first.
    LinkRequired,
    /// The provider's keys cannot be had.
    KeysUnavailable(Provider),
    /// No account is made while an operator has writes stopped.
    PanicMode,
    /// The passwords' queue is full, or a copy cannot be reached.
    Unavailable,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        use Kind::{BadRequest, Conflict, Forbidden, NotFound, Unauthenticated, Unavailable};
        match refused {
            Refused::InvalidEmail => Self::new(BadRequest, "invalid_email"),
            Refused::InvalidUsername => Self::new(BadRequest, "invalid_username"),
            Refused::ReservedUsername => Self::new(BadRequest, "reserved_username"),
            Refused::WeakPassword(detail) if detail.is_empty() => Self::new(BadRequest, "weak_password"),
            Refused::WeakPassword(detail) => Self::new(BadRequest, "weak_password").with("detail", detail),
            Refused::SignupUnavailable => Self::new(Conflict, "signup_unavailable"),
            Refused::BlankCredentials => Self::new(BadRequest, "invalid_credentials"),
            Refused::InvalidCredentials => Self::new(Unauthenticated, "invalid_credentials"),
            Refused::UsernameTaken => Self::new(Conflict, "username_taken"),
            Refused::RenamedTooOften(wait) => rate_limited(wait),
            Refused::AgeGateRequired { min_age } => Self::new(Forbidden, "age_gate_required").with("minAge", min_age),
            Refused::InvalidRegion => Self::new(BadRequest, "invalid_region"),
            Refused::SignedOut => Self::new(Unauthenticated, "restricted"),
            Refused::UnknownAccount | Refused::UnknownSession | Refused::UnknownFile => Self::not_found(),
            Refused::InvalidState => Self::new(BadRequest, "invalid_state"),
            Refused::NotAllowed => Self::new(Forbidden, "not_allowed"),
            Refused::MissingToken => Self::new(BadRequest, "missing_token"),
            Refused::InvalidToken => Self::new(BadRequest, "invalid_token"),
            Refused::TokenUsed => Self::new(BadRequest, "token_used"),
            Refused::TokenExpired => Self::new(BadRequest, "token_expired"),
            Refused::EmailTaken => Self::new(Conflict, "email_taken"),
            Refused::AccountInactive => Self::new(Forbidden, "account_inactive"),
            Refused::MissingIdentifier => Self::new(BadRequest, "missing_identifier"),
            Refused::MissingEmail => Self::new(BadRequest, "missing_email"),
            Refused::InvalidPassword => Self::new(BadRequest, "invalid_password"),
            Refused::ReauthRequired => Self::new(Forbidden, "reauth_required"),
            Refused::InvalidOldPassword => Self::new(BadRequest, "invalid_old_password"),
            Refused::SamePassword => Self::new(BadRequest, "same_password"),
            Refused::EmailNotVerified => Self::new(BadRequest, "email_not_verified"),
            Refused::MissingCredential => Self::new(BadRequest, "missing_credential"),
            Refused::Disabled => Self::new(NotFound, "disabled"),
            Refused::MissingClientId => Self::new(Unavailable, "missing_google_client_id"),
            Refused::InvalidIdToken(Provider::Google) => Self::new(Unauthenticated, "invalid_google_token"),
            Refused::InvalidIdToken(Provider::Apple) => Self::new(Unauthenticated, "invalid_apple_token"),
            Refused::EmailUnverified(Provider::Google) => Self::new(Unauthenticated, "google_email_unverified"),
            Refused::EmailUnverified(Provider::Apple) => Self::new(Unauthenticated, "apple_email_unverified"),
            Refused::LinkRequired => Self::new(Conflict, "link_required"),
            Refused::KeysUnavailable(Provider::Google) => Self::new(Unavailable, "google_unavailable"),
            Refused::KeysUnavailable(Provider::Apple) => Self::new(Unavailable, "apple_unavailable"),
            Refused::PanicMode => Self::new(Unavailable, "panic_mode"),
            Refused::Unavailable => Self::unavailable(),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}

/// The throttles' own answer, so that a client waits as it does for any other limit.
fn rate_limited(wait: Duration) -> Refusal {
    let millis = i64::try_from(wait.whole_milliseconds()).unwrap_or(i64::MAX).max(250);
    let seconds = millis.saturating_add(999) / 1_000;
    Refusal::new(Kind::TooMany, "rate_limited")
        .with("scope", "auth_username_set")
        .with("retry_after_ms", millis)
        .with("message", format!("Slow down — try again in {seconds}s."))
}
