//! Names that nobody chose: of what somebody is called, never of his address, and never one that is kept.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;
use testkit::World;

use crate::oidc::{by_google, google, rows, with};

/// The name that a new account of Google's gets.
async fn named(world: &World, sub: &str, given_name: &str) -> String {
    let claims = with(google(world, sub, &format!("{sub}@example.test")), &json!({ "given_name": given_name }));
    let answer = by_google(world, &world.anonymous(), &claims).await.expect(200);
    answer.json()["user"]["username"].as_str().expect("a name").to_owned()
}

fn is_numbered(name: &str, base: &str) -> bool {
    let number = name.strip_prefix(base).and_then(|rest| rest.strip_prefix('_'));
    number.is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_made_of_the_given_one_and_the_next_of_that_name_gets_a_number() {
    let world = World::builder().oidc().build().await;
    assert_eq!(named(&world, "secret-1", "José").await, "jose");
    let next = named(&world, "secret-2", "Jose").await;
    assert!(is_numbered(&next, "jose"), "{next}");
    assert_eq!(named(&world, "secret-3", "李").await, "sider");
    for (sub, name) in [("secret-4", ""), ("secret-5", "Admin"), ("secret-6", "Support"), ("secret-7", "12345")] {
        let name = named(&world, sub, name).await;
        assert!(is_numbered(&name, "sider"), "{name}");
    }
    assert_eq!(world.count("select count(*) from auth.account where username like '%secret%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_kept_for_somebody_or_from_everybody_is_not_given_out() {
    let world = World::builder().oidc().build().await;
    let [ann] = world.people(["ann"]).await;
    ann.post("/api/auth/username/set", &json!({ "username": "anna" })).await.expect(200);
    let name = named(&world, "g-1", "Ann").await;
    assert!(is_numbered(&name, "ann"), "{name}");
    let mut conn = world.database.connect().await;
    let kept = "insert into auth.reserved_name (name)
                select 'kept:' || encode(sha256(key || convert_to('ben', 'UTF8')), 'hex') from auth.name_key";
    sqlx::query(kept).execute(&mut conn).await.unwrap();
    let name = named(&world, "g-2", "Ben").await;
    assert!(is_numbered(&name, "ben"), "{name}");
    let form = json!({ "email": "b@example.test", "username": "ben", "password": testkit::PASSWORD });
    world.anonymous().post("/api/auth/signup", &form).await.refused(409, "signup_unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_with_one_name_at_once_each_gets_one_of_his_own() {
    let world = World::builder().oidc().build().await;
    let subs: Vec<String> = (0..8).map(|number| format!("g-{number}")).collect();
    let names = join_all(subs.iter().map(|sub| named(&world, sub, "Kim"))).await;
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 8, "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("kim")), "{names:?}");
    assert_eq!(rows(&world).await, [8, 8, 8, 8]);
}
