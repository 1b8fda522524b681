//! A circle holds two hundred and no more, and nobody is in more than five hundred, whoever comes in at once and by
//! whichever way (circle law 7).

use futures::future::join_all;
use platform::Side;
use serde_json::json;
use testkit::{Person, World};

use crate::{
    circles::make,
    invite_links::{link, links},
    invite_links_accept::accept,
    invites::{answer, fill, invited},
    people_scene::unhurried,
};

async fn crowd(world: &World, way: &str) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(Person::sign_up(world.http.clone(), &format!("by_{way}_{number}")).await);
    }
    people
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_two_places_are_taken_by_two_of_twelve_and_no_use_is_lost() {
    let world = unhurried().build().await;
    let [owner] = world.people(["holder"]).await;
    let circle = make(&owner, Side::Friends, &[]).await;
    let (by_link, by_invite, by_owner) =
        (crowd(&world, "link").await, crowd(&world, "invite").await, crowd(&world, "owner").await);
    let token = link(&owner, &circle, &json!({ "maxUses": 200 })).await;
    let mut invites = Vec::new();
    for person in &by_invite {
        invites.push(invited(&owner, &circle, person).await);
    }
    for person in &by_owner {
        owner.places(person, Side::Friends).await;
    }
    fill(&world, &circle, 198).await;
    // An owner counts only members who are somebody.
    let sql = "insert into social.person (id, username, full_name, state, staff, email_verified, created_at, version)
               select 1000000 + n, 'filler_' || n, '', 'active', false, false, now(), 1 from generate_series(1, 198) n";
    sqlx::query(sql).execute(&mut world.database.connect().await).await.unwrap();

    let path = format!("/api/circles/{circle}/members");
    let adds = by_owner.iter().map(|person| {
        let body = json!({ "add": [person.handle()] });
        let (owner, path) = (&owner, &path);
        async move { owner.post(path, &body).await }
    });
    let joins = by_link.iter().map(|person| accept(person, &token));
    let accepts = by_invite.iter().zip(&invites).map(|(person, id)| answer(person, id, "accept"));
    let (adds, joins, accepts) = tokio::join!(join_all(adds), join_all(joins), join_all(accepts));

    let joined = joins.iter().filter(|answer| answer.status == 200).count();
    for answer in joins.iter().chain(&accepts).filter(|answer| answer.status != 200) {
        answer.refused(409, "circle_full");
    }
    for answer in adds.iter().filter(|answer| answer.status != 200) {
        answer.refused(400, "too_many_members");
    }
    let came = adds.iter().chain(&joins).chain(&accepts).filter(|answer| answer.status == 200).count();
    assert_eq!((came, world.count("select count(*) from social.circle_member").await), (2, 200));
    assert_eq!(links(&owner, &circle).await[0]["uses"], json!(joined));
    // Whoever did not get in goes on waiting.
    let waiting = world.count("select count(*) from social.invite where status = 'pending'").await;
    let accepted = accepts.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(waiting, 4 - i64::try_from(accepted).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twelve_who_let_him_in_at_once_five_reach_the_limit_of_his_memberships() {
    let world = unhurried().build().await;
    let [owner, ben] = world.people(["holder", "ben"]).await;
    let (mut invites, mut tokens) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let circle = make(&owner, Side::Friends, &[]).await;
        invites.push(invited(&owner, &circle, &ben).await);
        let circle = make(&owner, Side::Friends, &[]).await;
        tokens.push(link(&owner, &circle, &json!({ "maxUses": 1 })).await);
    }
    for sql in [
        "insert into social.circle (id, owner, side, label, color, created_at, updated_at)
         select 'set_x_' || n, 1000000, 'work', 'x', 'blue', now(), now() from generate_series(1, 495) n where $1 > 0",
        "insert into social.circle_member (circle, account, via, joined_at)
         select 'set_x_' || n, $1, 'add', now() from generate_series(1, 495) n",
    ] {
        sqlx::query(sql).bind(ben.id.0).execute(&mut world.database.connect().await).await.unwrap();
    }
    let accepts = join_all(invites.iter().map(|id| answer(&ben, id, "accept")));
    let joins = join_all(tokens.iter().map(|token| accept(&ben, token)));
    let (accepts, joins) = tokio::join!(accepts, joins);
    let answers = || accepts.iter().chain(&joins);
    assert_eq!(answers().filter(|answer| answer.status == 200).count(), 5);
    for answer in answers().filter(|answer| answer.status != 200) {
        answer.refused(409, "membership_limit");
    }
    assert_eq!(world.count("select count(*) from social.circle_member").await, 500);
}
