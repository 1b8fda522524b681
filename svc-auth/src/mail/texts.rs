//! What the mails say. Links lead to the web client, whose origin is a setting and never a request's.

use super::{Letter, Mail, open, store::Waiting};
use crate::{
    Service,
    token::{Due, Kind},
};

const IGNORE: &str = "If you did not ask for this, ignore this mail: nothing will happen.";
const NOT_YOU: &str = "If this was not you, reset your password at once and look through your signed-in devices.";

/// The mail of a token: a link, and the token itself to be pasted.
pub fn of_token(service: &Service, due: &Due, token: &str) -> Mail {
    let hours = service.settings().tokens.lifetime(due.kind).whole_hours();
    let minutes = service.settings().tokens.lifetime(due.kind).whole_minutes();
    let name = &due.username;
    let (subject, path, first, last) = match due.kind {
        Kind::Verify => (
            "Verify your email for Siddes",
            "verify-email",
            format!(
                "Confirm that this address is that of the Siddes account @{name}. The link works for {hours} hours."
            ),
            "If this account is not yours, ignore this mail: the address will not be confirmed.".to_owned(),
        ),
        Kind::Reset => (
            "Reset your Siddes password",
            "reset-password",
            format!("Choose a new password for the Siddes account @{name}. The link works once, for {hours} hours."),
            "If you did not ask for this, ignore this mail: your password stays as it is.".to_owned(),
        ),
        Kind::Magic => (
            "Your Siddes sign-in link",
            "magic",
            format!("Sign in to the Siddes account @{name}. The link works once, and expires in {minutes} minutes."),
            IGNORE.to_owned(),
        ),
        Kind::EmailChange => (
            "Confirm your Siddes email change",
            "confirm-email-change",
            format!("Confirm that the Siddes account @{name} is to have this address, within {hours} hours."),
            IGNORE.to_owned(),
        ),
        Kind::Delete => (
            "Confirm Siddes account deletion",
            "confirm-delete",
            format!(
                "Confirm within {hours} hours that the Siddes account @{name} is to be deleted. It disappears at once, \
                 and can be restored for {} days.",
                service.settings().delete_grace.whole_days()
            ),
            IGNORE.to_owned(),
        ),
    };
    let mut link = format!("{}/{path}?token={token}", service.app_base());
    if let Some(next) = &due.next {
        link.push_str("&next=");
        link.push_str(&percent_encoded(next));
    }
    Mail {
        to: due.email.clone(),
        subject,
        paragraphs: vec![first, link, "Or paste this code:".to_owned(), token.to_owned(), last],
        key: format!("{}.{}.{}", due.kind.as_str(), due.id, due.created_at.unix_timestamp()),
    }
}

/// A letter without a token. `None`: there is nobody to write to.
pub fn of_letter(service: &Service, id: i64, letter: &Letter, waiting: &Waiting) -> Option<Mail> {
    let to = match letter {
        Letter::EmailChanged { old: sealed } | Letter::DeletionFinished { address: sealed } => open(service, sealed)?,
        // A link to everything goes to a mailbox that is known to be the owner's.
        Letter::ExportReady { .. } => waiting.email.clone().filter(|_| waiting.verified)?,
        _ => waiting.email.clone().filter(|_| !waiting.inert)?,
    };
    let name = &waiting.username;
    let (subject, paragraphs) = match alert(letter, waiting) {
        Some((subject, what)) => (subject, vec![what, NOT_YOU.to_owned()]),
        None => news(service, letter, name)?,
    };
    Some(Mail { to, subject, paragraphs, key: format!("{}.{id}", letter.kind()) })
}

/// What the owner should do something about if it was not he.
fn alert(letter: &Letter, waiting: &Waiting) -> Option<(&'static str, String)> {
    let account = format!("the Siddes account @{}", waiting.username);
    Some(match letter {
        Letter::PasswordChanged => (
            "Siddes security alert: password changed",
            format!("The password of {account} was changed. All other devices were signed out."),
        ),
        Letter::EmailChangeRequested { .. } => (
            "Siddes security alert: email change requested",
            format!(
                "Somebody who is signed in asked to change the address of {account} to {}. It changes only when that \
                 address is confirmed.",
                masked(waiting.new_email.as_ref()?)
            ),
        ),
        Letter::EmailChanged { .. } => (
            "Siddes security alert: email changed",
            format!("This address no longer belongs to {account}, which has another one now."),
        ),
        Letter::MethodLinked { provider } => (
            "Siddes security alert: new sign-in method",
            format!("{} can now be used to sign in to {account}.", titled(provider)),
        ),
        Letter::SessionsEnded => {
            ("Siddes security alert: devices signed out", format!("Devices were signed out of {account}."))
        }
        Letter::Deactivated => (
            "Your Siddes account is deactivated",
            format!("Nobody sees {account} any more. Signing in brings it back as it was."),
        ),
        Letter::Exported => {
            ("Your Siddes data export", format!("Somebody who is signed in downloaded the data of {account}."))
        }
        _ => return None,
    })
}

/// What there is to know, and nothing to be done about.
fn news(service: &Service, letter: &Letter, name: &str) -> Option<(&'static str, Vec<String>)> {
    let (subject, first, last) = match letter {
        Letter::DeletionStarted => (
            "Siddes account deletion started",
            format!("Nobody sees the Siddes account @{name} any more, and nobody can sign in to it."),
            format!(
                "In {} days everything in it is erased; until then support can bring it back.",
                service.settings().delete_grace.whole_days()
            ),
        ),
        Letter::DeletionFinished { .. } => (
            "Siddes account deletion finished",
            "Your Siddes account and everything in it was erased.".to_owned(),
            "This is the last mail to this address.".to_owned(),
        ),
        Letter::ExportReady { link } => (
            "Your Siddes data export",
            format!("The data of the Siddes account @{name} is ready. The link works for 24 hours."),
            open(service, link)?,
        ),
        Letter::SomeoneSignedUp => (
            "Someone tried to sign up with your email",
            format!("Somebody signed up to Siddes with this address, which belongs to your account @{name}."),
            "If it was you, sign in instead. If not, ignore this mail: your account is as safe as before.".to_owned(),
        ),
        Letter::SomeoneWantsAddress => (
            "Someone asked to use your email",
            format!("Somebody asked to have this address for another account. It stays that of your account @{name}."),
            "There is nothing that you have to do.".to_owned(),
        ),
        Letter::FailedLogins => (
            "Siddes security alert: failed sign-ins",
            format!("Somebody tried to sign in to the Siddes account @{name} several times with a wrong password."),
            "If it was you, a sign-in link or a new password helps. If not, your password was not found.".to_owned(),
        ),
        _ => return None,
    };
    Some((subject, vec![first, last]))
}

/// Enough for its owner to know it: `gu***@example.test`.
fn masked(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let start: String = local.chars().take(2).collect();
    format!("{start}***@{domain}")
}

fn titled(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// All but letters, digits and `-._~` as `%XX`.
fn percent_encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)])));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_in_part_and_a_path_travels_whole() {
        assert_eq!(masked("guest@example.test"), "gu***@example.test");
        assert_eq!(masked("a@b.test"), "a***@b.test");
        assert_eq!(percent_encoded("/u/ann?x=ä b"), "%2Fu%2Fann%3Fx%3D%C3%A4%20b");
        assert_eq!(titled("google"), "Google");
    }
}
