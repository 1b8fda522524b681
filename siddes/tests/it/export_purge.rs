//! When an account ends, nothing of it is left, whatever runs beside; what others have is as it was.

use http::Method;
use platform::{Kind, Role, Side, error::refusal, person::AccountState};
use proto::social::v1::{PurgeRequest, account_client::AccountClient};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Person, World, WorldBuilder};

use crate::{circles::make, invite_links::link, invite_links_accept::accept, invites::invited};

/// Columns of social that hold numbers and no account. A new column that holds an account is erased, or the test fails.
const NO_ACCOUNTS: &[&str] = &[
    "access_request.id",
    "block_seen.id",
    "blocked.block_id",
    "circle.post_count",
    "muted.version",
    // What stays: the id with its state.
    "person.id",
    "person.version",
    "person_count.followers",
    "person_count.following",
    "person_count.siders",
    "post.echo_count",
    "post.like_count",
    "post.reply_count",
];

/// Where the account still stands.
async fn left(world: &World, person: &Person) -> Vec<String> {
    let mut conn = world.database.connect().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'social' and data_type = 'bigint' and table_name not like '\\_%' order by 1, 2",
    )
    .fetch_all(&mut conn)
    .await
    .expect("columns");
    let mut found = Vec::new();
    for (table, column) in columns {
        let name = format!("{table}.{column}");
        let sql = format!("select count(*) from social.{table} where {column} = $1");
        if !NO_ACCOUNTS.contains(&name.as_str()) && count(&mut conn, sql, person).await > 0 {
            found.push(name);
        }
    }
    for member in ["from", "to", "member"] {
        let sql = format!("select count(*) from social.circle_event where data -> '{member}' @> to_jsonb($1::bigint)");
        if count(&mut conn, sql, person).await > 0 {
            found.push(format!("circle_event.data.{member}"));
        }
    }
    found
}

pub async fn nothing_is_left(world: &World, person: &Person) {
    let left = left(world, person).await;
    assert!(left.is_empty(), "{left:?}");
}

async fn count(conn: &mut PgConnection, sql: String, person: &Person) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(person.id.0).fetch_one(conn).await.expect("a count")
}

/// People whose numbers are not those of their rows.
const WRONG_NUMBERS: &str = "select count(*) from social.person_count c
     where followers <> (select count(*) from social.follow l join social.person x on x.id = l.follower and not x.gone
                         where l.target = c.person)
        or following <> (select count(*) from social.follow l join social.person x on x.id = l.target and not x.gone
                         where l.follower = c.person)
        or siders <> (select count(*) from social.placement l join social.person x on x.id = l.owner and not x.gone
                      where l.member = c.person)";

/// Until it is done; how many calls that took.
pub async fn purge(world: &World, person: &Person) -> usize {
    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Social));
    let mut calls = 0;
    loop {
        calls += 1;
        assert!(calls < 100, "it does not end");
        if client.purge(PurgeRequest { account: person.id.0 }).await.expect("purged").into_inner().done {
            return calls;
        }
    }
}

pub async fn ends(world: &World, person: &Person) {
    world.auth().set_state(person.id, AccountState::Deleting, None, None).await.expect("deleting");
}

async fn follow(person: &Person, other: &Person) {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": true })).await.expect(200);
}

async fn ask(person: &Person, owner: &Person, message: &str) {
    let body = json!({ "username": owner.handle(), "side": "work", "message": message });
    person.post("/api/access-requests", &body).await.expect(200);
}

async fn edit(person: &Person, headline: &str) {
    let body = json!({ "side": "public", "headline": headline });
    person.call(Method::PATCH, "/api/prism", Some(&body)).await.expect(200);
}

/// Everybody does to everybody what can be done; the circle of the host.
pub async fn live(leaver: &Person, host: &Person, fan: &Person) -> String {
    edit(leaver, "own_headline").await;
    edit(host, "other_headline").await;
    follow(leaver, host).await;
    follow(fan, leaver).await;
    follow(fan, host).await;
    leaver.places(host, Side::Close).await;
    ask(leaver, host, "own_wish").await;
    ask(fan, leaver, "other_wish").await;
    let theirs = make(host, Side::Friends, &[leaver, fan]).await;
    // He left a circle by himself, and came back into another by a link.
    let former = make(host, Side::Friends, &[leaver]).await;
    leaver.post(&format!("/api/circles/{former}/leave"), &json!({})).await.expect(200);
    accept(leaver, &link(host, &make(host, Side::Friends, &[]).await, &json!({})).await).await.expect(200);
    invited(host, &make(host, Side::Work, &[]).await, leaver).await;
    let own = make(leaver, Side::Close, &[host]).await;
    let body = json!({ "label": "own_circle" });
    leaver.call(Method::PATCH, &format!("/api/circles/{own}"), Some(&body)).await.expect(200);
    link(leaver, &own, &json!({})).await;
    invited(leaver, &own, fan).await;
    for (author, text) in [(leaver, "own_post #tag"), (fan, "other_post")] {
        let body = json!({ "text": text, "setId": theirs, "client_key": "k" });
        author.post("/api/post", &body).await.expect(201);
    }
    leaver.posts(Side::Public, "own_public_post").await;
    leaver.mutes(fan).await;
    fan.mutes(leaver).await;
    theirs
}

fn quiet() -> WorldBuilder {
    // Numbers are corrected by the purge itself, and not by a job that happens to be faster.
    World::builder().without_worker()
}

#[tokio::test(flavor = "multi_thread")]
async fn when_an_account_ends_nothing_of_it_is_left_and_what_others_have_is_as_it_was() {
    let world = quiet().setting("SIDDES_QUOTA_POST_CREATE_PER_DAY", "50").build().await;
    let [leaver, host, fan, foe, hater] = world.people(["leaver", "host_person", "fan", "foe", "hater"]).await;
    let circle = live(&leaver, &host, &fan).await;
    leaver.blocks(&foe).await;
    hater.blocks(&leaver).await;
    let before = left(&world, &leaver).await;
    assert!(before.len() >= 20, "{before:?}");

    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Social));
    let status = client.purge(PurgeRequest { account: leaver.id.0 }).await.expect_err("alive");
    let refused = refusal(&status).expect("a refusal");
    assert_eq!((refused.kind, refused.code.as_ref()), (Kind::Conflict, "not_deleting"));
    ends(&world, &leaver).await;
    for _ in 0..2 {
        purge(&world, &leaver).await;
        nothing_is_left(&world, &leaver).await;
        assert_eq!(world.count(WRONG_NUMBERS).await, 0);
        assert_eq!(world.count("select count(*) from social.follow").await, 1);
        assert_eq!(world.count("select count(*) from social.person where state = 'deleting'").await, 1);
        assert_eq!(world.count("select sum(post_count)::bigint from social.circle").await, 1);
    }
    let item = host.get(&format!("/api/circles/{circle}")).await.expect(200).json()["item"].take();
    assert_eq!(item["members"], json!(["@fan"]));
    let events = host.get(&format!("/api/circles/{circle}/events")).await.expect(200).json()["items"].take();
    assert_eq!(events[0]["data"]["via"], "removed", "{events}");
    assert_eq!(fan.feed(Side::Friends).await.contents(), ["other_post"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_account_ends_in_parts_of_a_thousand_rows() {
    let world = quiet().build().await;
    let [leaver, friend] = world.people(["leaver", "friend"]).await;
    let sql = "insert into social.post (id, author, side, body, created_at)
               select 'p_' || n, $1, 'public', 'x', now() from generate_series(1, 16001) n";
    let mut conn = world.database.connect().await;
    sqlx::query(sql).bind(leaver.id.0).execute(&mut conn).await.unwrap();
    follow(&friend, &leaver).await;
    ends(&world, &leaver).await;
    assert!(purge(&world, &leaver).await > 1, "one call does no more than its share");
    nothing_is_left(&world, &leaver).await;
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_before_the_account_ended_is_erased_and_who_comes_later_is_refused() {
    let world = quiet().build().await;
    let [leaver, host] = world.people(["leaver", "host_person"]).await;
    let token = link(&host, &make(&host, Side::Friends, &[]).await, &json!({})).await;
    // His row is known: nobody waits for whoever writes it first.
    leaver.post("/api/post", &json!({ "text": "early", "side": "public" })).await.expect(201);
    // Three that came first, and hold the person's row; one that has not come to it.
    let ambient = &world.ambient;
    let followed = ambient.pauses.hold("social.follow.met");
    let placed = ambient.pauses.hold("social.place.met");
    let joined = ambient.pauses.hold("social.invite_link.accept.met");
    let late = ambient.pauses.hold("social.create.keyed");
    let [one, two, three, four] = [(); 4].map(|()| leaver.clone());
    let [star, friend] = [(); 2].map(|()| host.clone());
    let follows = tokio::spawn(async move { follow(&one, &star).await });
    let places = tokio::spawn(async move { two.side(&friend, "friends").await });
    let joins = tokio::spawn(async move { accept(&three, &token).await });
    let body = json!({ "text": "late", "side": "public", "client_key": "late" });
    let posts = tokio::spawn(async move { four.post("/api/post", &body).await });
    followed.reached().await;
    placed.reached().await;
    joined.reached().await;
    late.reached().await;
    let committed = ambient.pauses.hold("auth.state.committed");
    let (auth, id) = (world.auth().clone(), leaver.id);
    let ending = tokio::spawn(async move { auth.set_state(id, AccountState::Deleting, None, None).await });
    committed.reached().await;
    committed.release();
    followed.release();
    placed.release();
    joined.release();
    follows.await.unwrap();
    places.await.unwrap().expect(200);
    joins.await.unwrap().expect(200);
    ending.await.unwrap().expect("deleting");
    purge(&world, &leaver).await;
    late.release();
    posts.await.unwrap().refused(403, "account_restricted");
    nothing_is_left(&world, &leaver).await;
    assert_eq!(world.count(WRONG_NUMBERS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_take_back_beside_the_purge_is_taken_back_once() {
    let world = quiet().build().await;
    let [leaver, host, fan] = world.people(["leaver", "host_person", "fan"]).await;
    let circle = live(&leaver, &host, &fan).await;
    ends(&world, &leaver).await;
    let held = world.ambient.pauses.hold("social.account.fenced");
    let purging = async { purge(&world, &leaver).await };
    let others = async {
        held.reached().await;
        held.release();
        let body = json!({ "remove": ["@leaver"] });
        let path = format!("/api/circles/{circle}/members");
        let unfollow = json!({ "username": leaver.handle(), "follow": false });
        tokio::join!(host.side(&leaver, "public"), host.post(&path, &body), fan.post("/api/follow", &unfollow))
    };
    let (_calls, answers) = tokio::join!(purging, others);
    for answer in [answers.0, answers.1, answers.2] {
        assert!([200, 404].contains(&answer.status.as_u16()), "{:?}", answer.json());
    }
    nothing_is_left(&world, &leaver).await;
}
