//! What the code asked for: name, kind and default of a setting, as its reader gave them.

/// One reading of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub name: String,
    pub how: How,
    /// What counts where it is unset; `None` where nothing does, or the reader decides later.
    pub default: Option<String>,
    /// Who asked.
    pub reader: &'static str,
}

/// As what it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    Flag,
    Number {
        from: String,
        to: String,
    },
    Text,
    List,
    /// Also from `<NAME>_FILE`.
    Secret,
}

impl Read {
    /// Whether a variable of this name is read by it.
    pub fn reads(&self, name: &str) -> bool {
        self.name == name || (self.how == How::Secret && name.strip_suffix("_FILE") == Some(self.name.as_str()))
    }
}
