//! Search of people, and what somebody posted in public.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::circles::make;

async fn names(person: &Person, query: &str) -> Vec<String> {
    let told = person.get(&format!("/api/search/users?{query}")).await.expect(200).json();
    let items = told["items"].as_array().unwrap();
    assert_eq!(told["count"], items.len());
    items.iter().map(|item| item["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_begin_so_come_first_and_few_are_filled_up() {
    let world = World::new().await;
    let [ann, _, _, mara, ..] = world.people(["ann", "emma_x", "tamara", "mara", "maya_o", "ma_1", "mia"]).await;
    world.jobs_done().await;
    assert_eq!(names(&ann, "q=@MA").await, ["ma_1", "mara", "maya_o", "emma_x", "tamara"]);
    assert_eq!(names(&ann, "q=ma&limit=2").await, ["ma_1", "mara"]);
    assert_eq!(names(&ann, "q=ma_").await, ["ma_1", "emma_x"], "a wildcard stands for itself");
    assert_eq!(names(&ann, "q=%25%25").await, Vec::<String>::new());
    let told = ann.get("/api/search/users?q=%20@Mara&limit=20").await.expect(200).json();
    let user = |person: &Person| {
        json!({
            "id": person.id.0, "username": person.name, "handle": person.handle(), "isStaff": false
        })
    };
    assert_eq!(told["items"][0], user(&mara));
    assert_eq!((&told["q"], &told["restricted"]), (&json!("Mara"), &json!(false)));
    for query in ["", "q=m", "q=@m", "q=m%00a"] {
        assert!(names(&ann, query).await.is_empty(), "{query}");
    }
    let nobody = world.anonymous().get("/api/search/users?q=ma").await.expect(200).json();
    let restricted = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon", "count": 0, "items": [] });
    assert_eq!(nobody, restricted);
    assert_eq!(ann.get("/api/search/users?q=ma").await.statements(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn enough_names_that_begin_so_need_no_others() {
    let world = World::new().await;
    let [ann] = world.people(["ann"]).await;
    sqlx::query(
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select 1000000 + n, case when n <= 8 then 'mab' || n else 'x_mab' || n end, '', 'active', false, true, now(), 1
         from generate_series(1, 20) n",
    )
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
    let found = names(&ann, "q=mab&limit=20").await;
    assert_eq!(found, ["mab1", "mab2", "mab3", "mab4", "mab5", "mab6", "mab7", "mab8"]);
    let found = names(&ann, "q=mab1&limit=20").await;
    assert_eq!((found[0].as_str(), found.len()), ("mab1", 11), "and x_mab10 to x_mab19");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gone_and_the_blocked_either_way_are_in_no_search_and_who_is_staff_is_told_to_staff() {
    let world = World::new().await;
    let [ann, foe, victim, gone, helper] =
        world.people(["ann", "quol_foe", "quol_victim", "quol_gone", "quol_help"]).await;
    let set = "update auth.account set staff = true, version = version + 1 where username = 'quol_help'";
    sqlx::query(set).execute(&mut world.database.connect().await).await.unwrap();
    // Heard of with his next request.
    helper.feed(Side::Public).await;
    helper.post("/api/follow", &json!({ "username": "ann", "follow": true })).await.expect(200);
    world.jobs_done().await;
    assert_eq!(names(&ann, "q=quol").await, ["quol_foe", "quol_gone", "quol_help", "quol_victim"]);
    foe.blocks(&ann).await;
    ann.blocks(&victim).await;
    world.auth().set_state(gone.id, AccountState::Banned, None, None).await.expect("gone");
    for query in ["q=quol", "q=uol"] {
        assert_eq!(names(&ann, query).await, ["quol_help"]);
    }
    assert!(!names(&foe, "q=ann").await.contains(&"ann".to_owned()));
    assert!(!names(&victim, "q=ann").await.contains(&"ann".to_owned()));
    for (person, staff) in [(&ann, false), (&helper, true)] {
        let told = person.get("/api/search/users?q=quol_h").await.expect(200).json();
        assert_eq!(told["items"][0]["isStaff"], staff, "{}", person.name);
    }
    world.auth().set_state(gone.id, AccountState::Suspended, None, None).await.expect("suspended");
    assert_eq!(names(&ann, "q=quol").await, ["quol_gone", "quol_help"], "the suspended are found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_somebodys_posts_holds_what_is_public_and_for_the_viewer() {
    let world = World::new().await;
    let [author, reader, member] = world.people(["author", "reader", "member"]).await;
    let posts = async |person: &Person, query: &str| {
        person.get(&format!("/api/users/@AUTHOR/posts{query}")).await.expect(200).contents()
    };
    let circle = make(&author, Side::Public, &[&member]).await;
    author.places(&reader, Side::Friends).await;
    author.posts(Side::Public, "one #tag").await;
    let two = author.posts(Side::Public, "two").await;
    author.posts(Side::Friends, "for friends #tag").await;
    author.post("/api/post", &json!({ "text": "in the circle #tag", "setId": circle })).await.expect(201);
    assert_eq!(posts(&reader, "").await, ["two", "one #tag"]);
    assert_eq!(posts(&reader, "?limit=1").await, ["two"]);
    assert_eq!(posts(&reader, "?tag=%23TAG").await, ["one #tag"]);
    assert!(posts(&reader, "?tag=x").await.is_empty());
    assert_eq!(posts(&member, "").await, ["in the circle #tag", "two", "one #tag"]);
    assert_eq!(posts(&member, "?tag=tag&limit=1").await, ["in the circle #tag"]);
    let told = reader.get("/api/users/author/posts").await.expect(200);
    assert!(told.statements() <= 5, "{}", told.statements());
    let told = told.json();
    assert_eq!((&told["username"], &told["count"]), (&json!("author"), &json!(2)));

    // A mute does not matter on one person's page; what he hid does.
    reader.mutes(&author).await;
    assert_eq!(posts(&reader, "").await, ["two", "one #tag"]);
    reader.post("/api/hidden-posts", &json!({ "postId": two, "hidden": true })).await.expect(200);
    assert_eq!(posts(&reader, "").await, ["one #tag"]);
    sqlx::query("update social.post set hidden = true where id <> $1")
        .bind(&two)
        .execute(&mut world.database.connect().await)
        .await
        .unwrap();
    assert!(posts(&reader, "").await.is_empty() && posts(&reader, "?tag=tag").await.is_empty());
    assert_eq!(posts(&author, "").await.len(), 3);

    let unknown = reader.get("/api/users/nobody/posts").await;
    unknown.refused(404, "not_found");
    author.blocks(&reader).await;
    let blocked = reader.get("/api/users/author/posts").await;
    assert_eq!((blocked.status, blocked.body_without_ids()), (unknown.status, unknown.body_without_ids()));
    assert_eq!(blocked.headers_without_ids(), unknown.headers_without_ids());
    assert_eq!(blocked.statements(), unknown.statements());
    world.auth().set_state(author.id, AccountState::Banned, None, None).await.expect("banned");
    member.get("/api/users/author/posts").await.refused(404, "not_found");
    let nobody = world.anonymous().get("/api/users/author/posts").await.expect(200).json();
    assert_eq!((&nobody["restricted"], &nobody["viewer"]), (&json!(true), &Value::Null));
}
