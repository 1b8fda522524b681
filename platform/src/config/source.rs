//! Where settings come from. Reading gathers problems, so that an operator sees them all, and remembers what was asked
//! for: the table of settings is made of that.

use std::{collections::BTreeMap, env, fmt, fs, ops::RangeInclusive, str::FromStr};

use secrecy::SecretString;

use super::{
    problem::{INVALID, Problem, Problems},
    read::{How, Read},
    unread,
};

/// Production refuses to start with settings that are only good for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    Development,
}

/// Variables by name, and what became of reading them. Never shows a value.
pub struct Source {
    vars: BTreeMap<String, String>,
    environment: Environment,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    reads: Vec<Read>,
    reader: &'static str,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("names", &self.vars.keys()).finish_non_exhaustive()
    }
}

impl Source {
    /// The process's environment.
    pub fn from_env() -> Self {
        Self::from_vars(Self::env_vars())
    }

    /// The variables of the process that are text; others count as unset.
    pub fn env_vars() -> impl Iterator<Item = (String, String)> {
        env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
    }

    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut source = Self {
            vars: vars.into_iter().collect(),
            environment: Environment::Production,
            problems: Vec::new(),
            warnings: Vec::new(),
            reads: Vec::new(),
            reader: "every process",
        };
        let asked = source.optional("SIDDES_ENV").map(|word| word.to_lowercase());
        let debug = source.flag("DJANGO_DEBUG", false);
        // Production unless development is asked for; of two answers, the stricter one.
        let no_debug = source.raw("DJANGO_DEBUG").is_some() && !debug;
        if !no_debug && asked.as_deref().map_or(debug, |word| word == "development") {
            source.environment = Environment::Development;
        }
        if asked.is_some_and(|word| !["development", "production"].contains(&word.as_str())) {
            source.problem("SIDDES_ENV", "is production or development");
        }
        source
    }

    pub const fn environment(&self) -> Environment {
        self.environment
    }

    pub fn production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// Names who reads from here on, for the table of settings.
    pub const fn reader(&mut self, reader: &'static str) {
        self.reader = reader;
    }

    /// A value that cannot be used: the start is refused.
    pub fn problem(&mut self, name: &str, rule: impl Into<String>) {
        self.refuse(INVALID, name, rule);
    }

    /// A problem under a code of its own, by which `siddes check` reports it.
    pub fn refuse(&mut self, code: &'static str, name: &str, rule: impl Into<String>) {
        let problem = Problem { code, name: name.to_owned(), rule: rule.into() };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// What an operator should know of, and can start with.
    pub fn warn(&mut self, code: &'static str, name: &str, rule: impl Into<String>) {
        self.warnings.push(Problem { code, name: name.to_owned(), rule: rule.into() });
    }

    /// # Errors
    /// All problems met so far.
    pub fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problems(self.problems)) }
    }

    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What was warned of, and what there is to say of names that nobody asked for. Call it when everything is read.
    pub fn warnings(&self) -> Vec<Problem> {
        let unread = self.names().filter_map(|name| unread::warning(name, &self.reads));
        self.warnings.iter().cloned().chain(unread).collect()
    }

    /// Set, known, and used by nothing in this release.
    pub fn without_effect(&self) -> Vec<&str> {
        self.names().filter(|name| unread::without_effect(name, &self.reads)).collect()
    }

    /// Everything that was asked for so far.
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// Names with a value. Blank counts as unset.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().map(String::as_str).filter(|name| self.raw(name).is_some())
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn note(&mut self, name: &str, how: How, default: Option<String>) {
        let read = Read { name: name.to_owned(), how, default, reader: self.reader };
        if !self.reads.contains(&read) {
            self.reads.push(read);
        }
    }

    /// Blank counts as unset.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        self.note(name, How::Text, None);
        self.raw(name).map(str::to_owned)
    }

    pub fn text(&mut self, name: &str, default: &str) -> String {
        self.note(name, How::Text, Some(default.to_owned()));
        self.raw(name).unwrap_or(default).to_owned()
    }

    /// The value, or the content of the file named by `<NAME>_FILE`; both is a problem, since one of them is stale.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.note(name, How::Secret, None);
        let file_name = format!("{name}_FILE");
        let (value, file) = (self.raw(name).map(str::to_owned), self.raw(&file_name).map(str::to_owned));
        match (value, file) {
            (Some(_), Some(_)) => {
                self.problem(&file_name, format!("and {name} are both set: remove one"));
                None
            }
            (Some(value), None) => Some(value.into()),
            (None, Some(file)) => {
                let text = fs::read_to_string(file).ok().map(|text| text.trim().to_owned());
                if text.is_none() {
                    self.problem(&file_name, "names a text file that can be read");
                }
                text.filter(|text| !text.is_empty()).map(SecretString::from)
            }
            (None, None) => None,
        }
    }

    /// `1 true yes y on` and `0 false no n off`, any case.
    pub fn flag(&mut self, name: &str, default: bool) -> bool {
        self.note(name, How::Flag, Some(u8::from(default).to_string()));
        let Some(value) = self.raw(name).map(str::to_lowercase) else { return default };
        let on = ["1", "true", "yes", "y", "on"].contains(&value.as_str());
        if !on && !["0", "false", "no", "n", "off"].contains(&value.as_str()) {
            self.problem(name, "is 1 or 0");
        }
        on
    }

    pub fn number<T>(&mut self, name: &str, default: T, range: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Copy + fmt::Display,
    {
        let (from, to) = (range.start().to_string(), range.end().to_string());
        let rule = format!("is a whole number from {from} to {to}");
        self.note(name, How::Number { from, to }, Some(default.to_string()));
        let Some(value) = self.raw(name) else { return default };
        let number = value.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.problem(name, rule);
        }
        number.unwrap_or(default)
    }

    /// Comma-separated, trimmed, without blanks.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        self.note(name, How::List, None);
        let items = self.raw(name).unwrap_or_default().split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}
