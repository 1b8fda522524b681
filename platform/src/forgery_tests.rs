//! Whatever bytes come where a cursor or a token is expected: nothing breaks, and nothing that we did not make is taken.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*, sample::Index};
use time::OffsetDateTime;

use crate::{
    Role,
    clock::Clock,
    cursor::{Cursors, Place},
    identity::{
        Issuer, ServiceIdentity, ServiceVerifier, Viewer, ViewerVerifier,
        keys::{PublicKeys, RootSecret, SigningKey},
    },
    ids::AccountId,
    person::{AccountState, Person},
};

pub fn secret() -> RootSecret {
    RootSecret::new("a secret of at least thirty-two characters".to_owned().into())
}

fn place() -> Place {
    Place { at: OffsetDateTime::UNIX_EPOCH, id: "p_1_a".to_owned() }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH
}

/// Somebody, as of one version of the account.
pub fn viewer(version: i64) -> Viewer {
    let person = Person {
        id: AccountId(7),
        username: "ann".to_owned(),
        full_name: String::new(),
        state: AccountState::Active,
        until: None,
        staff: false,
        email_verified: true,
        created_at: now(),
        version,
    };
    Viewer { person, session_id: 1, age_confirmed: true, min_age: 13, reason: None }
}

fn viewer_token() -> String {
    let issuer = Issuer::new(SigningKey::derived(&secret(), Role::Auth).expect("key"));
    issuer.viewer_token(&viewer(1), now()).expect("token")
}

fn service_token() -> (String, OffsetDateTime) {
    let clock = Clock::default();
    let key = SigningKey::derived(&secret(), Role::Gateway).expect("key");
    let identity = ServiceIdentity::new(Role::Gateway, key, clock.clone());
    (identity.token(Role::Social).expect("token"), clock.now())
}

fn viewers() -> ViewerVerifier {
    ViewerVerifier::new(PublicKeys::derived(&secret()).expect("keys"))
}

fn services() -> ServiceVerifier {
    ServiceVerifier::new(Role::Social, PublicKeys::derived(&secret()).expect("keys"))
}

/// Text that may have come over the network: any bytes, or any bytes that look like ours.
fn text() -> impl Strategy<Value = String> {
    let bytes = vec(any::<u8>(), 0..300);
    let token = (vec(any::<u8>(), 0..60), vec(any::<u8>(), 0..200), vec(any::<u8>(), 0..80));
    prop_oneof![
        bytes.clone().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        bytes.prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
        token.prop_map(|(head, claims, seal)| [head, claims, seal].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")),
        "\\PC{0,300}",
    ]
}

/// One character is another, or is missing, or is doubled.
fn damaged(good: &str, at: Index, how: u8) -> String {
    let mut bytes = good.as_bytes().to_vec();
    let at = at.index(bytes.len());
    match how % 3 {
        0 => bytes[at] = if bytes[at] == b'A' { b'g' } else { b'A' },
        1 => drop(bytes.remove(at)),
        _ => bytes.insert(at, bytes[at]),
    }
    String::from_utf8(bytes).expect("text")
}

/// What a text stands for, so that two spellings of the same bytes are the same token.
fn meaning(token: &str) -> Vec<Option<Vec<u8>>> {
    token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect()
}

proptest! {
    #[test]
    fn no_text_is_a_cursor(text in text()) {
        prop_assert_eq!(Cursors::new(&secret()).open("feed:1", &text), None);
    }

    #[test]
    fn a_damaged_cursor_is_none(at in any::<Index>(), how in any::<u8>()) {
        let cursors = Cursors::new(&secret());
        let sealed = cursors.seal("feed:1", &place());
        let other = damaged(&sealed, at, how);
        prop_assume!(meaning(&other) != meaning(&sealed));
        prop_assert_eq!(cursors.open("feed:1", &other), None);
    }

    #[test]
    fn a_cursor_opens_no_other_list(list in ".{0,40}") {
        prop_assume!(list != "feed:1");
        let cursors = Cursors::new(&secret());
        prop_assert_eq!(cursors.open(&list, &cursors.seal("feed:1", &place())), None);
    }

    #[test]
    fn no_text_is_a_viewer(text in text()) {
        prop_assert_eq!(viewers().verify(&text, now()), None);
    }

    #[test]
    fn a_damaged_viewer_token_is_nobody(at in any::<Index>(), how in any::<u8>()) {
        let token = viewer_token();
        prop_assert!(viewers().verify(&token, now()).is_some());
        let other = damaged(&token, at, how);
        prop_assume!(meaning(&other) != meaning(&token));
        prop_assert_eq!(viewers().verify(&other, now()), None);
    }

    #[test]
    fn no_text_is_a_service(text in text()) {
        prop_assert_eq!(services().verify(&text, now()), None);
    }

    #[test]
    fn a_damaged_service_token_is_nobodys(at in any::<Index>(), how in any::<u8>()) {
        let (token, now) = service_token();
        prop_assert_eq!(services().verify(&token, now), Some(Role::Gateway));
        let other = damaged(&token, at, how);
        prop_assume!(meaning(&other) != meaning(&token));
        prop_assert_eq!(services().verify(&other, now), None);
    }
}

#[test]
fn one_kind_of_token_is_no_other() {
    let (service, at) = service_token();
    assert_eq!(viewers().verify(&service, at), None);
    assert_eq!(services().verify(&viewer_token(), now()), None);
    assert_eq!(viewers().verify(&Cursors::new(&secret()).seal("feed:1", &place()), now()), None);
}
