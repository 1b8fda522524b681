//! What is wrong with a setting: a code, its name, and the rule. Never its value.

use std::fmt;

/// The code of a value that does not parse, or is out of its range.
pub const INVALID: &str = "SETTING_INVALID";

/// One setting that is wrong, or worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// As `siddes check` reports it.
    pub code: &'static str,
    pub name: String,
    /// Reads on from the name: `PORT` "is a whole number from 1 to 65535".
    pub rule: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.rule)
    }
}

/// Everything that is wrong with the settings; the start is refused.
#[derive(Debug, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the settings do not allow a start:")?;
        self.0.iter().try_for_each(|problem| writeln!(f, "  {problem}"))
    }
}
