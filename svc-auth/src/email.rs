//! E-mail addresses: parsed once, at the door; what is stored is what was claimed, in one spelling.

use idna::AsciiDenyList;

const MAX_BYTES: usize = 254;
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;

/// An address in lower case, its domain in punycode. At most 254 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims and lowercases; one `@`, a plain local part, a domain with a dot. No provider's own folding.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.split_once('@')?;
        if !plain_local(local) {
            return None;
        }
        let domain = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::STD3).ok()?;
        if !plain_domain(&domain) {
            return None;
        }
        let address = format!("{local}@{domain}");
        (address.len() <= MAX_BYTES).then_some(Self(address))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn plain_local(local: &str) -> bool {
    (1..=MAX_LOCAL).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"()<>[]{},:;\\@".contains(&byte))
}

fn plain_domain(domain: &str) -> bool {
    domain.contains('.') && domain.split('.').all(plain_label)
}

/// Letters, digits, hyphens; no hyphen at either end.
fn plain_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Email::parse(text).map(|email| email.0)
    }

    #[test]
    fn one_spelling_an_address() {
        assert_eq!(parsed("  Ann.Lee+x@Example.TEST "), Some("ann.lee+x@example.test".to_owned()));
        assert_eq!(parsed("o'brien@a.b"), Some("o'brien@a.b".to_owned()));
        assert_eq!(parsed("ann@Bücher.example"), Some("ann@xn--bcher-kva.example".to_owned()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@a.test", "a".repeat(65));
        let long = format!("a@{}.test", ["b".repeat(60).as_str(); 5].join("."));
        let label = format!("a@{}.test", "b".repeat(64));
        for text in [
            "",
            "@",
            "nope",
            "a@",
            "@a.test",
            "a@b",
            "a@b@c.test",
            "a b@c.test",
            "a\r\n@c.test",
            "a\0@c.test",
            "a@c.test\r\nBcc: x@y.test",
            "\"a\"@c.test",
            "<a@c.test>",
            "a,b@c.test",
            "a:b@c.test",
            "a;b@c.test",
            "a\\b@c.test",
            "ä@c.test",
            "a@-c.test",
            "a@c-.test",
            "a@c..test",
            "a@.test",
            "a@test.",
            "a@c_d.test",
            "a@[127.0.0.1]",
            &long_local,
            &long,
            &label,
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_longest_allowed_is_allowed() {
        let label = "b".repeat(61);
        let longest = format!("{}@{label}.{label}.{label}.cc", "a".repeat(64));
        assert_eq!(longest.len(), 253);
        assert!(parsed(&longest).is_some());
    }
}
