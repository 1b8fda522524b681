//! Search of posts: what the feed could hold (laws 1 to 11), by its words, newest first, and full pages.

use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Answer, Person, World, WorldBuilder};

use crate::circles::make;

fn unhurried() -> WorldBuilder {
    ["GLOBAL", "SEARCH_POSTS", "FEED", "POST_CREATE"]
        .iter()
        .fold(World::builder(), |builder, scope| builder.setting(&format!("SIDDES_THROTTLE_{scope}"), "off"))
}

async fn search(person: &Person, query: &str) -> Answer {
    person.get(&format!("/api/search/posts?{query}")).await.expect(200)
}

async fn found(person: &Person, query: &str) -> Vec<String> {
    search(person, query).await.contents()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_what_was_looked_for_and_has_the_posts_of_the_feed() {
    let world = World::new().await;
    let [ann, ben] = world.people(["ann", "ben"]).await;
    let body = json!({ "text": "First Frost on the ridge #trail", "side": "public", "publicChannel": "tech" });
    ben.post("/api/post", &body).await.expect(201);
    ben.posts(Side::Public, "frost again, elsewhere").await;
    let mut told = search(&ann, "q=%20@fROST%20&side=PUBLIC&topic=Tech&tag=%23Trail&limit=25").await.json();
    let mut item = told["items"][0].take();
    assert!(told["serverTs"].is_f64());
    told["serverTs"] = Value::Null;
    let filters = json!({ "side": "public", "set": null, "topic": "tech", "tag": "trail" });
    let expected = json!({
        "ok": true, "restricted": false, "q": "fROST", "side": "public", "count": 1, "filters": filters,
        "items": [null], "serverTs": null
    });
    assert_eq!(told, expected);
    let feed = ann.feed(Side::Public).await.json();
    let mut listed = feed["items"].as_array().unwrap().iter().find(|post| post["id"] == item["id"]).unwrap().clone();
    for post in [&mut item, &mut listed] {
        post["time"] = Value::Null;
    }
    assert_eq!(item, listed);
    assert_eq!(found(&ann, "q=frost").await, ["frost again, elsewhere", "First Frost on the ridge #trail"]);
    assert_eq!(found(&ann, "q=frost&limit=1").await, ["frost again, elsewhere"]);
    assert!(found(&ann, "q=frost&side=friends").await.is_empty(), "one Side at a time");

    for query in ["", "q=", "q=%20f%20", "q=@f", "q=fr%00ost"] {
        let short = search(&ann, query).await.json();
        let keys: Vec<&String> = short.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["ok", "restricted", "q", "count", "items", "serverTs"], "{query}");
    }
    let nobody = search(&world.anonymous(), "q=frost").await.json();
    let restricted = json!({ "ok": true, "restricted": true, "viewer": null, "role": "anon", "count": 0, "items": [] });
    assert_eq!(nobody, restricted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_as_it_stands_whatever_its_letters_mean_to_a_database() {
    let world = unhurried().build().await;
    let [ann] = world.people(["ann"]).await;
    let texts = ["100% sure", "100 sure", r"a\b", "ab", "snake_case", "snakeXcase", "it's 'so'", "GRÜSSE aus Łódź"];
    for text in texts {
        ann.posts(Side::Work, text).await;
    }
    for (query, expected) in [
        ("100%25", "100% sure"),
        ("a%5Cb", r"a\b"),
        ("e_c", "snake_case"),
        ("%27so%27", "it's 'so'"),
        ("gr%C3%BCsse", "GRÜSSE aus Łódź"),
        ("%C5%81%C3%93D%C5%B9", "GRÜSSE aus Łódź"),
    ] {
        assert_eq!(found(&ann, &format!("side=work&q={query}")).await, [expected], "{query}");
    }
    for query in ["%25%25", "__", "%5C%5C", "';--", &"x".repeat(5_001)] {
        assert!(found(&ann, &format!("side=work&q={query}")).await.is_empty(), "{query}");
    }
}

/// 190 posts of the Side, by three people and in a circle, in no simple order; some hold a word, some moderation hid.
async fn plant(world: &World, side: Side, people: [&Person; 3], circle: &str) {
    let authors = people.map(|person| person.id.0);
    sqlx::query(
        "insert into social.post (id, author, side, body, circle, hidden, created_at)
         select 'p_' || n || '_00000000', ($1::bigint[])[1 + abs(hashint8(n)) % 3], $2,
                n || case abs(hashint8(n * 7)) % 20 when 0 then ' a Wren' when 1 then ' two teals' else ' nothing' end,
                case when n % 5 = 0 then $3 end, n % 11 = 0,
                -- Some at the same moment.
                timestamptz '2026-01-01' + n / 2 * interval '1 second'
         from generate_series(1, 190) n",
    )
    .bind(authors)
    .bind(side.as_str())
    .bind(circle)
    .execute(&mut world.database.connect().await)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_the_feed_filtered_whatever_lies_between_what_it_finds() {
    let world = unhurried().build().await;
    let [ann, ben, cara, helper] = world.people(["ann", "ben", "cara", "helper"]).await;
    let mut conn = world.database.connect().await;
    sqlx::query("update auth.account set staff = true, version = version + 1 where username = 'helper'")
        .execute(&mut conn)
        .await
        .unwrap();
    for side in [Side::Public, Side::Friends] {
        sqlx::query("delete from social.post").execute(&mut conn).await.unwrap();
        let circle = make(&ben, side, &[&ann]).await;
        for viewer in [&ann, &helper] {
            ben.places(viewer, Side::Friends).await;
            cara.places(viewer, Side::Close).await;
        }
        plant(&world, side, [&ann, &ben, &cara], &circle).await;
        for viewer in [&ann, &helper] {
            let feed = viewer.get(&format!("/api/feed?side={side}&limit=200")).await.expect(200).contents();
            assert!(feed.len() > 60, "{}", feed.len());
            // Through the index of words, and past it.
            for word in ["wren", "wr", "teals", "ng", "nothing", "quokka"] {
                let holding: Vec<&String> = feed.iter().filter(|text| text.to_lowercase().contains(word)).collect();
                for limit in [1, 2, 5, 80] {
                    let told = found(viewer, &format!("side={side}&q={word}&limit={limit}")).await;
                    let expected: Vec<&String> = holding.iter().copied().take(limit).collect();
                    assert_eq!(told.iter().collect::<Vec<_>>(), expected, "{side} {} {word} {limit}", viewer.name);
                }
            }
            let path = format!("/api/feed?side={side}&limit=200&set={circle}");
            let feed = viewer.get(&path).await.expect(200).contents();
            let holding: Vec<String> = feed.into_iter().filter(|text| text.contains("nothing")).collect();
            assert_eq!(found(viewer, &format!("side={side}&q=nothing&limit=80&set={circle}")).await, holding);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_common_is_found_near_and_what_is_rare_however_old_it_is() {
    let world = unhurried().build().await;
    let [ann, ben, cara, dan] = world.people(["ann", "ben", "cara", "dan"]).await;
    for author in [&ben, &cara] {
        author.places(&ann, Side::Friends).await;
    }
    ann.blocks(&dan).await;
    let mut conn = world.database.connect().await;
    // Ben writes much and late, Cara little and long ago; Dan's, who is blocked, lie between what is found.
    for side in ["public", "friends"] {
        sqlx::query(
            "insert into social.post (id, author, side, body, created_at)
             select 'p_' || $4 || n || '_00000000', case when n > 3000 then $1 when n % 2 = 0 then $2 else $3 end, $4,
                    case when n <= 3000 and n % 300 < 2 then 'quokka ' || n else 'river ' || n end,
                    timestamptz '2026-01-01' + n * interval '1 second'
             from generate_series(1, 6000) n",
        )
        .bind(ben.id.0)
        .bind(cara.id.0)
        .bind(dan.id.0)
        .bind(side)
        .execute(&mut conn)
        .await
        .unwrap();
        let common = search(&ann, &format!("side={side}&q=river&limit=5")).await;
        assert_eq!(common.contents(), ["river 6000", "river 5999", "river 5998", "river 5997", "river 5996"], "{side}");
        let rare = search(&ann, &format!("side={side}&q=quokka&limit=5")).await;
        assert_eq!(
            rare.contents(),
            ["quokka 3000", "quokka 2700", "quokka 2400", "quokka 2100", "quokka 1800"],
            "{side}"
        );
        let short = search(&ann, &format!("side={side}&q=qu&limit=5")).await;
        assert_eq!(short.contents(), rare.contents(), "{side}: no word of three letters");
        assert_eq!((common.statements(), rare.statements(), short.statements()), (3, 4, 4), "{side}");
        let eighty = search(&ann, &format!("side={side}&q=river&limit=80")).await;
        assert_eq!((eighty.contents().len(), eighty.statements()), (80, 3));
        let none = search(&ann, &format!("side={side}&q=nowhere&limit=5")).await;
        assert!(none.contents().is_empty() && none.statements() <= 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_what_is_kept_from_him_and_finds_it_again_once_it_is_not() {
    let world = unhurried().build().await;
    let [author, reader] = world.people(["author", "reader"]).await;
    let sees = async |side: Side| found(&reader, &format!("q=quokka&side={side}")).await.len();
    let mut conn = world.database.connect().await;
    author.places(&reader, Side::Close).await;
    let circle = make(&author, Side::Friends, &[]).await;
    author.post("/api/post", &json!({ "text": "quokka #aa of others", "setId": circle })).await.expect(201);
    for side in Side::ALL {
        author.posts(side, "quokka #aa").await;
    }
    // Placed in Close; the circle is not his.
    assert_eq!([sees(Side::Public).await, sees(Side::Friends).await, sees(Side::Close).await], [1, 1, 1]);
    assert_eq!(sees(Side::Work).await, 0);
    for query in ["side=friends&tag=aa", "side=public&tag=aa", "side=public&topic=general"] {
        assert_eq!(found(&reader, &format!("q=quokka&{query}")).await, ["quokka #aa"], "{query}");
    }
    assert!(found(&reader, &format!("q=quokka&side=friends&set={circle}")).await.is_empty());
    assert_eq!(found(&author, &format!("q=quokka&side=friends&set={circle}")).await, ["quokka #aa of others"]);

    author.unplaces(&reader).await;
    assert_eq!([sees(Side::Public).await, sees(Side::Friends).await, sees(Side::Close).await], [1, 0, 0]);
    reader.mutes(&author).await;
    assert_eq!(sees(Side::Public).await, 0);
    reader.delete("/api/mutes/%40author").await.expect(200);
    assert_eq!(sees(Side::Public).await, 1);
    for (one, other) in [(&author, &reader), (&reader, &author)] {
        one.blocks(other).await;
        assert_eq!(sees(Side::Public).await, 0, "blocked by {}", one.name);
        one.unblocks(other).await;
        assert_eq!(sees(Side::Public).await, 1);
    }
    let id = search(&reader, "q=quokka").await.json()["items"][0]["id"].take();
    reader.post("/api/hidden-posts", &json!({ "postId": id, "hidden": true })).await.expect(200);
    assert_eq!(sees(Side::Public).await, 0);
    reader.post("/api/hidden-posts", &json!({ "postId": id, "hidden": false })).await.expect(200);
    assert_eq!(sees(Side::Public).await, 1);
    sqlx::query("update social.post set hidden = true").execute(&mut conn).await.unwrap();
    assert_eq!(sees(Side::Public).await, 0);
    assert_eq!(found(&author, "q=quokka").await, ["quokka #aa"], "his own");
    sqlx::query("update social.post set hidden = false").execute(&mut conn).await.unwrap();
    world.auth().set_state(author.id, AccountState::Banned, None, None).await.expect("banned");
    assert_eq!(sees(Side::Public).await, 0);
    world.auth().set_state(author.id, AccountState::Active, None, None).await.expect("back");
    author.places(&reader, Side::Friends).await;
    assert_eq!([sees(Side::Public).await, sees(Side::Friends).await], [1, 1]);
    world.auth().set_state(reader.id, AccountState::Banned, None, None).await.expect("banned");
    assert_eq!([sees(Side::Public).await, sees(Side::Friends).await], [1, 0], "the banned read as strangers");
}
