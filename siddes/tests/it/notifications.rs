//! Notifications as their receiver reads them: his own, of the Side asked for, and only what he may be shown then.

use http::Method;
use platform::{Role, Side, person::AccountState, timestamp};
use proto::{
    common::v1 as common,
    inbox::v1::{ApplyRequest, Entry, Kind, Told, notifications_client::NotificationsClient},
};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};
use time::{Duration, OffsetDateTime};

/// What social would say: that somebody did something to a public post.
pub fn news(receiver: &Person, actor: &Person, kind: Kind, post: &str, version: i64, at: OffsetDateTime) -> Entry {
    Entry {
        receiver: receiver.id.0,
        side: common::Side::Public.into(),
        kind: kind.into(),
        actor: actor.id.0,
        post: post.to_owned(),
        version,
        told: Some(Told {
            at: Some(timestamp::to_proto(at)),
            glimpse: format!("glimpse {version}"),
            post_title: "title".to_owned(),
        }),
    }
}

/// The same of another Side.
pub fn of_side(side: Side, entry: Entry) -> Entry {
    Entry { side: common::Side::from(side).into(), ..entry }
}

pub async fn apply(world: &World, entries: Vec<Entry>) {
    let mut client = NotificationsClient::new(world.channel(Role::Social, Role::Inbox));
    client.apply(ApplyRequest { entries, forgotten_posts: Vec::new() }).await.expect("kept");
}

pub async fn list(person: &Person, side: Side) -> Answer {
    person.get(&format!("/api/notifications?side={side}")).await.expect(200)
}

pub async fn items(person: &Person, side: Side) -> Vec<Value> {
    list(person, side).await.json()["items"].as_array().expect("items").clone()
}

/// The kinds of what is listed, each followed by "!" while it is unread.
pub async fn kinds(person: &Person, side: Side) -> Vec<String> {
    let line = |item: &Value| {
        let unread = if item["read"] == false { "!" } else { "" };
        format!("{}{unread}", item["type"].as_str().expect("a type"))
    };
    items(person, side).await.iter().map(line).collect()
}

/// So many public posts of somebody: `p_<number>_00000000`.
pub async fn write_posts(world: &World, author: &Person, numbers: std::ops::RangeInclusive<i64>) {
    let sql = "insert into social.post (id, author, side, body, created_at)
               select 'p_' || n || '_00000000', $1, 'public', 'post ' || n, now()
               from generate_series($2::bigint, $3) n";
    let row = sqlx::query(sql).bind(author.id.0).bind(*numbers.start()).bind(*numbers.end());
    row.execute(&mut world.database.connect().await).await.expect("posts");
}

pub fn post(number: i64) -> String {
    format!("p_{number}_00000000")
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_his_own_of_the_side_asked_for() {
    let world = World::new().await;
    let [ann, ben, cara] = world.people(["ann", "ben", "cara"]).await;
    world.jobs_done().await;
    let nobody = world.anonymous().get("/api/notifications").await.expect(200).json();
    let restricted = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon", "count": 0, "items": [] });
    assert_eq!(nobody, restricted);

    let public = ann.posts(Side::Public, "hello").await;
    let work = ann.posts(Side::Work, "at work").await;
    let at = world.ambient.clock.now();
    let mut untitled = news(&ann, &ben, Kind::Mention, &work, 1, at);
    untitled.told = untitled.told.map(|told| Told { post_title: String::new(), ..told });
    apply(&world, vec![news(&ann, &ben, Kind::Like, &public, 1, at), of_side(Side::Work, untitled)]).await;
    let told = list(&ann, Side::Public).await.json();
    let id = told["items"][0]["id"].as_str().expect("an id");
    assert!(id.len() == 18 && id.starts_with("n_"), "{id}");
    let expected = json!({
        "ok": true, "restricted": false, "viewer": format!("me_{}", ann.id.0), "role": "me", "count": 1,
        "items": [{
            "id": id, "actor": "@ben", "type": "like", "ts": timestamp::millis(at), "glimpse": "glimpse 1",
            "postId": public, "postTitle": "title", "read": false,
        }],
    });
    assert_eq!(told, expected);
    let at_work = items(&ann, Side::Work).await;
    assert_eq!((&at_work[0]["type"], &at_work[0]["postTitle"]), (&json!("mention"), &Value::Null));
    for side in [Side::Friends, Side::Close] {
        assert!(items(&ann, side).await.is_empty(), "{side}");
    }
    for person in [&ben, &cara] {
        for side in Side::ALL {
            assert!(items(person, side).await.is_empty(), "{} {side}", person.name);
        }
    }
    // The header of the web client goes before the query; what is no side is the public one.
    let with = async |header: &'static str, query: &str| {
        let mut headers = ann.headers();
        headers.insert("x-sd-side", header.parse().unwrap());
        let path = format!("/api/notifications{query}");
        world.http.send(Method::GET, &path, headers, "").await.expect(200).json()["items"][0]["type"].clone()
    };
    assert_eq!(with(" Work ", "?side=public").await, "mention");
    assert_eq!(with("nowhere", "?side=work").await, "like");
    assert_eq!(with("", "?side=WORK").await, "mention");
    assert_eq!(with("", "").await, "like");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_full_whatever_is_out_of_sight_above_and_among_it() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=60).await;
    let start = world.ambient.clock.now();
    // The newest 250 are of posts that are not there; every other one of the rest is, too.
    let of = |number: i64| news(&ann, &ben, Kind::Like, &post(number), 1, start - Duration::seconds(number));
    apply(&world, (1..=60).map(of).collect()).await;
    for first in [1_001, 1_126] {
        let above = |number| news(&ann, &ben, Kind::Like, &post(number), 1, start + Duration::seconds(number));
        apply(&world, (first..first + 125).map(above).collect()).await;
    }
    let among = |number| news(&ann, &ben, Kind::Reply, &post(number + 5_000), 1, start - Duration::seconds(number));
    apply(&world, (1..=60).map(among).collect()).await;
    let told = list(&ann, Side::Public).await.json();
    let posts: Vec<String> =
        told["items"].as_array().unwrap().iter().map(|item| item["postId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told["count"], 50);
    assert_eq!(posts, (1..=50).map(post).collect::<Vec<_>>(), "newest first, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_post_out_of_sight_hides_nothing_below_it_however_much_is_told_of_it() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=1).await;
    let now = world.ambient.clock.now();
    apply(&world, vec![news(&ann, &ben, Kind::Like, &post(1), 1, now - Duration::hours(1))]).await;
    // A thousand people did something to a post that she does not see any more.
    for sql in [
        "insert into inbox.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select 1000000 + n, 'crowd_' || n, '', 'active', false, false, now(), 1 from generate_series(1, 1000) n
         where $1 > 0",
        "insert into inbox.notification (id, receiver, side, kind, actor, post, version, at, glimpse, post_title)
         select 'n_' || n, $1, 'public', 'reply', 1000000 + n, 'p_9_gone', 1, now(), '', ''
         from generate_series(1, 1000) n",
    ] {
        sqlx::query(sql).bind(ann.id.0).execute(&mut world.database.connect().await).await.expect(sql);
    }
    assert_eq!(kinds(&ann, Side::Public).await, ["like!"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_whom_or_what_is_kept_from_him_and_what_may_come_back_does() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    ben.places(&ann, Side::Friends).await;
    world.jobs_done().await;
    let (own, theirs) = (ann.posts(Side::Public, "by ann").await, ben.posts(Side::Public, "by ben, @ann").await);
    let private = ben.posts(Side::Friends, "among friends, @ann").await;
    world.jobs_done().await;
    let at = world.ambient.clock.now() + Duration::hours(1);
    // Far above whatever the posts themselves have told.
    let version = 1_000_000;
    apply(
        &world,
        vec![
            news(&ann, &ben, Kind::Like, &own, version, at),
            news(&ann, &ben, Kind::Mention, &theirs, version, at - Duration::seconds(1)),
            of_side(Side::Friends, news(&ann, &ben, Kind::Mention, &private, version, at)),
        ],
    )
    .await;
    let all = async || (kinds(&ann, Side::Public).await, kinds(&ann, Side::Friends).await.len());
    let everything = (vec!["like!".to_owned(), "mention!".to_owned()], 1);
    let nothing = (Vec::new(), 0);
    assert_eq!(all().await, everything);

    ann.mutes(&ben).await;
    assert_eq!(all().await, nothing, "muted");
    // What he was not shown he has not read.
    assert_eq!(ann.post("/api/notifications/mark-all-read", &Value::Null).await.expect(200).json()["marked"], 0);
    ann.delete("/api/mutes/%40ben").await.expect(200);
    assert_eq!(all().await, everything);

    world.auth().set_state(ben.id, AccountState::Banned, None, Some("spam")).await.expect("set");
    assert_eq!(all().await, nothing, "gone");
    world.auth().set_state(ben.id, AccountState::Active, None, None).await.expect("set");
    assert_eq!(all().await, everything);

    ben.unplaces(&ann).await;
    assert_eq!(all().await, (everything.0.clone(), 0), "not among his friends any more");
    ben.places(&ann, Side::Friends).await;
    assert_eq!(all().await, everything);

    let hide = |hidden: bool| json!({ "postId": theirs, "hidden": hidden });
    ann.post("/api/hidden-posts", &hide(true)).await.expect(200);
    assert_eq!(all().await, (vec!["like!".to_owned()], 1), "out of her sight by her own wish");
    ann.post("/api/hidden-posts", &hide(false)).await.expect(200);
    assert_eq!(all().await, everything);

    let moderated = "update social.post set hidden = $1 where side = 'public'";
    let mut conn = world.database.connect().await;
    sqlx::query(moderated).bind(true).execute(&mut conn).await.unwrap();
    assert_eq!(all().await, (vec!["like!".to_owned()], 1), "her own she still sees");
    sqlx::query(moderated).bind(false).execute(&mut conn).await.unwrap();
    assert_eq!(all().await, everything);

    ben.delete(&format!("/api/post/{theirs}")).await.expect(200);
    assert_eq!(all().await, (vec!["like!".to_owned()], 1), "deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_takes_back_what_each_was_told_of_the_other_and_unblocking_restores_nothing() {
    for ann_blocks in [true, false] {
        let world = World::new().await;
        let [ann, ben, cara] = world.people(["ann", "ben", "cara"]).await;
        let (by_ann, by_ben) = (ann.posts(Side::Public, "by ann").await, ben.posts(Side::Public, "by ben").await);
        world.jobs_done().await;
        let at = world.ambient.clock.now();
        let told = vec![
            news(&ann, &ben, Kind::Like, &by_ann, 1, at),
            news(&ben, &ann, Kind::Reply, &by_ben, 1, at),
            news(&ann, &cara, Kind::Echo, &by_ann, 1, at),
        ];
        apply(&world, told.clone()).await;
        let (blocker, blocked) = if ann_blocks { (&ann, &ben) } else { (&ben, &ann) };
        blocker.blocks(blocked).await;
        let left = async || (kinds(&ann, Side::Public).await, kinds(&ben, Side::Public).await);
        let others = (vec!["echo!".to_owned()], Vec::new());
        assert_eq!(left().await, others);
        assert_eq!(
            world.count("select count(*) from inbox.notification where glimpse <> ''").await,
            1,
            "no text stays"
        );
        // What comes meanwhile, or late, is not told, now or later.
        let next = |entry: &Entry| Entry { version: 2, ..entry.clone() };
        apply(&world, told.iter().take(2).map(next).collect()).await;
        assert_eq!(left().await, others);
        blocker.unblocks(blocked).await;
        apply(&world, told.iter().take(2).map(next).collect()).await;
        assert_eq!(left().await, others);
        // What they do afterwards is.
        apply(&world, vec![news(&ann, &ben, Kind::Like, &by_ann, 3, at + Duration::hours(1))]).await;
        assert_eq!(kinds(&ann, Side::Public).await, ["like!", "echo!"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_it_is_called_as_he_is_now() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=1).await;
    apply(&world, vec![news(&ann, &ben, Kind::Like, &post(1), 1, world.ambient.clock.now())]).await;
    ben.post("/api/auth/username/set", &json!({ "username": "benjamin" })).await.expect(200);
    world.jobs_done().await;
    assert_eq!(items(&ann, Side::Public).await[0]["actor"], "@benjamin");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_or_decided_is_503_and_never_an_empty_list() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=1).await;
    apply(&world, vec![news(&ann, &ben, Kind::Like, &post(1), 1, world.ambient.clock.now())]).await;
    // Who may see the post, social alone knows.
    let social = world.running.local.take(Role::Social).expect("social runs here");
    ann.get("/api/notifications").await.refused(503, "store_unavailable");
    list(&ben, Side::Public).await;
    world.running.local.insert(Role::Social, social);
    assert_eq!(kinds(&ann, Side::Public).await, ["like!"]);
    let inbox = world.running.local.take(Role::Inbox).expect("inbox runs here");
    ann.get("/api/notifications").await.refused(503, "store_unavailable");
    for path in ["/api/notifications/mark-read", "/api/notifications/mark-all-read"] {
        ann.post(path, &json!({ "ids": ["n_1"] })).await.refused(503, "store_unavailable");
    }
    // Nothing else waits for it.
    ann.feed(Side::Public).await;
    ann.posts(Side::Public, "written meanwhile").await;
    world.running.local.insert(Role::Inbox, inbox);
    assert_eq!(kinds(&ann, Side::Public).await, ["like!"]);
}
