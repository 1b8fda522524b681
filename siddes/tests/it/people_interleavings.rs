//! A block, a ban and every writing between two people, arranged so that it is known who came first: the later one
//! waits, and finds what the first one did (consistency 2 and 10, prism laws 6, 11 and 18, circle law 5).

use platform::{Role, Side, person::AccountState, pg::lock};
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::{circles::make, invite_links::link, people_scene::unhurried};

/// All that may join two people.
const JOINING: &str = "select (select count(*) from social.placement) + (select count(*) from social.follow)
    + (select count(*) from social.access_request where status = 'pending')
    + (select count(*) from social.invite where status = 'pending') + (select count(*) from social.circle_member)";

/// Transactions that wait for a pair.
const WAITING: &str = "select count(*) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())";

/// One writing between the two.
struct Write {
    /// Where it stands with its pair locked.
    point: &'static str,
    /// Ann's, or Ben's.
    by_ann: bool,
    path: String,
    body: Value,
    /// The code that the other one's going or a block gives it; "" = 200, with the other one left out.
    refused: &'static str,
}

/// The two, Ann's circle and its link. No worker: a block's job would wait beside the block.
struct Pair {
    world: World,
    ann: Person,
    ben: Person,
    circle: String,
    token: String,
}

impl Pair {
    async fn new() -> Self {
        let world = unhurried().without_worker().build().await;
        let [ann, ben] = world.people(["ann", "ben"]).await;
        let circle = make(&ann, Side::Friends, &[]).await;
        let token = link(&ann, &circle, &json!({ "maxUses": 200 })).await;
        Self { world, ann, ben, circle, token }
    }

    /// What every writing finds: Ann shows Ben Friends, he asks for Work, and nothing was before.
    async fn begin(&self, number: usize) -> Write {
        for sql in [
            "delete from social.circle_departure",
            "delete from social.circle_member",
            "delete from social.invite",
            "delete from social.follow",
            "delete from social.placement",
            "update social.person_count set followers = 0, following = 0, siders = 0",
        ] {
            sqlx::query(sql).execute(&mut self.world.database.connect().await).await.unwrap();
        }
        self.ann.places(&self.ben, Side::Friends).await;
        let wish = json!({ "username": "ann", "side": "work" });
        let asked = self.ben.post("/api/access-requests", &wish).await.expect(200).json();
        let request = asked["id"].as_str().unwrap();
        self.writes(request).into_iter().nth(number).unwrap()
    }

    fn writes(&self, request: &str) -> Vec<Write> {
        let write = |point, by_ann, path: &str, body, refused| {
            let path = path.to_owned();
            Write { point, by_ann, path, body, refused }
        };
        let shows = |name: &str, side: &str| json!({ "username": name, "side": side, "confirm": true });
        let members = format!("/api/circles/{}/members", self.circle);
        let respond = format!("/api/access-requests/{request}/respond");
        let accept = format!("/api/invite-links/{}/accept", self.token);
        let asks = json!({ "username": "ann", "side": "close" });
        let follows = |name: &str| json!({ "username": name, "follow": true });
        let invites = json!({ "setId": self.circle, "to": "@ben" });
        vec![
            write("social.place.before_commit", true, "/api/side", shows("ben", "work"), "not_found"),
            write("social.place.before_commit", false, "/api/side", shows("ann", "friends"), "not_found"),
            write("social.follow.before_commit", true, "/api/follow", follows("ben"), "not_found"),
            write("social.follow.before_commit", false, "/api/follow", follows("ann"), "not_found"),
            write("social.ask.met", false, "/api/access-requests", asks, "not_found"),
            write("social.respond.before_commit", true, &respond, json!({ "action": "accept" }), "already_handled"),
            write("social.invite.create.before_commit", true, "/api/invites", invites, "user_not_found"),
            write("social.circle.edit.before_commit", true, &members, json!({ "add": ["@ben"] }), ""),
            write("social.circle.create.before_commit", true, "/api/circles", json!({ "members": ["@ben"] }), ""),
            write("social.invite_link.accept.before_commit", false, &accept, json!({}), "not_found"),
        ]
    }

    fn party(&self, ann: bool) -> &Person {
        if ann { &self.ann } else { &self.ben }
    }

    fn run(&self, write: &Write) -> tokio::task::JoinHandle<Answer> {
        let (by, path, body) = (self.party(write.by_ann).clone(), write.path.clone(), write.body.clone());
        tokio::spawn(async move { by.post(&path, &body).await })
    }

    fn block(&self, by_ann: bool) -> tokio::task::JoinHandle<()> {
        let (blocker, other) = (self.party(by_ann).clone(), self.party(!by_ann).clone());
        tokio::spawn(async move { blocker.blocks(&other).await })
    }

    /// Somebody waits for the pair.
    async fn somebody_waits(&self) {
        self.world.social.until(WAITING, 1).await;
    }
}

/// How many writings there are.
const WRITES: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn block_waits_for_the_writer_that_came_first_whatever_he_writes() {
    let pair = Pair::new().await;
    for number in 0..WRITES {
        for by_ann in [true, false] {
            let write = pair.begin(number).await;
            let held = pair.world.ambient.pauses.hold(write.point);
            let writing = pair.run(&write);
            held.reached().await;
            let block = pair.block(by_ann);
            pair.somebody_waits().await;
            held.release();
            writing.await.unwrap().expect(200);
            block.await.unwrap();
            let left = pair.world.count(JOINING).await;
            assert_eq!(left, 0, "{} by ann: {}, block by ann: {by_ann}", write.path, write.by_ann);
            pair.party(by_ann).unblocks(pair.party(!by_ann)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writer_after_the_block_is_refused_whatever_he_writes() {
    let pair = Pair::new().await;
    for number in 0..WRITES {
        for by_ann in [true, false] {
            let write = pair.begin(number).await;
            let held = pair.world.ambient.pauses.hold("social.apply_block.locked");
            let block = pair.block(by_ann);
            held.reached().await;
            let writing = pair.run(&write);
            pair.somebody_waits().await;
            held.release();
            block.await.unwrap();
            let answer = writing.await.unwrap();
            let error = answer.error();
            let what = format!("{} by ann: {}, block by ann: {by_ann}: {}", write.path, write.by_ann, answer.status);
            if write.refused.is_empty() {
                assert_eq!(answer.json()["skipped"], json!(["@ben"]), "{what}");
            } else {
                // One's own block is told to oneself, where there is a word for it.
                let own = write.by_ann == by_ann && error == "restricted";
                assert!(own || error == write.refused, "{what} {error}");
            }
            assert_eq!(pair.world.count(JOINING).await, 0, "{what}");
            pair.party(by_ann).unblocks(pair.party(!by_ann)).await;
        }
    }
}

/// Lets a writing come as far as its pair, changes somebody's state meanwhile, and lets it go on.
async fn state_between(pair: &Pair, write: &Write, of: &Person) -> Answer {
    let mut conn = pair.world.social.connect().await;
    let key = lock::pair(Role::Social, pair.ann.id, pair.ben.id);
    sqlx::query("select pg_advisory_lock($1)").bind(key).execute(&mut conn).await.unwrap();
    let writing = pair.run(write);
    pair.somebody_waits().await;
    pair.world.auth().set_state(of.id, AccountState::Banned, None, Some("spam")).await.expect("banned");
    sqlx::query("select pg_advisory_unlock($1)").bind(key).execute(&mut conn).await.unwrap();
    let answer = writing.await.unwrap();
    pair.world.auth().set_state(of.id, AccountState::Active, None, None).await.expect("back");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_between_authenticate_and_commit_refuses_every_writing() {
    let pair = Pair::new().await;
    for number in 0..WRITES {
        let write = pair.begin(number).await;
        let before = pair.world.count(JOINING).await;
        let answer = state_between(&pair, &write, pair.party(write.by_ann)).await;
        assert_eq!(answer.error(), "account_restricted", "{} by ann: {}", write.path, write.by_ann);
        assert_eq!(answer.status, 403);
        assert_eq!(pair.world.count(JOINING).await, before, "{}", write.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_when_the_writing_commits_is_given_nothing() {
    let pair = Pair::new().await;
    for number in 0..WRITES {
        let write = pair.begin(number).await;
        let before = pair.world.count(JOINING).await;
        let answer = state_between(&pair, &write, pair.party(!write.by_ann)).await;
        if write.refused.is_empty() {
            assert_eq!(answer.json()["skipped"], json!(["@ben"]), "{}", write.path);
        } else {
            assert_eq!(answer.error(), write.refused, "{} by ann: {}", write.path, write.by_ann);
        }
        assert_eq!(pair.world.count(JOINING).await, before, "{}", write.path);
    }
}
