//! The parts that the one executable can play.

use std::{fmt, str::FromStr};

/// A part of the system with its own port, health and identity; all but the gateway also own a database schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Gateway,
    Auth,
    Social,
    Safety,
    Inbox,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Gateway, Self::Auth, Self::Social, Self::Safety, Self::Inbox];

    /// Those with gRPC services and a schema.
    pub const SERVICES: [Self; 4] = [Self::Auth, Self::Social, Self::Safety, Self::Inbox];

    /// Also the name of the service's schema, and of its identity in tokens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Auth => "auth",
            Self::Social => "social",
            Self::Safety => "safety",
            Self::Inbox => "inbox",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, thiserror::Error)]
#[error("no such role: use gateway, auth, social, safety, inbox or all")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}
