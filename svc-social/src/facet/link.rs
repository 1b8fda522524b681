//! Links that a face may carry: no script, no plain picture of an inner network, nothing cut in the middle.

/// Which link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Website,
    Cover,
    Avatar,
}

/// Bytes of a picture's address.
const PICTURE: usize = 300;
/// Where our own media are served.
const OURS: &str = "/m/";

impl Link {
    /// The member of the request that is told of in a refusal.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Cover => "coverImage",
            Self::Avatar => "avatarImage",
        }
    }

    /// "" always; a website with `http`, `https` or no scheme at all, a picture with `https`.
    pub fn accepts(self, url: &str) -> bool {
        if url.is_empty() {
            return true;
        }
        if url.chars().any(|letter| letter.is_whitespace() || letter.is_control() || "<>\"'\\`".contains(letter)) {
            return false;
        }
        match self {
            Self::Website => {
                let rest = after(url, "https://").or_else(|| after(url, "http://"));
                rest.or_else(|| (!has_scheme(url)).then_some(url)).is_some_and(begins_with_host)
            }
            Self::Cover | Self::Avatar => {
                url.chars().count() <= PICTURE && after(url, "https://").is_some_and(begins_with_host)
            }
        }
    }
}

/// An address that this product serves itself.
pub fn is_ours(url: &str) -> bool {
    url.starts_with(OURS)
}

fn after<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let start = url.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
}

/// A name before a colon, unless a port comes after it.
fn has_scheme(url: &str) -> bool {
    let Some((name, rest)) = url.split_once(':') else { return false };
    let port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    !name.contains(['/', '?', '#']) && !is_port
}

/// A host with a dot in it, and nobody's name and password before it.
fn begins_with_host(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let fits = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '.';
    host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && host.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_are_of_the_web() {
        for url in [
            "",
            "https://ann.example",
            "HTTP://ann.example/a?b#c",
            "ann.example",
            "ann.example:8080/x",
            "münchen.example",
        ] {
            assert!(Link::Website.accepts(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://ann.example",
            "https://",
            "https://ann:secret@ann.example",
            "ann example",
            "https://ann.example/\"x",
            "localhost",
        ] {
            assert!(!Link::Website.accepts(url), "{url}");
        }
    }

    #[test]
    fn pictures_come_by_https_and_whole() {
        assert!(Link::Avatar.accepts("https://cdn.example/a.png") && Link::Cover.accepts(""));
        let long = format!("https://cdn.example/{}", "x".repeat(300));
        for url in ["http://169.254.169.254/a", "cdn.example/a.png", "//cdn.example/a", &long] {
            assert!(!Link::Avatar.accepts(url), "{url}");
        }
        assert!(is_ours("/m/u/7/x.jpg?t=abc") && !is_ours("https://cdn.example/m/x"));
    }
}
