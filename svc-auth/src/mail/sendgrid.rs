//! `SendGrid`: one mail is one request to its API.

use bytes::Bytes;
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use lettre::message::Mailbox;
use platform::Error;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Mail, Outcome};
use crate::https;

const API: &str = "api.sendgrid.com";
const AWAY: Error = Error::Internal("SendGrid did not take a mail: it will be tried again");

/// # Errors
/// It was not taken, and may be later.
pub async fn send(key: &SecretString, from: &Mailbox, mail: &Mail) -> Result<Outcome, Error> {
    let stream = https::connect(API, 443).await.ok_or(AWAY)?;
    send_over(stream, key, from, mail).await
}

async fn send_over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    key: &SecretString,
    from: &Mailbox,
    mail: &Mail,
) -> Result<Outcome, Error> {
    let request = Request::post("/v3/mail/send")
        .header(HOST, API)
        .header(AUTHORIZATION, format!("Bearer {}", key.expose_secret()))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::<Bytes>::from(body(from, mail).to_string()))
        .map_err(|_| AWAY)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| AWAY)?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    connection.abort();
    outcome(answer.map_err(|_| AWAY)?.status())
}

/// What is wrong with a mail stays wrong; what is wrong with us or with them may not.
fn outcome(status: StatusCode) -> Result<Outcome, Error> {
    let ours = [StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
    if status.is_success() {
        Ok(Outcome::Sent)
    } else if status.is_client_error() && !ours {
        Ok(Outcome::Refused)
    } else {
        Err(AWAY)
    }
}

fn body(from: &Mailbox, mail: &Mail) -> Value {
    let domain = from.email.domain();
    json!({
        "personalizations": [{ "to": [{ "email": mail.to }], "custom_args": { "key": mail.key } }],
        "from": { "email": from.email.to_string(), "name": from.name },
        "subject": mail.subject,
        "content": [
            { "type": "text/plain", "value": mail.text() },
            { "type": "text/html", "value": mail.html() },
        ],
        "headers": {
            "Auto-Submitted": "auto-generated",
            "List-Id": format!("Siddes accounts <accounts.{domain}>"),
        },
        "tracking_settings": { "click_tracking": { "enable": false }, "open_tracking": { "enable": false } },
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    async fn sent(answer: &'static str) -> (Result<Outcome, Error>, String) {
        let (ours, mut theirs) = duplex(64 * 1_024);
        let server = tokio::spawn(async move {
            let mut asked = Vec::new();
            let mut piece = [0; 4_096];
            while !asked.ends_with(b"}}}") {
                let size = theirs.read(&mut piece).await.expect("a request");
                asked.extend_from_slice(&piece[..size]);
            }
            theirs.write_all(answer.as_bytes()).await.expect("answered");
            String::from_utf8(asked).expect("text")
        });
        let from = "Siddes <no-reply@siddes.test>".parse().expect("an address");
        let mail = Mail {
            to: "ann@example.test".to_owned(),
            subject: "Hello",
            paragraphs: vec!["a \"quoted\" word".to_owned()],
            key: "verify.1.2".to_owned(),
        };
        let outcome = send_over(ours, &"SG.key".into(), &from, &mail).await;
        (outcome, server.await.expect("a server"))
    }

    #[tokio::test]
    async fn a_mail_is_one_request_and_its_answer_decides() {
        let (outcome, asked) = sent("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
        assert_eq!(outcome.ok(), Some(Outcome::Sent));
        assert!(asked.starts_with("POST /v3/mail/send HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("authorization: Bearer SG.key\r\n"), "{asked}");
        let (_, body) = asked.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["personalizations"][0]["to"][0]["email"], "ann@example.test");
        assert_eq!(body["tracking_settings"]["open_tracking"]["enable"], false);
        let (outcome, _) = sent("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        assert_eq!(outcome.ok(), Some(Outcome::Refused));
        for later in ["429 Too Many Requests", "401 Unauthorized", "500 Internal Server Error"] {
            let answer: &'static str = format!("HTTP/1.1 {later}\r\ncontent-length: 0\r\n\r\n").leak();
            assert!(sent(answer).await.0.is_err(), "{later}");
        }
    }
}
