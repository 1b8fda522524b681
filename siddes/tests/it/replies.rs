//! Replies as they are read: what a viewer may see of them, under a post that he sees.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

/// Replies, and returns the reply's id.
pub async fn reply(person: &Person, post: &str, parent: Option<&str>, text: &str) -> String {
    let body = json!({ "text": text, "parentId": parent, "parent_id": parent });
    let made = person.post(&format!("/api/post/{post}/reply"), &body).await.expect(201).json();
    made["reply"]["id"].as_str().unwrap().to_owned()
}

pub async fn read(person: &Person, post: &str) -> Answer {
    person.get(&format!("/api/post/{post}/replies")).await
}

/// Texts of a flat list with their depth, and what the answer counts.
pub async fn listed(person: &Person, post: &str) -> (Vec<String>, i64) {
    let json = read(person, post).await.expect(200).json();
    let items = json["replies"].as_array().unwrap();
    let texts = items.iter().map(|item| format!("{} {}", item["depth"], item["text"].as_str().unwrap())).collect();
    (texts, json["count"].as_i64().unwrap())
}

fn nested(replies: &Value) -> String {
    let one = |reply: &Value| format!("{}({})", reply["text"].as_str().unwrap(), nested(&reply["replies"]));
    replies.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What a tree shows, `a(b()) c()`.
async fn tree(person: &Person, post: &str) -> String {
    let json = person.get(&format!("/api/post/{post}/replies?tree=1")).await.expect(200).json();
    nested(&json["replies"])
}

/// Writes many replies into the database, the oldest first.
pub async fn many(world: &World, post: &str, author: &Person, number: i32) {
    let mut conn = world.database.connect().await;
    let sql = "insert into social.reply (id, post, author, body, depth, created_at)
               select 'r_1_' || lpad(n::text, 8, '0'), $1, $2, 'reply ' || n, 0, now() - interval '1 day' + n * interval '1 second'
               from generate_series(1, $3) n";
    sqlx::query(sql).bind(post).bind(author.id.0).bind(number).execute(&mut conn).await.unwrap();
    let sql = "update social.post set reply_count = reply_count + $2 where id = $1";
    sqlx::query(sql).bind(post).bind(i64::from(number)).execute(&mut conn).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_a_tree_tell_the_same_replies() {
    let world = World::new().await;
    let [author, sam_fox] = world.people(["author", "sam_fox"]).await;
    author.places(&sam_fox, Side::Friends).await;
    let post = author.posts(Side::Friends, "hello").await;
    let body = json!({ "text": " first ", "parentId": null, "client_key": "k" });
    let made = sam_fox.post(&format!("/api/post/{post}/reply"), &body).await.expect(201).json();
    let first = &made["reply"];
    let id = first["id"].as_str().unwrap();
    assert!(id.starts_with("r_") && id.rsplit('_').next().unwrap().len() == 8, "{id}");
    let expected = json!({
        "id": id, "post_id": post, "text": "first", "client_key": "k", "created_at": first["created_at"],
    });
    assert_eq!((&made["ok"], &made["status"], first), (&json!(true), &json!(201), &expected));
    let second = reply(&author, &post, Some(id), "second").await;
    reply(&author, &post, None, "third").await;

    let json = read(&author, &post).await.expect(200).json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ok", "postId", "count", "replies", "viewerAuthed"]);
    assert_eq!((&json["postId"], &json["count"], &json["viewerAuthed"]), (&json!(post), &json!(3), &json!(true)));
    let expected = json!({
        "id": id, "postId": post, "authorId": sam_fox.id.to_string(), "author": "Sam", "handle": "@sam_fox",
        "text": "first", "createdAt": first["created_at"], "clientKey": null, "parentId": null, "depth": 0,
        "likeCount": 0,
    });
    assert_eq!(json["replies"][0], expected, "the name is that of the post's Side");
    let below = &json["replies"][1];
    assert_eq!((&below["id"], &below["parentId"], &below["depth"]), (&json!(second), &json!(id), &json!(1)));
    // A key is told to whom it belongs.
    assert_eq!(read(&sam_fox, &post).await.json()["replies"][0]["clientKey"], "k");

    for asked in ["tree=1", "tree=tree", "format=tree", "format=YES"] {
        let json = author.get(&format!("/api/post/{post}/replies?{asked}")).await.expect(200).json();
        assert_eq!(nested(&json["replies"]), "first(second()) third()", "{asked}");
        assert_eq!((&json["count"], &json["flatCount"], &json["format"]), (&json!(3), &json!(3), &json!("tree")));
    }
    for asked in ["tree=0", "format=json", "tree="] {
        let json = author.get(&format!("/api/post/{post}/replies?{asked}")).await.expect(200).json();
        assert!(json.get("flatCount").is_none() && json["replies"][0].get("replies").is_none(), "{asked}");
    }
    assert_eq!(author.reads(&post).await.json()["post"]["replyCount"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_public_post_everybody_reads_the_replies() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let nobody = world.anonymous();
    let json = read(&nobody, &post).await.expect(200).json();
    assert_eq!(json, json!({ "ok": true, "postId": post, "count": 0, "replies": [], "viewerAuthed": false }));
    reply(&author, &post, None, "mine").await;
    assert_eq!(listed(&nobody, &post).await, (vec!["0 mine".to_owned()], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_see_the_post_finds_no_replies_and_cannot_reply_or_like() {
    let world = World::new().await;
    let names = ["author", "friend", "stranger", "revoked", "blocked_by", "blocking", "hiding", "other_circle"];
    let [author, friend, stranger, revoked, blocked_by, blocking, hiding, other] = world.people(names).await;
    for person in [&friend, &revoked, &blocked_by, &blocking, &hiding] {
        author.places(person, Side::Friends).await;
    }
    let post = author.posts(Side::Friends, "hello").await;
    reply(&friend, &post, None, "seen").await;
    crate::circles::make(&author, Side::Work, &[&other]).await;
    author.unplaces(&revoked).await;
    author.blocks(&blocked_by).await;
    blocking.blocks(&author).await;
    hiding.post("/api/hidden-posts", &json!({ "postId": post })).await.expect(200);
    let nowhere = "p_1795544675943_29228f24";
    for person in [&stranger, &revoked, &blocked_by, &blocking, &hiding, &other, &world.anonymous()] {
        let (answer, unknown) = (read(person, &post).await, read(person, nowhere).await);
        crate::circles::is_unknown(&answer, &unknown, &person.name);
        if person.name == "anonymous" {
            continue;
        }
        for (tail, body) in [("reply", json!({ "text": "x" })), ("like", json!({}))] {
            let answer = person.post(&format!("/api/post/{post}/{tail}"), &body).await;
            let unknown = person.post(&format!("/api/post/{nowhere}/{tail}"), &body).await;
            crate::circles::is_unknown(&answer, &unknown, &format!("{} {tail}", person.name));
        }
    }
    assert_eq!(listed(&friend, &post).await, (vec!["0 seen".to_owned()], 1));
    // Hidden by moderation: for the author alone.
    sqlx::query("update social.post set hidden = true").execute(&mut world.database.connect().await).await.unwrap();
    read(&friend, &post).await.refused(404, "not_found");
    assert_eq!(listed(&author, &post).await.1, 1);
    world.auth().set_state(author.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    read(&friend, &post).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_the_blocked_are_left_out_and_what_hangs_below_them_moves_up() {
    let world = World::new().await;
    let [author, viewer, foe] = world.people(["author", "viewer", "foe"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let top = reply(&author, &post, None, "a").await;
    let second = reply(&foe, &post, Some(&top), "b").await;
    let third = reply(&foe, &post, Some(&second), "c").await;
    let fourth = reply(&author, &post, Some(&third), "d").await;
    reply(&author, &post, Some(&fourth), "e").await;
    let other = reply(&foe, &post, None, "f").await;
    reply(&author, &post, Some(&other), "g").await;
    assert_eq!(tree(&viewer, &post).await, "a(b(c(d(e())))) f(g())");
    for (blocker, blocked) in [(&viewer, &foe), (&foe, &viewer)] {
        blocker.blocks(blocked).await;
        assert_eq!(tree(&viewer, &post).await, "a(d(e())) g()", "{} blocks", blocker.name);
        let expected = ["0 a", "1 d", "2 e", "0 g"].map(str::to_owned).to_vec();
        assert_eq!(listed(&viewer, &post).await, (expected, 4));
        assert_eq!(viewer.reads(&post).await.json()["post"]["replyCount"], 4);
        // Nothing of them is named: not even as what something answers.
        let told = String::from_utf8(read(&viewer, &post).await.bytes.to_vec()).unwrap();
        assert!([&second, &third, &other].iter().all(|id| !told.contains(id.as_str())), "{told}");
        // To them he is an unknown one, and his replies are no parents.
        let below = json!({ "text": "x", "parentId": third });
        viewer.post(&format!("/api/post/{post}/reply"), &below).await.refused(400, "parent_not_found");
        assert_eq!(tree(&author, &post).await, "a(b(c(d(e())))) f(g())", "nobody else sees a difference");
        blocker.unblocks(blocked).await;
    }
    assert_eq!(listed(&viewer, &post).await.1, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_the_muted_are_left_out_and_no_number_changes() {
    let world = World::new().await;
    let [author, viewer, noisy] = world.people(["author", "viewer", "noisy"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let a = reply(&noisy, &post, None, "a").await;
    reply(&author, &post, Some(&a), "b").await;
    viewer.mutes(&noisy).await;
    assert_eq!(listed(&viewer, &post).await, (vec!["0 b".to_owned()], 2));
    assert_eq!(viewer.reads(&post).await.json()["post"]["replyCount"], 2);
    assert_eq!(tree(&noisy, &post).await, "a(b())", "he does not notice");
    viewer.delete("/api/mutes/%40noisy").await.expect(200);
    assert_eq!(tree(&viewer, &post).await, "a(b())");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_the_gone_are_left_out_at_once_and_come_back_with_them() {
    // Exact before any job has come by, and after it.
    for worker in [false, true] {
        let world = if worker { World::new().await } else { World::builder().without_worker().build().await };
        let [author, viewer, leaver] = world.people(["author", "viewer", "leaver"]).await;
        let post = author.posts(Side::Public, "hello").await;
        let a = reply(&leaver, &post, None, "a").await;
        reply(&author, &post, Some(&a), "b").await;
        let number = async || viewer.reads(&post).await.json()["post"]["replyCount"].clone();
        for (state, expected, many) in [
            (AccountState::Banned, "b()", 1),
            (AccountState::Active, "a(b())", 2),
            (AccountState::ReadOnly, "a(b())", 2),
            (AccountState::Deactivated, "b()", 1),
        ] {
            world.auth().set_state(leaver.id, state, None, None).await.expect("set");
            if worker {
                world.jobs_done().await;
                assert_eq!(world.count("select reply_count from social.post").await, many);
                assert_eq!(world.count("select count(*) from social.recounting").await, 0);
            }
            assert_eq!(tree(&viewer, &post).await, expected, "{state:?}");
            assert_eq!((listed(&viewer, &post).await.1, number().await), (many, json!(many)), "{state:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_a_thousand_the_oldest_are_listed_and_all_are_counted() {
    let world = World::new().await;
    let [author, foe, viewer] = world.people(["author", "foe", "viewer"]).await;
    let post = author.posts(Side::Public, "hello").await;
    let early = reply(&foe, &post, None, "early").await;
    // Older than everything else, and the parent of what is oldest of the many.
    many(&world, &post, &author, 1_005).await;
    let mut conn = world.database.connect().await;
    sqlx::query("update social.reply set created_at = now() - interval '2 days' where id = $1")
        .bind(&early)
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("update social.reply set parent = $1, depth = 1 where id = 'r_1_00000001'")
        .bind(&early)
        .execute(&mut conn)
        .await
        .unwrap();
    let (texts, count) = listed(&viewer, &post).await;
    assert_eq!((texts.len(), count), (1_000, 1_006));
    assert_eq!((texts[0].as_str(), texts[1].as_str(), texts[999].as_str()), ("0 early", "1 reply 1", "0 reply 999"));
    let json = viewer.get(&format!("/api/post/{post}/replies?tree=1")).await.expect(200).json();
    assert_eq!((&json["flatCount"], json["replies"].as_array().unwrap().len()), (&json!(1_006), 999));
    viewer.blocks(&foe).await;
    let (texts, count) = listed(&viewer, &post).await;
    assert_eq!((texts.len(), count, texts[0].as_str()), (1_000, 1_005, "0 reply 1"));
}
