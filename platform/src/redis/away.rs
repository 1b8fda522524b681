//! Why Redis did not do what was asked, in words that tell neither address nor password.

use std::fmt;

use ::redis::{ErrorKind, RedisError};

/// Redis did not answer, or not as it should. Whoever asked goes on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away(Why);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// Known to be away: nothing was asked.
    Known,
    Silent,
    Refused,
    Lost,
    Credentials,
    /// The server's own code, such as `READONLY` or `OOM`.
    Server(String),
    Other,
}

impl Away {
    pub(super) const KNOWN: Self = Self(Why::Known);
    pub(super) const SILENT: Self = Self(Why::Silent);

    pub(super) fn of(error: &RedisError) -> Self {
        Self(if error.is_timeout() {
            Why::Silent
        } else if error.is_connection_refusal() {
            Why::Refused
        } else if error.is_io_error() || error.is_connection_dropped() {
            Why::Lost
        } else if error.kind() == ErrorKind::AuthenticationFailed {
            Why::Credentials
        } else {
            match error.code() {
                Some("NOAUTH" | "WRONGPASS" | "NOPERM") => Why::Credentials,
                Some(code) if code.len() <= 16 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                    Why::Server(code.to_owned())
                }
                _ => Why::Other,
            }
        })
    }
}

/// Reads on from "Redis".
impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Known => f.write_str("is away"),
            Why::Silent => f.write_str("does not answer"),
            Why::Refused => f.write_str("refuses connections"),
            Why::Lost => f.write_str("cannot be connected to, or ended the connection"),
            Why::Credentials => f.write_str("refuses these credentials"),
            Why::Server(code) => write!(f, "answers with the error {code}"),
            Why::Other => f.write_str("answers something else than was asked for"),
        }
    }
}

impl std::error::Error for Away {}
