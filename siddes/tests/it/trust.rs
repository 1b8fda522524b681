//! The gates of trust: off unless asked for; then some for links, and time between public texts.

use platform::{AccountId, Side};
use serde_json::json;
use testkit::{Answer, Person, World, WorldBuilder};
use time::Duration;

use crate::{
    echoes::{echo, quote},
    edits::edit,
};

const LINK: &str = "see https://example.test";

fn gated() -> WorldBuilder {
    World::builder().setting("SD_PUBLIC_TRUST_GATES", "yes")
}

async fn write(person: &Person, side: Side, text: &str) -> Answer {
    person.post("/api/post", &json!({ "text": text, "side": side.as_str() })).await
}

#[track_caller]
fn paced(answer: &Answer, least: i64, most: i64) {
    answer.refused(429, "rate_limited");
    let json = answer.json();
    let left = json["retry_after_ms"].as_i64().unwrap();
    assert!((least..=most).contains(&left), "{left} ms");
    assert_eq!(json["restricted"], false);
    let seconds: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(seconds, (left + 999) / 1_000);
}

/// As auth tells it: his address is verified, and he is here for a week.
async fn season(world: &World, account: AccountId) {
    let mut conn = world.database.connect().await;
    let sql = "update auth.account set email_verified_at = created_at, created_at = created_at - interval '8 days',
                   version = version + 1 where id = $1";
    sqlx::query(sql).bind(account.0).execute(&mut conn).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_being_asked_for_there_are_no_gates() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    for _ in 0..3 {
        write(&author, Side::Public, LINK).await.expect(201);
    }
    assert_eq!(world.count("select count(*) from social.pace").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn either_name_of_the_setting_puts_them_up() {
    let world = World::builder().setting("NEXT_PUBLIC_SD_PUBLIC_TRUST_GATES", "1").build().await;
    let [author] = world.people(["author"]).await;
    write(&author, Side::Public, LINK).await.refused(403, "link_requires_trust");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_takes_a_verified_address_and_a_week() {
    let world = gated().build().await;
    let [author, other] = world.people(["author", "other"]).await;
    let post = other.posts(Side::Public, "hello").await;
    let answer = write(&author, Side::Public, "WWW.example.test").await;
    answer.refused(403, "link_requires_trust");
    assert_eq!((&answer.json()["min_trust"], &answer.json()["restricted"]), (&json!(2), &json!(false)));
    quote(&author, &post, &json!({ "text": LINK })).await.refused(403, "link_requires_trust");
    author.post(&format!("/api/post/{post}/reply"), &json!({ "text": LINK })).await.refused(403, "link_requires_trust");
    // Elsewhere nobody asks.
    write(&author, Side::Friends, LINK).await.expect(201);
    quote(&author, &post, &json!({ "text": LINK, "side": "close" })).await.expect(201);
    // What was refused costs no waiting.
    let own = write(&author, Side::Public, "hello").await.expect(201).json();
    edit(&author, own["post"]["id"].as_str().unwrap(), LINK).await.refused(403, "link_requires_trust");
    season(&world, author.id).await;
    world.ambient.clock.advance(Duration::seconds(60));
    let seasoned = write(&author, Side::Public, LINK).await.expect(201).json();
    assert_eq!(seasoned["post"]["trustLevel"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_texts_of_one_kind_keep_their_distance() {
    let world = gated().build().await;
    let [author, other] = world.people(["author", "other"]).await;
    let post = other.posts(Side::Public, "hello").await;
    let own = write(&author, Side::Public, "one").await.expect(201).json()["post"]["id"].as_str().unwrap().to_owned();
    paced(&write(&author, Side::Public, "two").await, 30_000, 60_000);
    paced(&quote(&author, &post, &json!({ "text": "two" })).await, 30_000, 60_000);
    // Other kinds, other Sides, other people, and what has no text of its own.
    edit(&author, &own, "one more").await.expect(200);
    paced(&edit(&author, &own, "and more").await, 30_000, 60_000);
    let reply = format!("/api/post/{post}/reply");
    author.post(&reply, &json!({ "text": "one" })).await.expect(201);
    paced(&author.post(&reply, &json!({ "text": "two" })).await, 30_000, 60_000);
    echo(&author, &post, "public").await.expect(200);
    for _ in 0..2 {
        write(&author, Side::Friends, "as often as I like").await.expect(201);
    }
    write(&world.people(["third"]).await[0], Side::Public, "mine").await.expect(201);
    world.ambient.clock.advance(Duration::seconds(60));
    write(&author, Side::Public, "two").await.expect(201);
    season(&world, author.id).await;
    world.ambient.clock.advance(Duration::seconds(15));
    write(&author, Side::Public, "three").await.expect(201);
    paced(&write(&author, Side::Public, "four").await, 250, 15_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_at_once_one_passes_and_a_repeat_of_it_is_no_second() {
    let world = gated().build().await;
    let [author] = world.people(["author"]).await;
    let post = |key: usize| {
        let body = json!({ "text": "x", "client_key": format!("k{key}") });
        let author = author.clone();
        async move { (key, author.post("/api/post", &body).await) }
    };
    let answers = futures::future::join_all((0..8).map(post)).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, answer)| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for (_, answer) in &refused {
        paced(answer, 250, 60_000);
    }
    let again = post(made[0].0).await.1.expect(201);
    assert_eq!(again.json()["post"]["id"], made[0].1.json()["post"]["id"]);
    assert_eq!(world.count("select count(*) from social.post").await, 1);
}
