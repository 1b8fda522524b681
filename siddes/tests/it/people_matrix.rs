//! Who is shown what of a person and of his circle, and what he may do to either: every viewer by every call
//! (prism laws 1, 2, 3, 8, 9, 11 and 12, circle laws 1, 2, 4 and 5).

use serde_json::Value;
use testkit::{Answer, Person};

use crate::{
    people_acts::{Act, acts},
    people_scene::{Scene, Target, Viewer},
    people_surfaces::surfaces,
};

/// What the holder shows whom.
const SHOWN: &str = "select coalesce(string_agg(member || ' ' || side, ', ' order by member), '')
                     from social.placement where owner = (select id from social.person where username = 'holder')";

fn read(answer: &Answer, marker: &str) -> String {
    let told = String::from_utf8_lossy(&answer.bytes).contains(marker);
    match (answer.status.as_u16(), told) {
        (200, true) => "shown".to_owned(),
        (200, false) => "empty".to_owned(),
        (status, true) => format!("{status} that tells"),
        (status, false) => format!("{status} {}", answer.error()),
    }
}

fn written(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), answer.error()).trim_end().to_owned()
}

async fn act(person: &Person, act: &Act, target: &Target) -> Answer {
    person.call(act.method.clone(), &act.path(target), Some(&act.body(target, person))).await
}

/// Where an answer differs from the one that leads nowhere; what differs with every request is left out.
fn difference(answer: &Answer, nowhere: &Answer) -> Option<String> {
    let body = |answer: &Answer| {
        let mut json = answer.json();
        for name in ["requestId", "request_id", "serverTs"] {
            if let Some(value) = json.get_mut(name) {
                *value = Value::Null;
            }
        }
        // A page of something else, shown instead, is a second older perhaps.
        for item in json["items"].as_array_mut().into_iter().flatten() {
            item.as_object_mut().and_then(|item| item.remove("time"));
        }
        json.to_string()
    };
    // The length goes with the body, but for the digits of a time.
    let headers = |answer: &Answer| {
        let mut headers = answer.headers_without_ids();
        headers.retain(|(name, _)| !["content-length", "x-siddes-sql"].contains(&name.as_str()));
        headers
    };
    if answer.status != nowhere.status || body(answer) != body(nowhere) {
        return Some(format!("{} {} is not {} {}", answer.status, body(answer), nowhere.status, body(nowhere)));
    }
    if headers(answer) != headers(nowhere) {
        return Some(format!("headers {:?} are not {:?}", headers(answer), headers(nowhere)));
    }
    let (cost, expected) = (answer.statements(), nowhere.statements());
    (cost != expected).then(|| format!("{cost} statements instead of {expected}"))
}

async fn shown(scene: &Scene) -> String {
    sqlx::query_scalar(SHOWN).fetch_one(&mut scene.world.database.connect().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_by_every_reading_is_shown_exactly_what_the_laws_give() {
    let scene = Box::pin(Scene::new()).await;
    let mut wrong = Vec::new();
    for (viewer, person) in &scene.people {
        for surface in surfaces(&scene.target) {
            let told = read(&person.get(&surface.path(&scene.target)).await, &surface.marker);
            let expected = surface.told(*viewer);
            if told != expected {
                wrong.push(format!("{} × {viewer:?}: {told} instead of {expected}", surface.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_by_every_writing_is_answered_as_the_laws_say_and_changes_nothing_that_is_shown_him() {
    let scene = Box::pin(Scene::new()).await;
    let before = shown(&scene).await;
    let mut wrong = Vec::new();
    for writing in acts() {
        for (viewer, person) in &scene.people {
            let expected = writing.told(*viewer);
            if expected.is_empty() {
                continue;
            }
            let told = written(&act(person, &writing, &scene.target).await);
            if told != expected {
                wrong.push(format!("{} × {viewer:?}: {told} instead of {expected}", writing.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(shown(&scene).await, before);
    let item = crate::circles::read(scene.person(Viewer::Holder), &scene.target.circle).await.expect(200).json();
    assert_eq!(item["item"]["label"], "Walks");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_found_is_one_answer_at_one_price_for_what_is_kept_away_and_for_what_never_was() {
    let scene = Box::pin(Scene::new()).await;
    let nowhere = Target::nowhere();
    let mut wrong = Vec::new();
    for (viewer, person) in &scene.people {
        for surface in surfaces(&scene.target) {
            let told = surface.told(*viewer);
            if told == "empty" || told.starts_with("404") {
                let unknown = person.get(&surface.path(&nowhere)).await;
                let answer = person.get(&surface.path(&scene.target)).await;
                // Where he is shown something else instead, nothing is kept away.
                if told.starts_with("404") || unknown.status == answer.status {
                    let found = difference(&answer, &unknown);
                    wrong.extend(found.map(|found| format!("{} × {viewer:?}: {found}", surface.what)));
                }
            }
        }
        for writing in acts() {
            if writing.told(*viewer).starts_with("404") {
                let unknown = act(person, &writing, &nowhere).await;
                let answer = act(person, &writing, &scene.target).await;
                let found = difference(&answer, &unknown);
                wrong.extend(found.map(|found| format!("{} × {viewer:?}: {found}", writing.what)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_who_is_gone_everybody_finds_what_he_finds_of_nobody() {
    let scene = Box::pin(Scene::new()).await;
    let holder = scene.person(Viewer::Holder).id;
    let banned = platform::person::AccountState::Banned;
    scene.world.auth().set_state(holder, banned, None, Some("spam")).await.expect("banned");
    scene.world.jobs_done().await;
    let nowhere = Target::nowhere();
    let mut wrong = Vec::new();
    for (viewer, person) in scene.people.iter().filter(|(viewer, _)| *viewer != Viewer::Holder) {
        for surface in surfaces(&scene.target) {
            let answer = person.get(&surface.path(&scene.target)).await;
            let unknown = person.get(&surface.path(&nowhere)).await;
            let shown = read(&answer, &surface.marker) == "shown";
            let found = if shown { Some("shown".to_owned()) } else { difference(&answer, &unknown) };
            wrong.extend(found.map(|found| format!("{} × {viewer:?}: {found}", surface.what)));
        }
        // That a request is another's is told before what became of him whom it was for.
        for writing in acts().iter().filter(|writing| writing.what != "answer another's request") {
            if *viewer != Viewer::Anonymous {
                let unknown = act(person, writing, &nowhere).await;
                let found = difference(&act(person, writing, &scene.target).await, &unknown);
                wrong.extend(found.map(|found| format!("{} × {viewer:?}: {found}", writing.what)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
