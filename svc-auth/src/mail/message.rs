//! One mail: plain text, and the same as simple HTML without anything that is fetched or tracked.

use std::fmt::Write;

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use time::OffsetDateTime;

/// What is written to one address. Holds a token, so it shows nothing of itself.
pub struct Mail {
    pub to: String,
    pub subject: &'static str,
    /// Paragraphs; one that begins with `https://` or `http://` is a link.
    pub paragraphs: Vec<String>,
    /// The same for the same mail when it is sent again: `verify.17.1764000000`.
    pub key: String,
}

impl Mail {
    pub fn text(&self) -> String {
        let mut text = self.paragraphs.join("\n\n");
        text.push('\n');
        text
    }

    pub fn html(&self) -> String {
        let mut html = String::from("<!doctype html><html><body>");
        for paragraph in &self.paragraphs {
            let safe = escaped(paragraph);
            let _fits = if paragraph.starts_with("https://") || paragraph.starts_with("http://") {
                write!(html, "<p><a href=\"{safe}\">{safe}</a></p>")
            } else {
                write!(html, "<p>{safe}</p>")
            };
        }
        html.push_str("</body></html>\n");
        html
    }

    /// `None`: an address that the mail library refuses.
    pub fn message(&self, from: &Mailbox, now: OffsetDateTime) -> Option<Message> {
        let domain = from.email.domain().to_owned();
        let list = format!("Siddes accounts <accounts.{domain}>");
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, self.to.parse().ok()?))
            .subject(self.subject)
            .date(now.into())
            .message_id(Some(format!("<{}@{domain}>", self.key)))
            .raw_header(header("Auto-Submitted", "auto-generated")?)
            .raw_header(header("List-Id", &list)?)
            .multipart(MultiPart::alternative_plain_html(self.text(), self.html()))
            .ok()
    }
}

fn header(name: &'static str, value: &str) -> Option<HeaderValue> {
    Some(HeaderValue::new(HeaderName::new_from_ascii(name.to_owned()).ok()?, value.to_owned()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn mail(to: &str) -> Mail {
        Mail {
            to: to.to_owned(),
            subject: "Verify your email for Siddes",
            paragraphs: vec!["Hello <ann> & all.".to_owned(), "https://app.test/x?a=1&b=2".to_owned()],
            key: "verify.1.2".to_owned(),
        }
    }

    #[test]
    fn html_says_what_the_text_says_and_fetches_nothing() {
        let html = mail("ann@example.test").html();
        assert!(html.contains("<p>Hello &lt;ann&gt; &amp; all.</p>"), "{html}");
        assert!(html.contains("<a href=\"https://app.test/x?a=1&amp;b=2\">"), "{html}");
        assert!(!html.contains("<img") && !html.contains("src="));
    }

    #[test]
    fn headers_say_that_a_machine_wrote_it_and_a_second_copy_is_the_same_mail() {
        let from: Mailbox = "Siddes <no-reply@siddes.test>".parse().expect("an address");
        let now = datetime!(2026-11-24 12:00 UTC);
        let message = mail("ann@example.test").message(&from, now).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("text");
        for line in [
            "To: ann@example.test\r\n",
            "Subject: Verify your email for Siddes\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Message-ID: <verify.1.2@siddes.test>\r\n",
            "List-Id: Siddes accounts <accounts.siddes.test>\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(mail("no address\r\nBcc: x@y.test").message(&from, now).is_none());
    }
}
