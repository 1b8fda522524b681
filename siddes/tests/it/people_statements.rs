//! What people cost (prism defect 24), in SQL statements of all services together: the same with nobody around and with
//! five thousand who show, follow and ask.

use http::Method;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

use crate::people_scene::unhurried;

/// As many people as these, each joined to the holder in every way; and as many of his posts, a hundred at most.
async fn crowd(world: &World, holder: &Person, many: i64) {
    let mut conn = world.database.connect().await;
    for sql in [
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select 1000000 + n, 'crowd_' || n, '', 'active', false, false, now(), 1 from generate_series(1, $2::bigint) n
         where $1::bigint > 0",
        "insert into social.placement (owner, member, side, created_at, updated_at)
         select $1::bigint, 1000000 + n, 'friends', now(), now() from generate_series(1, $2::bigint) n
         union all
         select 1000000 + n, $1::bigint, 'friends', now(), now() from generate_series(1, $2::bigint) n",
        "insert into social.follow (follower, target, created_at)
         select 1000000 + n, $1::bigint, now() from generate_series(1, $2::bigint) n
         union all
         select $1::bigint, 1000000 + n, now() from generate_series(1, $2::bigint) n",
        "insert into social.person_count (person, followers, following, siders)
         values ($1::bigint, $2::bigint, $2::bigint, $2::bigint)
         on conflict (person) do update set followers = excluded.followers, following = excluded.following,
             siders = excluded.siders",
        "insert into social.access_request
             (owner, requester, side, status, asked_at, created_at, updated_at)
         select $1::bigint, 1000000 + n, 'work', 'pending', now(), now(), now()
         from generate_series(1, $2::bigint) n",
        "insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_x_' || n, $1::bigint, 'close', 'Walks', 'rose', now(), now()
         from generate_series(1, least($2::bigint, 150)) n",
        "insert into social.post (id, author, side, body, created_at)
         select 'p_' || (1795544000000 + n) || '_00000000', $1::bigint, 'friends', 'post ' || n, now()
         from generate_series(1, least($2::bigint, 100)) n",
    ] {
        sqlx::query(sql).bind(holder.id.0).bind(many).execute(&mut conn).await.expect(sql);
    }
}

/// What each call cost, and may cost; and whether its answer was as full as there are people.
async fn costs(many: i64) -> Vec<(&'static str, u32, u32)> {
    let world = unhurried().build().await;
    let [holder, viewer, other] = world.people(["holder", "viewer", "other"]).await;
    world.jobs_done().await;
    crowd(&world, &holder, many).await;
    holder.places(&viewer, Side::Close).await;
    // He belongs to as many circles as there are, so that lowering what he is shown takes him out of all of them.
    sqlx::query(
        "insert into social.circle_member (circle, account, via, joined_at)
         select id, $1, 'add', now() from social.circle where id like 'set_x_%'",
    )
    .bind(viewer.id.0)
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
    let mut costs = Vec::new();
    let mut note = |what, answer: Answer, most| -> Value {
        let answer = answer.expect(200);
        costs.push((what, answer.statements(), most));
        answer.json()
    };
    let page = usize::try_from(many.min(80)).unwrap();
    let all = usize::try_from(many.min(5_000)).unwrap();
    let full = |list: &Value, expected: usize| assert_eq!(list.as_array().map(Vec::len), Some(expected));

    let anonymous = world.anonymous();
    let profile = |query: &str| format!("/api/profile/holder?{query}&limit=80");
    let told = note("profile", viewer.get(&profile("side=friends")).await, 16);
    full(&told["posts"]["items"], page);
    note("own profile", holder.get(&profile("side=friends")).await, 16);
    note("profile, signed out", anonymous.get(&profile("side=public")).await, 16);
    note("card", viewer.get("/api/users/holder").await, 3);
    let told = note("siders", holder.get("/api/siders").await, 3);
    full(&told["sides"]["friends"], all);
    let told = note("followers", holder.get("/api/followers").await, 3);
    full(&told["sides"]["friends"], all);
    for list in ["public-followers", "public-following"] {
        let path = format!("/api/{list}/holder?limit=80");
        let told = note("roster", viewer.get(&path).await, 4);
        full(&told["items"], page);
        let next = format!("{path}&cursor={}", told["nextCursor"].as_str().unwrap_or_default());
        note("roster, later page", viewer.get(&next).await, 4);
        note("roster, signed out", anonymous.get(&path).await, 4);
    }
    let told = note("requests", holder.get("/api/access-requests").await, 4);
    full(&told["items"], usize::try_from(many.min(200)).unwrap());
    note("prism", holder.get("/api/prism").await, 2);
    let headline = json!({ "side": "work", "headline": "x" });
    note("edit a face", holder.call(Method::PATCH, "/api/prism", Some(&headline)).await, 5);
    for (what, follow) in [("follow", true), ("follow again", true), ("unfollow", false), ("unfollow again", false)] {
        let body = json!({ "username": "holder", "follow": follow });
        note(what, viewer.post("/api/follow", &body).await, 5);
    }
    for (what, side) in [("lower", "friends"), ("move", "work"), ("again", "work"), ("remove", "public")] {
        note(what, holder.side(&viewer, side).await, 8);
    }
    assert_eq!(world.count("select count(*) from social.circle_member where account < 1000000").await, 0, "pruned");
    note("side", viewer.side(&holder, "friends").await, 8);
    let wish = json!({ "username": "holder", "side": "friends" });
    let told = note("ask", other.post("/api/access-requests", &wish).await, 8);
    note("ask again", other.post("/api/access-requests", &wish).await, 8);
    let path = format!("/api/access-requests/{}/respond", told["id"].as_str().unwrap());
    note("accept", holder.post(&path, &json!({ "action": "accept" })).await, 10);
    costs
}

#[tokio::test(flavor = "multi_thread")]
async fn people_cost_the_same_alone_and_among_five_thousand_and_keep_their_budgets() {
    let (small, large) = (Box::pin(costs(1)).await, Box::pin(costs(5_000)).await);
    assert_eq!(small, large);
    let dear: Vec<_> = large.iter().filter(|(_, cost, most)| cost > most || *cost == 0).collect();
    assert!(dear.is_empty(), "what, cost, allowed: {dear:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_of_more_than_five_thousand_says_that_it_is_cut() {
    let world = unhurried().build().await;
    let [holder, viewer] = world.people(["holder", "viewer"]).await;
    crowd(&world, &holder, 5_000).await;
    assert_eq!(holder.get("/api/siders").await.expect(200).json().get("truncated"), None);
    holder.places(&viewer, Side::Friends).await;
    let told = holder.get("/api/siders").await.expect(200).json();
    assert_eq!((&told["truncated"], &told["counts"]["friends"]), (&json!(true), &json!(5_000)));
    assert_eq!(told["sides"]["friends"][0]["handle"], "@viewer", "the newest change comes first");
}
