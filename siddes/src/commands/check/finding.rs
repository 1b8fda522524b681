//! One thing that is not as it should be, or worth knowing.

use platform::config::Problem;
use serde::Serialize;

/// A code, and a sentence that says what to set. Never a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: &'static str,
    pub level: Level,
    pub sentence: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Good to know; never in the way.
    Info,
    /// In the way of `--strict` alone.
    Warning,
    Error,
}

pub fn info(code: &'static str, sentence: impl Into<String>) -> Finding {
    Finding { code, level: Level::Info, sentence: sentence.into() }
}

pub fn warning(code: &'static str, sentence: impl Into<String>) -> Finding {
    Finding { code, level: Level::Warning, sentence: sentence.into() }
}

pub fn error(code: &'static str, sentence: impl Into<String>) -> Finding {
    Finding { code, level: Level::Error, sentence: sentence.into() }
}

/// What stops a production start.
pub fn refused(problem: &Problem) -> Finding {
    error(problem.code, problem.to_string())
}

/// What a start only warns of. A limit that does not exist leaves open what an operator thinks he closed.
pub fn warned(problem: &Problem) -> Finding {
    let level = if problem.code == "THROTTLE_SCOPE_UNKNOWN" { Level::Error } else { Level::Warning };
    Finding { code: problem.code, level, sentence: problem.to_string() }
}
