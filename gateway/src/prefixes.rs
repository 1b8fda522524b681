//! Lists of path prefixes, matched by whole segments: `/api/auth` covers `/api/auth/login` and not `/api/author`.

#[derive(Clone, Debug, Default)]
pub struct Prefixes(Vec<String>);

impl Prefixes {
    /// Comma-separated; a slash at the end of an entry makes no difference.
    pub fn parse(text: &str) -> Self {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        Self(entries.map(|entry| entry.trim_end_matches('/').to_owned()).collect())
    }

    pub fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|prefix| {
            path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_segments_only() {
        let list = Prefixes::parse("/api/auth/, /api/blocks");
        for path in ["/api/auth", "/api/auth/login", "/api/blocks", "/api/blocks/%40ann"] {
            assert!(list.covers(path), "{path}");
        }
        for path in ["/api/author", "/api/blocksfoo", "/api", "/", "/x/api/auth"] {
            assert!(!list.covers(path), "{path}");
        }
    }
}
