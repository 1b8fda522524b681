//! Taking away is possible in every state of account, twice, and without a word to the other (prism law 15, circle
//! law 15).

use http::Method;
use platform::{Side, person::AccountState};
use serde_json::{Value, json};
use testkit::{Person, World};

use crate::{
    circles::make,
    invite_links::{link, revoke},
    invites::{answer, invited},
    people_scene::unhurried,
};

/// Numbers of people that are not what the rows of those who are there make them.
const WRONG: &str = "select count(*) from social.person_count c
    where followers <> (select count(*) from social.follow f join social.person x on x.id = f.follower and not x.gone
                        where f.target = c.person)
       or following <> (select count(*) from social.follow f join social.person x on x.id = f.target and not x.gone
                        where f.follower = c.person)
       or siders <> (select count(*) from social.placement p join social.person x on x.id = p.owner and not x.gone
                     where p.member = c.person)";

const STATES: [AccountState; 3] = [AccountState::ReadOnly, AccountState::Suspended, AccountState::Banned];

async fn restrict(world: &World, person: &Person, state: AccountState) {
    world.auth().set_state(person.id, state, None, Some("spam")).await.expect("restricted");
    world.jobs_done().await;
}

async fn follow(person: &Person, other: &Person, follow: bool) -> testkit::Answer {
    person.post("/api/follow", &json!({ "username": other.handle(), "follow": follow })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_account_may_take_back_what_it_gave_a_person() {
    for state in STATES {
        let world = unhurried().build().await;
        let [holder, friend, asker] = world.people(["holder", "friend", "asker"]).await;
        holder.places(&friend, Side::Close).await;
        follow(&holder, &friend, true).await.expect(200);
        let wish = json!({ "username": "holder", "side": "friends" });
        let asked = asker.post("/api/access-requests", &wish).await.expect(200).json();
        let path = format!("/api/access-requests/{}/respond", asked["id"].as_str().unwrap());
        restrict(&world, &holder, state).await;
        for (what, answer) in [
            ("place", holder.side(&friend, "friends").await),
            ("follow", follow(&holder, &asker, true).await),
            ("accept", holder.post(&path, &json!({ "action": "accept" })).await),
        ] {
            let told = format!("{} {}", answer.status.as_u16(), answer.error());
            assert_eq!(told, "403 account_restricted", "{what} {state:?}");
        }
        for _ in 0..2 {
            assert_eq!(holder.side(&friend, "public").await.expect(200).json()["side"], Value::Null);
            assert_eq!(follow(&holder, &friend, false).await.expect(200).json()["following"], false);
        }
        holder.post(&path, &json!({ "action": "reject" })).await.expect(200);
        let left = "select (select count(*) from social.placement) + (select count(*) from social.follow)
                    + (select count(*) from social.access_request where status = 'pending')";
        assert_eq!(world.count(left).await, 0, "{state:?}");
        world.jobs_done().await;
        assert_eq!(world.count(WRONG).await, 0, "{state:?}: a number is wrong");
        restrict(&world, &holder, AccountState::Active).await;
        assert_eq!(world.count(WRONG).await, 0, "{state:?}, and back: a number is wrong");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_account_may_take_back_what_it_gave_in_circles() {
    for state in STATES {
        let world = unhurried().build().await;
        let [holder, ben, cara, dan] = world.people(["holder", "ben", "cara", "dan"]).await;
        let own = make(&holder, Side::Friends, &[&ben, &cara]).await;
        let dying = make(&holder, Side::Work, &[]).await;
        let foreign = make(&dan, Side::Friends, &[&holder]).await;
        let other = make(&dan, Side::Work, &[]).await;
        let (to_him, by_him) = (invited(&dan, &other, &holder).await, invited(&holder, &own, &dan).await);
        let token = link(&holder, &own, &json!({})).await;
        restrict(&world, &holder, state).await;
        let path = format!("/api/circles/{own}");
        let members = json!({ "members": ["@ben"] });
        for (what, answer) in [
            ("reject", answer(&holder, &to_him, "reject").await),
            ("revoke an invite", answer(&holder, &by_him, "revoke").await),
            ("revoke a link", revoke(&holder, &own, &token).await),
            ("revoke it again", revoke(&holder, &own, &token).await),
            ("take out by the list", holder.call(Method::PATCH, &path, Some(&members)).await),
            ("take out", holder.post(&format!("{path}/members"), &json!({ "remove": ["@ben"] })).await),
            ("leave", holder.post(&format!("/api/circles/{foreign}/leave"), &json!({})).await),
            ("delete", holder.delete(&format!("/api/circles/{dying}")).await),
        ] {
            assert_eq!(answer.status, 200, "{what} {state:?}: {}", answer.error());
        }
        assert_eq!(world.count("select count(*) from social.circle_member").await, 0, "{state:?}");
        assert_eq!(world.count("select count(*) from social.invite where status = 'pending'").await, 0, "{state:?}");
        assert_eq!(world.count("select count(*) from social.invite_link where revoked_at is null").await, 0);
        assert_eq!(world.count("select count(*) from social.circle where id not like 'seed%'").await, 3, "{state:?}");
    }
}
