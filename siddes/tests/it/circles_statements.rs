//! What circles cost, in SQL statements of all services together: the same for one member and for two hundred.

use http::Method;
use platform::Side;
use serde_json::{Value, json};
use testkit::{Answer, Person, World};

/// People whom the owner shows Friends, and who are no strangers to social; made by the hundred.
pub async fn friends(world: &World, owner: &Person, many: i64) -> Vec<String> {
    let mut conn = world.database.connect().await;
    for sql in [
        "insert into auth.account (username, password_set_at, created_at, updated_at)
         select 'friend_' || n, now(), now(), now() from generate_series(1, $2) n where $1 > 0",
        "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
         select id, username, '', 'active', false, false, created_at, version from auth.account
         where username like 'friend%' and $1 > 0 and $2 > 0",
        "insert into social.placement (owner, member, side, created_at, updated_at)
         select $1, id, 'friends', now(), now() from auth.account where username like 'friend%' and $2 > 0",
    ] {
        sqlx::query(sql).bind(owner.id.0).bind(many).execute(&mut conn).await.expect(sql);
    }
    (1..=many).map(|number| format!("@friend_{number}")).collect()
}

/// Costs of every call, on a circle with these members and a history as long as they are many.
async fn costs(many: i64) -> Vec<(&'static str, u32, u32)> {
    let world = World::builder().setting("SIDDES_THROTTLE_CIRCLES_WRITE", "off").build().await;
    let [owner, member, stranger, last] = world.people(["holder", "member", "stranger", "last"]).await;
    owner.places(&member, Side::Friends).await;
    world.jobs_done().await;
    let names = friends(&world, &owner, many).await;
    let mut costs = Vec::new();
    let mut note = |what, answer: Answer, most| {
        let answer = answer.expect(200);
        costs.push((what, answer.statements(), most));
        answer.json()
    };
    let all: Vec<&str> = names.iter().map(String::as_str).skip(2).chain(["@member", "@stranger"]).collect();
    let body = json!({ "members": all, "client_key": "k" });
    let made = note("create", owner.post("/api/circles", &body).await, 10);
    assert_eq!(made["item"]["members"].as_array().unwrap().len(), all.len() - 1);
    note("repeat", owner.post("/api/circles", &body).await, 4);
    let id = made["item"]["id"].as_str().unwrap().to_owned();
    sqlx::query(
        "insert into social.circle_event (id, circle, kind, actor, data, created_at)
         select 'se_x_' || n, $1, 'members_updated', $2,
                jsonb_build_object('from', (select array_agg(account) from social.circle_member), 'to', array[$2]), now()
         from generate_series(1, $3) n",
    )
    .bind(&id)
    .bind(owner.id.0)
    .bind(many * 5 / 2)
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
    let path = format!("/api/circles/{id}");
    let edit = async |body: Value| owner.call(Method::PATCH, &path, Some(&body)).await;
    note("list", owner.get("/api/circles").await, 4);
    note("circle", member.get(&path).await, 4);
    note("events", owner.get(&format!("{path}/events")).await, 4);
    note("add", owner.post(&format!("{path}/members"), &json!({ "add": names[..2] })).await, 10);
    note("edit list", edit(json!({ "members": names })).await, 10);
    note("edit list and ask", edit(json!({ "members": ["@last", "@member"], "label": "Other" })).await, 10);
    note("edit nothing", edit(json!({})).await, 10);
    note("move", edit(json!({ "side": "work", "color": "rose", "label": "Moved" })).await, 10);
    note("move back", edit(json!({ "side": "friends" })).await, 10);
    note("fill", edit(json!({ "members": names })).await, 10);
    note("leave", member_leaves(&owner, &member, &path).await, 5);
    note("side", owner.side(&last, "friends").await, 10);
    note("delete", owner.delete(&path).await, 5);
    drop(stranger);
    costs
}

async fn member_leaves(owner: &Person, member: &Person, path: &str) -> Answer {
    owner.post(&format!("{path}/members"), &json!({ "add": ["@member"] })).await.expect(200);
    member.post(&format!("{path}/leave"), &json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_cost_the_same_at_every_size_and_keep_their_budgets() {
    let small = costs(3).await;
    // Two more may be asked: a full circle asks nobody, which costs a statement less.
    let large = costs(196).await;
    for (few, many) in small.iter().zip(&large) {
        assert_eq!(few, many);
        let (what, cost, most) = *many;
        assert!(cost <= most, "{what}: {cost} statements, {most} allowed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_that_prunes_and_a_post_into_a_circle_keep_their_budgets() {
    let world = World::builder().setting("SIDDES_QUOTA_POST_CREATE_PER_DAY", "9").build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(crate::circles::make(&owner, Side::Friends, &[&ben]).await);
    }
    let body = json!({ "text": "a #b #c", "setId": ids[0], "client_key": "k" });
    let written = ben.post("/api/post", &body).await.expect(201);
    assert!(written.statements() <= 8, "create: {}", written.statements());
    let bare = ben.post("/api/post", &json!({ "text": "a", "setId": ids[0] })).await.expect(201);
    assert!(bare.statements() <= 7, "create: {}", bare.statements());
    let post = written.json()["post"]["id"].as_str().unwrap().to_owned();
    for (what, answer, most) in [
        ("detail", owner.reads(&post).await, 2),
        ("feed", owner.feed(Side::Friends).await, 2),
        ("filtered feed", owner.get(&format!("/api/feed?side=friends&set={}", ids[0])).await, 2),
        ("delete", ben.delete(&format!("/api/post/{post}")).await, 8),
        ("side", owner.side(&ben, "work").await, 10),
    ] {
        let cost = answer.expect(200).statements();
        assert!(cost <= most, "{what}: {cost} statements");
    }
    assert_eq!(world.count("select count(*) from social.circle_member").await, 0);
}
