//! What happened to a circle: stored as account ids, told in present names.

use platform::{AccountId, Side, random::Random};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::id::stamped;

/// One change. Never a name, a token, or the id of an invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Change {
    Created { label: String, side: String },
    Renamed { from: String, to: String },
    Recolored { from: String, to: String },
    MovedSide { from: String, to: String },
    MembersUpdated(Members),
}

/// Who belonged to it before and after, in order of joining.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    pub from: Vec<i64>,
    pub to: Vec<i64>,
    /// `None` = by the owner's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Whom pruning took out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<i64>,
    /// The Sides that he is still shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

/// How members came or went, where it was not by the owner's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Leave,
    Invite,
    Link,
    SidePrune,
    SideMove,
    /// A block, which is never named.
    Removed,
}

impl Via {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Invite => "invite",
            Self::Link => "invite_link",
            Self::SidePrune => "side_prune",
            Self::SideMove => "side_move",
            Self::Removed => "removed",
        }
    }
}

impl Change {
    pub fn members(from: &[AccountId], to: &[AccountId], via: Option<Via>) -> Self {
        let ids = |accounts: &[AccountId]| accounts.iter().map(|account| account.0).collect();
        let via = via.map(|via| via.as_str().to_owned());
        Self::MembersUpdated(Members { from: ids(from), to: ids(to), via, ..Members::default() })
    }

    pub fn created(label: &str, side: Side) -> Self {
        Self::Created { label: label.to_owned(), side: side.as_str().to_owned() }
    }

    /// `None` for what a later release wrote.
    pub fn read(kind: &str, data: &Value) -> Option<Self> {
        serde_json::from_value(json!({ "kind": kind, "data": data })).ok()
    }
}

/// Changes of one moment as the columns of rows.
#[derive(Debug, Default)]
pub struct Rows {
    pub ids: Vec<String>,
    pub kinds: Vec<String>,
    pub data: Vec<Value>,
}

impl Rows {
    /// Their ids rise in the order of the changes: of one moment, the last one is told first.
    pub fn of(changes: &[Change], now: OffsetDateTime, random: &Random) -> Self {
        let mut hex: Vec<String> = changes.iter().map(|_| random.hex::<4>()).collect();
        hex.sort();
        let mut rows = Self::default();
        for (change, hex) in changes.iter().zip(hex) {
            let mut parts = serde_json::to_value(change).unwrap_or_default();
            rows.ids.push(stamped("se", now, &hex));
            rows.kinds.push(parts["kind"].as_str().unwrap_or_default().to_owned());
            rows.data.push(parts["data"].take());
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_as_it_was_written_and_of_one_moment_the_last_is_told_first() {
        let ids = [AccountId(2), AccountId(3)];
        let changes = [
            Change::created("Walks", Side::Friends),
            Change::Renamed { from: "Walks".to_owned(), to: "Hikes".to_owned() },
            Change::members(&ids[..1], &ids, Some(Via::Link)),
            Change::MovedSide { from: "friends".to_owned(), to: "close".to_owned() },
            Change::Recolored { from: "blue".to_owned(), to: "rose".to_owned() },
        ];
        let rows = Rows::of(&changes, OffsetDateTime::UNIX_EPOCH, &Random::default());
        assert_eq!(rows.kinds, ["created", "renamed", "members_updated", "moved_side", "recolored"]);
        assert!(rows.ids.is_sorted() && rows.ids[0].starts_with("se_0_"));
        assert_eq!(rows.data[2], json!({ "from": [2], "to": [2, 3], "via": "invite_link" }));
        for (number, change) in changes.iter().enumerate() {
            assert_eq!(Change::read(&rows.kinds[number], &rows.data[number]).as_ref(), Some(change));
        }
        assert_eq!(Change::read("merged", &json!({})), None);
    }
}
