//! What inbox keeps of what it hears: the newest, whatever comes late, twice or at once; nothing between two who are
//! apart, of a post that is gone, or of an account that ends.

use futures::future::join_all;
use platform::{Role, Side, person::AccountState};
use proto::inbox::v1::{ApplyRequest, Entry, Kind, Told, notifications_client::NotificationsClient};
use serde_json::{Value, json};
use testkit::{Person, World, WorldBuilder};
use time::Duration;
use tonic::Code;

use crate::notifications::{apply, items, kinds, news, of_side, post, write_posts};

/// Notifications with something to tell.
const LIVE: &str = "select count(*) from inbox.notification where removed_at is null";

/// Two people, and one post of the first.
async fn scene(builder: WorldBuilder) -> (World, Person, Person) {
    let world = builder.build().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    write_posts(&world, &ann, 1..=1).await;
    (world, ann, ben)
}

fn untold(entry: Entry) -> Entry {
    Entry { told: None, ..entry }
}

async fn forget(world: &World, posts: Vec<String>) {
    let mut client = NotificationsClient::new(world.channel(Role::Social, Role::Inbox));
    client.apply(ApplyRequest { entries: Vec::new(), forgotten_posts: posts }).await.expect("forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_a_lower_version_change_nothing_in_whatever_order_they_come() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let at = world.ambient.clock.now();
    let like = |version| news(&ann, &ben, Kind::Like, &post(1), version, at);
    apply(&world, vec![like(5)]).await;
    apply(&world, vec![untold(like(7))]).await;
    for late in [like(5), like(6), like(7)] {
        apply(&world, vec![late]).await;
        assert!(kinds(&ann, Side::Public).await.is_empty(), "no ghost");
    }
    // Taken back before it was told at all.
    let reply = |version| news(&ann, &ben, Kind::Reply, &post(1), version, at);
    apply(&world, vec![untold(reply(2))]).await;
    apply(&world, vec![reply(1)]).await;
    assert!(kinds(&ann, Side::Public).await.is_empty());
    // Of several in one call, the newest counts.
    apply(&world, vec![reply(3), reply(5), reply(4)]).await;
    assert_eq!(items(&ann, Side::Public).await[0]["glimpse"], "glimpse 5");
    assert_eq!(world.count("select count(*) from inbox.notification").await, 2, "one of each kind");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_newer_event_is_unread_again() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let start = world.ambient.clock.now();
    let like = |version, seconds| news(&ann, &ben, Kind::Like, &post(1), version, start + Duration::seconds(seconds));
    let read = async || {
        ann.post("/api/notifications/mark-all-read", &Value::Null).await.expect(200);
    };
    let now = async || kinds(&ann, Side::Public).await;
    apply(&world, vec![like(1, 10)]).await;
    assert_eq!(now().await, ["like!"]);
    read().await;
    // Other words for the same event, and an older one that became the newest.
    for entry in [like(2, 10), like(3, 5)] {
        apply(&world, vec![entry]).await;
        assert_eq!(now().await, ["like"]);
    }
    apply(&world, vec![like(4, 20)]).await;
    assert_eq!(now().await, ["like!"], "newer");
    // Taken back unread; what remains is older, and no news.
    apply(&world, vec![untold(like(5, 0))]).await;
    apply(&world, vec![like(6, 10)]).await;
    assert_eq!(now().await, ["like"]);
    apply(&world, vec![untold(like(7, 0))]).await;
    apply(&world, vec![like(8, 30)]).await;
    assert_eq!(now().await, ["like!"], "done anew");
    // A tombstone of what was never told knows no time.
    apply(&world, vec![untold(news(&ann, &ben, Kind::Echo, &post(1), 1, start))]).await;
    apply(&world, vec![news(&ann, &ben, Kind::Echo, &post(1), 2, start)]).await;
    assert_eq!(now().await, ["like!", "echo!"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_cut_and_what_makes_no_sense_is_refused_whole() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let at = world.ambient.clock.now();
    let good = news(&ann, &ben, Kind::Like, &post(1), 1, at);
    let long = Told { glimpse: "ü".repeat(300), post_title: "ü".repeat(100), at: good.told.as_ref().unwrap().at };
    apply(&world, vec![Entry { told: Some(long), ..good.clone() }]).await;
    let item = items(&ann, Side::Public).await.remove(0);
    let characters = |name: &str| item[name].as_str().unwrap().chars().count();
    assert_eq!((characters("glimpse"), characters("postTitle")), (220, 80));
    apply(&world, vec![news(&ann, &ann, Kind::Reply, &post(1), 1, at)]).await;
    assert_eq!(world.count(LIVE).await, 1, "nobody is told of himself");

    let mut client = NotificationsClient::new(world.channel(Role::Social, Role::Inbox));
    let other = news(&ann, &ben, Kind::Reply, &post(1), 1, at);
    for bad in [
        Entry { kind: Kind::Unspecified.into(), ..good.clone() },
        Entry { side: 0, ..good.clone() },
        Entry { post: "nothing".to_owned(), ..good.clone() },
    ] {
        let entries = vec![other.clone(), bad];
        let status = client.apply(ApplyRequest { entries, forgotten_posts: Vec::new() }).await.expect_err("refused");
        assert_eq!(status.code(), Code::InvalidArgument);
    }
    for request in [
        ApplyRequest { entries: vec![other; 201], forgotten_posts: Vec::new() },
        ApplyRequest { entries: Vec::new(), forgotten_posts: vec![post(1); 201] },
        ApplyRequest { entries: Vec::new(), forgotten_posts: vec!["nothing".to_owned()] },
    ] {
        assert_eq!(client.apply(request).await.expect_err("refused").code(), Code::InvalidArgument);
    }
    assert_eq!(world.count(LIVE).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_tellers_at_once_the_newest_is_kept() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let [cara] = world.people(["cara"]).await;
    world.jobs_done().await;
    let at = world.ambient.clock.now();
    let told = |version: i64| {
        let like = news(&ann, &ben, Kind::Like, &post(1), version, at);
        let mut entries = vec![like, news(&cara, &ben, Kind::Mention, &post(1), version, at)];
        if version % 2 == 1 {
            entries = entries.into_iter().map(untold).collect();
        }
        if version % 3 == 0 {
            entries.reverse();
        }
        entries
    };
    join_all((1..=40).map(|version| apply(&world, told(version)))).await;
    for person in [&ann, &cara] {
        let items = items(person, Side::Public).await;
        assert_eq!((items.len(), &items[0]["glimpse"]), (1, &json!("glimpse 40")), "{}", person.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_waits_for_what_is_just_told_and_takes_it_back() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let entry = news(&ann, &ben, Kind::Like, &post(1), 1, world.ambient.clock.now());
    let told = world.ambient.pauses.hold("inbox.apply.before_commit");
    let committed = world.ambient.pauses.hold("safety.block.committed");
    tokio::join!(apply(&world, vec![entry]), ann.blocks(&ben), async {
        told.reached().await;
        committed.reached().await;
        committed.release();
        told.release();
    });
    assert_eq!(world.count(LIVE).await, 0);
    ann.unblocks(&ben).await;
    assert!(kinds(&ann, Side::Public).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_a_block_is_told_to_nobody() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let entry = news(&ann, &ben, Kind::Like, &post(1), 1, world.ambient.clock.now());
    let held = world.ambient.pauses.hold("inbox.apply_block.locked");
    let late = async {
        held.reached().await;
        let waiting = apply(&world, vec![entry]);
        tokio::join!(waiting, async { held.release() });
    };
    tokio::join!(ben.blocks(&ann), late);
    assert_eq!(world.count(LIVE).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_news_and_blocks_leave_nothing_between_the_two() {
    let (world, ann, ben) = scene(World::builder().setting("SIDDES_THROTTLE_SAFETY_BLOCK", "off")).await;
    world.jobs_done().await;
    let at = world.ambient.clock.now();
    for round in 0..10_i64 {
        let told = (1..=4).map(|step| {
            let (version, at) = (round * 10 + step, at + Duration::seconds(round * 10 + step));
            let like = news(&ann, &ben, Kind::Like, &post(1), version, at);
            apply(&world, vec![like, news(&ben, &ann, Kind::Mention, &post(1), version, at)])
        });
        tokio::join!(join_all(told), ann.blocks(&ben));
        assert_eq!(world.count(LIVE).await, 0);
        ann.unblocks(&ben).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_and_a_mute_are_503_while_inbox_is_away_and_a_repeat_or_a_job_finishes_them() {
    let world = World::builder().without_worker().build().await;
    let [ann, _] = world.people(["ann", "ben"]).await;
    let inbox = world.running.local.take(Role::Inbox).expect("inbox runs here");
    for path in ["/api/blocks", "/api/mutes"] {
        ann.post(path, &json!({ "target": "@ben" })).await.refused(503, "unavailable");
    }
    // The other copy has heard of it all the same.
    assert_eq!(world.count("select count(*) from social.blocked").await, 1);
    assert_eq!(world.count("select count(*) from inbox.blocked").await, 0);
    world.running.local.insert(Role::Inbox, inbox);
    for path in ["/api/blocks", "/api/mutes"] {
        ann.post(path, &json!({ "target": "@ben" })).await.expect(200);
    }
    assert_eq!(world.count("select count(*) from inbox.blocked").await, 1);
    assert_eq!(world.count("select count(*) from inbox.muted where active").await, 1);

    let inbox = world.running.local.take(Role::Inbox).expect("inbox runs here");
    ann.delete("/api/blocks/%40ben").await.refused(503, "unavailable");
    ann.delete("/api/mutes/%40ben").await.refused(503, "unavailable");
    world.running.local.insert(Role::Inbox, inbox);
    let late = World::builder().beside(&world).build().await;
    late.jobs_done().await;
    assert_eq!(world.count("select count(*) from inbox.blocked").await, 0);
    assert_eq!(world.count("select count(*) from inbox.muted where active").await, 0);
    assert_eq!(world.count("select count(*) from safety.block").await, 0, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_503_while_inbox_is_away_and_its_repeat_finishes_it() {
    let (world, ann, ben) = scene(World::builder().without_worker()).await;
    // Without the worker, sign-ups are told by the first change of each.
    for person in [&ann, &ben] {
        world.auth().set_state(person.id, AccountState::ReadOnly, None, None).await.expect("set");
        world.auth().set_state(person.id, AccountState::Active, None, None).await.expect("set");
    }
    apply(&world, vec![news(&ann, &ben, Kind::Like, &post(1), 1, world.ambient.clock.now())]).await;
    assert_eq!(kinds(&ann, Side::Public).await, ["like!"]);
    let inbox = world.running.local.take(Role::Inbox).expect("inbox runs here");
    let ban = async || world.auth().set_state(ben.id, AccountState::Banned, None, Some("spam")).await;
    ban().await.expect_err("not told everywhere");
    world.running.local.insert(Role::Inbox, inbox);
    ban().await.expect("finished");
    assert!(kinds(&ann, Side::Public).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_post_that_is_gone_nothing_is_left_and_nothing_comes_late() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 2..=2).await;
    let at = world.ambient.clock.now();
    let of = |number, version| news(&ann, &ben, Kind::Like, &post(number), version, at);
    apply(&world, vec![of(1, 1), of(2, 1), untold(news(&ann, &ben, Kind::Reply, &post(1), 1, at))]).await;
    let held = world.ambient.pauses.hold("inbox.apply.before_commit");
    let told = apply(&world, vec![of(1, 2)]);
    let deleted = async {
        held.reached().await;
        tokio::join!(forget(&world, vec![post(1)]), async { held.release() });
    };
    tokio::join!(told, deleted);
    apply(&world, vec![of(1, 3)]).await;
    assert_eq!(world.count("select count(*) from inbox.notification where post like 'p_1_%'").await, 0);
    assert_eq!(world.count(LIVE).await, 1, "the other post's stays");
    forget(&world, vec![post(1), post(1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_batch_is_forgotten() {
    let (world, ann, _ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let sql = "insert into inbox.notification (id, receiver, side, kind, actor, post, version, at, glimpse, post_title)
               select 'n_' || n, $1, 'public', 'like', 1000000 + n, 'p_1_00000000', 1, now(), 'x', ''
               from generate_series(1, 2500) n";
    sqlx::query(sql).bind(ann.id.0).execute(&mut world.database.connect().await).await.unwrap();
    forget(&world, vec![post(1)]).await;
    assert_eq!(world.count("select count(*) from inbox.notification").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_tells_late_news_from_new_goes_after_a_week() {
    let (world, ann, ben) = scene(World::builder()).await;
    world.jobs_done().await;
    let at = world.ambient.clock.now();
    apply(&world, vec![untold(news(&ann, &ben, Kind::Like, &post(1), 1, at))]).await;
    apply(&world, vec![of_side(Side::Work, news(&ann, &ben, Kind::Echo, &post(1), 1, at))]).await;
    forget(&world, vec![post(7)]).await;
    let left = async || {
        world.run_scheduled(Role::Inbox, "inbox.notification.purge").await;
        let rows = world.count("select count(*) from inbox.notification").await;
        (rows, world.count("select count(*) from inbox.forgotten_post").await)
    };
    world.ambient.clock.advance(Duration::days(7) - Duration::minutes(1));
    assert_eq!(left().await, (2, 1));
    world.ambient.clock.advance(Duration::minutes(2));
    assert_eq!(left().await, (1, 0));
    assert_eq!(world.count(LIVE).await, 1);
}
