//! What joins two people, made and ended at once, many times over: a block leaves nothing between them, an answer
//! counts once, Close never stands without Friends, an edit loses no field (prism laws 4, 5 and 11, defects 10 to 12).

use futures::future::join_all;
use http::Method;
use platform::Side;
use serde_json::{Value, json};
use sqlx::PgConnection;
use testkit::{Answer, Person, World};

use crate::{
    circles::make,
    invite_links::link,
    invite_links_accept::accept,
    invites::{answer, invite, invited},
    people_scene::unhurried,
};

const ROUNDS: usize = 50;

/// All that may join two people.
const JOINING: &str = "select (select count(*) from social.placement) + (select count(*) from social.follow)
    + (select count(*) from social.access_request where status = 'pending')
    + (select count(*) from social.invite where status = 'pending') + (select count(*) from social.circle_member)";

/// Numbers of people that are not what their rows are.
const WRONG: &str = "select count(*) from social.person x left join social.person_count c on c.person = x.id
    where coalesce(c.followers, 0) <> (select count(*) from social.follow where target = x.id)
       or coalesce(c.following, 0) <> (select count(*) from social.follow where follower = x.id)
       or coalesce(c.siders, 0) <> (select count(*) from social.placement where member = x.id)";

async fn number(conn: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

async fn follow(person: &Person, other: &Person, follow: bool) -> Answer {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": follow })).await
}

async fn ask(person: &Person, owner: &Person, side: &str) -> Answer {
    person.post("/api/access-requests", &json!({ "username": owner.handle(), "side": side })).await
}

async fn asked(person: &Person, owner: &Person, side: &str) -> String {
    ask(person, owner, side).await.expect(200).json()["id"].as_str().unwrap().to_owned()
}

async fn respond(owner: &Person, id: &str, body: Value) -> Answer {
    owner.post(&format!("/api/access-requests/{id}/respond"), &body).await
}

async fn add(owner: &Person, circle: &str, other: &Person) -> Answer {
    owner.post(&format!("/api/circles/{circle}/members"), &json!({ "add": [other.handle()] })).await
}

/// Two people, of whom now the one and now the other blocks.
struct Pair {
    world: World,
    ann: Person,
    ben: Person,
    conn: PgConnection,
}

impl Pair {
    async fn new() -> Self {
        let world = unhurried().setting("SIDDES_ACCESS_REQUEST_COOLDOWN_DAYS", "0").build().await;
        let [ann, ben] = world.people(["ann", "ben"]).await;
        let conn = world.database.connect().await;
        Self { world, ann, ben, conn }
    }

    fn blocker(&self, round: usize) -> (&Person, &Person) {
        if round.is_multiple_of(2) { (&self.ann, &self.ben) } else { (&self.ben, &self.ann) }
    }

    /// After the block's 200, and with every other answer in: nothing joins the two, and each answer was one of the
    /// contract, not the machine's.
    async fn has_parted(&mut self, round: usize, answers: impl IntoIterator<Item = Answer>) {
        for answer in answers {
            let status = answer.status.as_u16();
            assert!([200, 400, 403, 404, 409].contains(&status), "round {round}: {status} {}", answer.error());
        }
        assert_eq!(number(&mut self.conn, JOINING).await, 0, "round {round}: something joins the two");
        assert_eq!(number(&mut self.conn, WRONG).await, 0, "round {round}: a number is wrong");
        let (blocker, other) = self.blocker(round);
        blocker.unblocks(other).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_against_placements_both_ways_leaves_none() {
    let mut pair = Pair::new().await;
    for round in 0..ROUNDS {
        let (ann, ben) = (&pair.ann, &pair.ben);
        let (blocker, other) = pair.blocker(round);
        ann.places(ben, Side::Friends).await;
        let places = ["close", "work", "friends"].map(|side| ann.side(ben, side));
        let back = ["friends", "work"].map(|side| ben.side(ann, side));
        let (there, here, ()) = tokio::join!(join_all(places), join_all(back), blocker.blocks(other));
        pair.has_parted(round, there.into_iter().chain(here)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_against_follows_both_ways_leaves_none_and_no_number() {
    let mut pair = Pair::new().await;
    for round in 0..ROUNDS {
        let (ann, ben) = (&pair.ann, &pair.ben);
        let (blocker, other) = pair.blocker(round);
        follow(ben, ann, true).await.expect(200);
        let there = [true, false, true].map(|on| follow(ann, ben, on));
        let back = [false, true, true].map(|on| follow(ben, ann, on));
        let (there, here, ()) = tokio::join!(join_all(there), join_all(back), blocker.blocks(other));
        pair.has_parted(round, there.into_iter().chain(here)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_against_requests_and_their_answers_leaves_nothing_asked_and_nothing_granted() {
    let mut pair = Pair::new().await;
    for round in 0..ROUNDS {
        let (ann, ben) = (&pair.ann, &pair.ben);
        let (blocker, other) = pair.blocker(round);
        let id = asked(ben, ann, "close").await;
        let asks = ["friends", "work", "close"].map(|side| ask(ben, ann, side));
        let back = ["friends", "work"].map(|side| ask(ann, ben, side));
        let answers = ["accept", "accept", "reject"].map(|action| respond(ann, &id, json!({ "action": action })));
        let (there, here, answers, ()) =
            tokio::join!(join_all(asks), join_all(back), join_all(answers), blocker.blocks(other));
        pair.has_parted(round, there.into_iter().chain(here).chain(answers)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_against_invites_additions_and_links_leaves_no_member_and_nobody_asked() {
    let mut pair = Pair::new().await;
    let circle = make(&pair.ann, Side::Friends, &[]).await;
    let token = link(&pair.ann, &circle, &json!({ "maxUses": 200 })).await;
    for round in 0..ROUNDS {
        // Whoever was taken out by a block comes back by no link.
        sqlx::query("delete from social.circle_departure").execute(&mut pair.conn).await.unwrap();
        let (ann, ben) = (&pair.ann, &pair.ben);
        let (blocker, other) = pair.blocker(round);
        let id = invited(ann, &circle, ben).await;
        // One way in after another: who is in already hides whether the other ways would have held.
        let (there, here, ()) = if round % 3 == 0 {
            let joins = join_all([accept(ben, &token), accept(ben, &token)]);
            let invites = join_all([invite(ann, &circle, "@ben"), invite(ann, &circle, "@ben")]);
            tokio::join!(joins, invites, blocker.blocks(other))
        } else if round % 3 == 1 {
            let accepts = join_all([answer(ben, &id, "accept"), answer(ben, &id, "accept")]);
            tokio::join!(accepts, join_all([invite(ann, &circle, "@ben")]), blocker.blocks(other))
        } else {
            answer(ann, &id, "revoke").await.expect(200);
            ann.places(ben, Side::Friends).await;
            let adds = join_all([add(ann, &circle, ben), add(ann, &circle, ben)]);
            let body = json!({ "members": ["@ben"], "client_key": format!("k{round}") });
            tokio::join!(adds, join_all([ann.post("/api/circles", &body)]), blocker.blocks(other))
        };
        pair.has_parted(round, there.into_iter().chain(here)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_answers_at_once_exactly_one_wins_and_its_word_is_what_stands() {
    let mut pair = Pair::new().await;
    for round in 0..ROUNDS {
        let (ann, ben) = (&pair.ann, &pair.ben);
        let id = asked(ben, ann, "friends").await;
        let bodies = [
            json!({ "action": "accept" }),
            json!({ "action": "reject" }),
            json!({ "action": "accept", "side": "work" }),
            json!({ "action": "reject" }),
        ];
        let answers = join_all(bodies.map(|body| respond(ann, &id, body))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1, "round {round}");
        for answer in lost {
            answer.refused(409, "already_handled");
        }
        let granted = won[0].json()["grantedSide"].as_str().map(str::to_owned);
        let stands: Option<String> =
            sqlx::query_scalar("select side from social.placement").fetch_optional(&mut pair.conn).await.unwrap();
        assert_eq!(stands, granted, "round {round}");
        assert_eq!(number(&mut pair.conn, WRONG).await, 0, "round {round}");
        pair.ann.unplaces(&pair.ben).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn close_beside_its_removal_or_a_move_to_work_never_stands_in_the_end() {
    let mut pair = Pair::new().await;
    for round in 0..ROUNDS {
        let (ann, ben) = (&pair.ann, &pair.ben);
        ann.side(ben, "friends").await.expect(200);
        // In whatever order they come: Close before the other is ended by it, Close after the other is refused.
        let other = if round.is_multiple_of(2) { "public" } else { "work" };
        let answers = join_all(["close", other, "close", "close"].map(|side| ann.side(ben, side))).await;
        for answer in answers {
            assert!(answer.status == 200 || answer.error() == "friends_required", "{}", answer.status);
        }
        let stands: Vec<String> =
            sqlx::query_scalar("select side from social.placement").fetch_all(&mut pair.conn).await.unwrap();
        let expected: &[&str] = if other == "work" { &["work"] } else { &[] };
        assert_eq!(stands, expected, "round {round}");
        assert_eq!(number(&mut pair.conn, WRONG).await, 0, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_every_field_of_two_faces_at_once_lose_none() {
    let pair = Pair::new().await;
    let ann = &pair.ann;
    for round in 0..ROUNDS / 2 {
        let text = json!(format!("text {round}"));
        let url = json!(format!("https://example.test/{round}.jpg"));
        let fields = [
            ("displayName", text.clone()),
            ("headline", text.clone()),
            ("bio", text.clone()),
            ("location", text.clone()),
            ("website", url.clone()),
            ("coverImage", url.clone()),
            ("avatarImage", url.clone()),
            ("anthem", json!({ "title": text, "artist": text })),
            ("pulse", json!({ "label": text, "text": text })),
            ("publicRostersHidden", json!(round.is_multiple_of(2))),
        ];
        let edits = ["public", "work"].iter().flat_map(|side| {
            fields.iter().map(move |(field, value)| {
                let body = json!({ "side": side, (*field): value });
                async move { ann.call(Method::PATCH, "/api/prism", Some(&body)).await.expect(200) }
            })
        });
        join_all(edits).await;
        let items = ann.get("/api/prism").await.expect(200).json()["items"].take();
        for item in items.as_array().unwrap() {
            let (side, edited) = (&item["side"], ["public", "work"].iter().any(|side| item["side"] == *side));
            for (field, value) in fields.iter().filter(|_| edited) {
                if *field != "publicRostersHidden" || *side == "public" {
                    assert_eq!(item[*field], *value, "round {round}: {field} of {side}");
                }
            }
        }
    }
    assert_eq!(pair.world.count("select count(*) from social.facet").await, 2);
}
