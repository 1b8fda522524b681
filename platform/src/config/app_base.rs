//! Where people open the web client.

use http::Uri;

use super::{INVALID, Source};

const NAME: &str = "SIDDES_PUBLIC_APP_BASE";
const OLDER: [&str; 3] = ["SD_PUBLIC_APP_BASE", "SIDDES_PUBLIC_WEB_BASE", "SD_PUBLIC_WEB_BASE"];

/// `None` where it is missing, or no origin: a problem then.
pub fn app_base(source: &mut Source) -> Option<String> {
    let mut set = source.optional(NAME).map(|text| (NAME, text));
    for older in OLDER {
        let text = source.optional(older);
        if text.is_some() {
            source.warn("SETTING_RENAMED", older, format!("is now {NAME}"));
        }
        set = set.or_else(|| text.map(|text| (older, text)));
    }
    let Some((name, text)) = set else {
        if source.production() {
            source.refuse(
                "PUBLIC_APP_BASE_MISSING",
                NAME,
                "is the web client's origin, such as https://app.example.com",
            );
            return None;
        }
        return Some("http://localhost:3000".to_owned());
    };
    let origin = origin(&text);
    match &origin {
        None => source.refuse(INVALID, name, "is an origin such as https://app.example.com, without a path"),
        Some(origin) if source.production() && !origin.starts_with("https://") => {
            source.refuse("PUBLIC_APP_BASE_NOT_HTTPS", name, "begins with https://");
        }
        Some(_) => {}
    }
    origin
}

/// Scheme, host and port in lower case; without a scheme, https.
fn origin(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/').to_lowercase();
    let text = if text.contains("://") { text } else { format!("https://{text}") };
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    let scheme = uri.scheme_str().filter(|scheme| bare && ["http", "https"].contains(scheme))?;
    Some(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> (Option<String>, Vec<&'static str>, Vec<&'static str>) {
        let mut source = Source::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let origin = app_base(&mut source);
        let problems = source.problems().iter().map(|problem| problem.code).collect();
        (origin, problems, source.warnings().iter().map(|warning| warning.code).collect())
    }

    #[test]
    fn production_wants_an_origin_with_https() {
        for (value, origin, problem) in [
            ("https://app.example.com", Some("https://app.example.com"), None),
            ("https://App.example.com/", Some("https://app.example.com"), None),
            ("app.example.com", Some("https://app.example.com"), None),
            ("https://app.example.com:8443", Some("https://app.example.com:8443"), None),
            ("http://app.example.com", Some("http://app.example.com"), Some("PUBLIC_APP_BASE_NOT_HTTPS")),
            ("https://app.example.com/feed", None, Some(INVALID)),
            ("https://user:pass@app.example.com", None, Some(INVALID)),
            ("ftp://app.example.com", None, Some(INVALID)),
            ("", None, Some("PUBLIC_APP_BASE_MISSING")),
        ] {
            let (read, problems, _) = read(&[(NAME, value)]);
            assert_eq!((read.as_deref(), problems), (origin, problem.into_iter().collect()), "{value}");
        }
        assert_eq!(read(&[("SIDDES_ENV", "development")]).0.as_deref(), Some("http://localhost:3000"));
    }

    #[test]
    fn older_names_are_read_with_a_warning_and_only_where_the_new_one_is_unset() {
        for older in OLDER {
            let (origin, _, warnings) = read(&[(older, "https://old.test")]);
            assert_eq!((origin.as_deref(), warnings), (Some("https://old.test"), vec!["SETTING_RENAMED"]), "{older}");
        }
        let both = read(&[("SD_PUBLIC_WEB_BASE", "https://old.test"), (NAME, "https://new.test")]);
        assert_eq!(both.0.as_deref(), Some("https://new.test"));
    }
}
