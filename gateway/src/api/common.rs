//! Types that answers of several areas share.

use serde::Serialize;
use utoipa::ToSchema;

use super::Ctx;

/// It is done.
#[derive(Serialize, ToSchema)]
pub struct Done {
    pub ok: bool,
}

/// Whether somebody in particular asked.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Me,
    Anon,
}

impl Role {
    pub fn of(ctx: &Ctx) -> Self {
        if ctx.signed_in.is_some() { Self::Me } else { Self::Anon }
    }
}

/// One of the four contexts of a person's life.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Public,
    Friends,
    Close,
    Work,
}

impl From<platform::Side> for Side {
    fn from(side: platform::Side) -> Self {
        match side {
            platform::Side::Public => Self::Public,
            platform::Side::Friends => Self::Friends,
            platform::Side::Close => Self::Close,
            platform::Side::Work => Self::Work,
        }
    }
}

/// What an account may do: its life cycle, or what moderation decided.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Active,
    ReadOnly,
    Suspended,
    Banned,
    Deactivated,
    Deleting,
    Deleted,
}

impl From<platform::person::AccountState> for AccountState {
    fn from(state: platform::person::AccountState) -> Self {
        use platform::person::AccountState as Known;
        match state {
            Known::Active => Self::Active,
            Known::ReadOnly => Self::ReadOnly,
            Known::Suspended => Self::Suspended,
            Known::Banned => Self::Banned,
            Known::Deactivated => Self::Deactivated,
            Known::Deleting => Self::Deleting,
            Known::Deleted => Self::Deleted,
        }
    }
}
