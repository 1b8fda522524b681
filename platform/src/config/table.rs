//! What the table of settings is made of: a row says what a setting means, and the code that reads it says the rest
//! ([`super::Read`]: kind, range, default, reader), so that neither can lie about the other.

use super::read::How;
pub use super::rows::GROUPS;
use crate::role::Role;

/// A setting as an operator meets it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// `<ROLE>` and the like stand for every name of their kind.
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
    /// What a production start refuses, beside values that do not parse.
    pub guard: Option<&'static str>,
    /// In words, where the reader decides it.
    pub default: Option<&'static str>,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Flag,
    /// With its unit, "" for a mere count.
    Number(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    Text,
    /// Comma-separated.
    List(&'static str),
    /// Also from `<NAME>_FILE`.
    Secret,
    Origin,
    Url,
    /// Address and port.
    Address,
    /// `20/min`, `off`, or several with a comma.
    Rate,
    Folder,
}

impl Setting {
    /// Whether a variable of this name is meant. `<ROLE>` is a service; any other part in brackets is anything.
    pub fn names(&self, name: &str) -> bool {
        let Some((start, end)) = self.around() else { return self.name == name };
        let middle = name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        middle.is_some_and(|middle| {
            let role = || Role::SERVICES.iter().any(|role| role.as_str().eq_ignore_ascii_case(middle));
            !middle.is_empty() && (!self.name.contains("<ROLE>") || role())
        })
    }

    /// Whether the names it stands for are known to its reader alone.
    pub fn is_open(&self) -> bool {
        self.around().is_some() && !self.name.contains("<ROLE>")
    }

    fn around(&self) -> Option<(&'static str, &'static str)> {
        let (start, rest) = self.name.split_once('<')?;
        Some((start, rest.split_once('>')?.1))
    }

    /// Whether a reading of this sort gives values of this kind.
    pub fn is_read_as(&self, how: &How) -> bool {
        match self.kind {
            Kind::Flag => *how == How::Flag,
            Kind::Number(_) => matches!(how, How::Number { .. }),
            Kind::Secret => *how == How::Secret,
            Kind::List(_) => matches!(how, How::List | How::Text),
            _ => *how == How::Text,
        }
    }
}

/// All rows.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|(_, settings)| *settings)
}

/// The row of a name. Of two that fit, the one that says more: `…_ANON` is no scope.
pub fn setting(name: &str) -> Option<&'static Setting> {
    settings().filter(|setting| setting.names(name)).max_by_key(|setting| setting.name.len())
}

/// Settings that belong together, under a title.
pub type Group = (&'static str, &'static [Setting]);
