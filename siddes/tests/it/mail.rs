//! What tests of mail share: people with proven addresses, and the calls that give in a token.

use serde_json::json;
use testkit::{Answer, PASSWORD, Person, World};
use time::Duration;

pub const NEW_PASSWORD: &str = "red-heron-kayak-77";

/// The address of somebody whom `World::people` made.
pub fn address(of: &Person) -> String {
    format!("{}@example.test", of.name)
}

/// A call with a token and nothing else.
pub async fn give(by: &Person, path: &str, token: &str) -> Answer {
    by.post(&format!("/api/auth/{path}"), &json!({ "token": token })).await
}

/// Proves the address of a new account with the mail of its sign-up.
pub async fn verify(world: &World, person: &Person) {
    let token = world.mail().await.newest(&address(person), "Verify").token();
    give(person, "verify/confirm", &token).await.expect(200);
}

/// Asks for a sign-in link, and gives its token once it came.
pub async fn link(world: &World, email: &str) -> String {
    world.ambient.clock.advance(Duration::seconds(61));
    world.anonymous().post("/api/auth/magic/request", &json!({ "email": email })).await.expect(200);
    world.mail().await.newest(email, "sign-in link").token()
}

/// Asks for a new password, and gives the token once it came.
pub async fn reset(world: &World, email: &str) -> String {
    world.ambient.clock.advance(Duration::seconds(61));
    world.anonymous().post("/api/auth/password/reset/request", &json!({ "identifier": email })).await.expect(200);
    world.mail().await.newest(email, "Reset").token()
}

/// Asks for another address, and gives the token once it came.
pub async fn change(world: &World, by: &Person, email: &str) -> String {
    asks_to_change(by, email).await.expect(200);
    world.mail().await.newest(&email.to_lowercase(), "Confirm your Siddes email change").token()
}

pub async fn asks_to_change(by: &Person, email: &str) -> Answer {
    by.post("/api/auth/email/change/request", &json!({ "newEmail": email, "password": PASSWORD })).await
}

/// Sets a new password with a token.
pub async fn give_password(by: &Person, token: &str, password: &str) -> Answer {
    by.post("/api/auth/password/reset/confirm", &json!({ "token": token, "password": password })).await
}

/// Signs in with a password, in a browser of its own.
pub async fn log_in(world: &World, identifier: &str, password: &str) -> (Person, Answer) {
    let person = world.anonymous();
    let answer = person.post("/api/auth/login", &json!({ "identifier": identifier, "password": password })).await;
    (person, answer)
}

/// Whether a browser is signed in.
pub async fn is_in(person: &Person) -> bool {
    person.get("/api/auth/me").await.expect(200).json()["authenticated"] == true
}

/// Signs up with an address of one's own choice.
pub async fn sign_up(world: &World, name: &str, email: &str) -> Person {
    let mut person = world.anonymous();
    name.clone_into(&mut person.name);
    let body = json!({ "email": email, "username": name, "password": PASSWORD, "ageConfirmed": true });
    let answer = person.post("/api/auth/signup", &body).await.expect(200);
    person.id = platform::AccountId(answer.json()["user"]["id"].as_i64().expect("an id"));
    person
}
