//! What an account left on posts when it ends, and what it takes with it.

use platform::{Role, Side};
use proto::social::v1::{ExportRequest, ExportResponse, ExportSection, account_client::AccountClient};
use serde_json::json;
use testkit::{Person, World};

use crate::{
    export_purge::{ends, nothing_is_left, purge},
    replies::{listed, reply},
    replies_races::WRONG_NUMBERS,
};

async fn like(person: &Person, post: &str) {
    person.post(&format!("/api/post/{post}/like"), &json!({})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_an_account_ends_its_replies_go_and_those_of_others_stay() {
    let world = World::builder().without_worker().build().await;
    let [host, leaver, fan] = world.people(["host_person", "leaver", "fan"]).await;
    let post = host.posts(Side::Public, "hello").await;
    let own = leaver.posts(Side::Public, "mine").await;
    let a = reply(&host, &post, None, "a").await;
    let b = reply(&leaver, &post, Some(&a), "b").await;
    let c = reply(&leaver, &post, Some(&b), "c").await;
    let d = reply(&fan, &post, Some(&c), "d @leaver").await;
    reply(&host, &post, Some(&d), "e").await;
    reply(&fan, &own, None, "under his").await;
    let keyed = json!({ "text": "f @fan", "client_key": "k" });
    leaver.post(&format!("/api/post/{post}/reply"), &keyed).await.expect(201);
    for (person, post) in [(&leaver, &post), (&fan, &post), (&fan, &own)] {
        like(person, post).await;
    }
    let other = fan.posts(Side::Public, "hidden").await;
    leaver.post("/api/hidden-posts", &json!({ "postId": other })).await.expect(200);
    fan.post("/api/hidden-posts", &json!({ "postId": own })).await.expect(200);

    ends(&world, &leaver).await;
    for _ in 0..2 {
        purge(&world, &leaver).await;
        nothing_is_left(&world, &leaver).await;
        assert_eq!(world.count(WRONG_NUMBERS).await, 0);
        let expected = ["0 a", "1 d @leaver", "2 e"].map(str::to_owned).to_vec();
        assert_eq!(listed(&host, &post).await, (expected, 3));
        assert_eq!(host.reads(&post).await.json()["post"]["likeCount"], 1);
    }
    assert_eq!(world.count("select count(*) from social.hidden_post").await, 0);
    assert_eq!(world.count("select count(*) from social.mention").await, 0);
    assert_eq!(world.count("select count(*) from social.recounting").await, 0);
    assert_eq!(world.count("select count(*) from social.reply").await, 3);
    // One who is still to come is answered where the thread is now.
    reply(&fan, &post, Some(&d), "g").await;
    assert_eq!(listed(&host, &post).await.1, 4);
}

async fn export(world: &World, person: &Person, section: ExportSection) -> Vec<ExportResponse> {
    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Social));
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        let request = ExportRequest { account: person.id.0, section: section.into(), after: after.clone() };
        let page = client.export(request).await.expect("a page").into_inner();
        after.clone_from(&page.next);
        pages.push(page);
        if after.is_empty() {
            return pages;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_his_replies_likes_and_hidden_posts_and_nobody_elses() {
    let world = World::new().await;
    let [person, host, fan] = world.people(["person", "host_person", "fan"]).await;
    let (first, second) = (host.posts(Side::Public, "one").await, host.posts(Side::Public, "two").await);
    reply(&person, &first, None, "own words").await;
    reply(&fan, &first, None, "foreign words").await;
    like(&person, &first).await;
    like(&fan, &second).await;
    person.post("/api/hidden-posts", &json!({ "postId": second })).await.expect(200);
    let replies = export(&world, &person, ExportSection::Replies).await.remove(0).replies;
    assert_eq!(replies.iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["own words"]);
    let likes = export(&world, &person, ExportSection::Likes).await.remove(0).likes;
    assert_eq!(likes.iter().map(|row| row.post.as_str()).collect::<Vec<_>>(), [first.as_str()]);
    let hidden = export(&world, &person, ExportSection::HiddenPosts).await.remove(0).hidden_posts;
    assert_eq!(hidden.iter().map(|row| row.post.as_str()).collect::<Vec<_>>(), [second.as_str()]);
    host.blocks(&person).await;
    assert!(export(&world, &person, ExportSection::Likes).await[0].likes.is_empty());

    crate::replies::many(&world, &second, &person, 250).await;
    let pages = export(&world, &person, ExportSection::Replies).await;
    assert_eq!(pages.iter().map(|page| page.replies.len()).collect::<Vec<_>>(), [100, 100, 51]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_replies_go_after_ninety_days_in_batches() {
    let world = World::new().await;
    let [author] = world.people(["author"]).await;
    let now = world.ambient.clock.now();
    let mut conn = world.database.connect().await;
    let insert = "insert into social.reply_key (author, post, key, id, created_at)
                  select $1, 'p_1', $2 || n, 'r_1_' || n, $3 from generate_series(1, $4) n";
    for (prefix, age, many) in [("old", time::Duration::days(90), 2_500), ("new", time::Duration::days(89), 3)] {
        let row = sqlx::query(insert).bind(author.id.0).bind(prefix).bind(now - age).bind(many);
        row.execute(&mut conn).await.unwrap();
    }
    world.run_scheduled(Role::Social, "social.reply_key.purge").await;
    assert_eq!(world.count("select count(*) from social.reply_key").await, 3);
    assert_eq!(world.count("select count(*) from social.reply_key where key like 'new%'").await, 3);
}
