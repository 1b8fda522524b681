//! What does not answer is an error: never a wider view, never a pretended success (prism law 18, circle law 14).

use platform::Role;
use serde_json::Value;

use crate::{
    people_acts::acts,
    people_scene::{Scene, Viewer},
    people_surfaces::surfaces,
};

#[tokio::test(flavor = "multi_thread")]
async fn with_social_down_nobody_is_shown_anything_and_nothing_is_said_to_be_done() {
    let scene = Box::pin(Scene::new()).await;
    assert!(scene.world.running.local.take(Role::Social).is_some());
    for (viewer, person) in &scene.people {
        for surface in surfaces(&scene.target) {
            let answer = person.get(&surface.path(&scene.target)).await;
            // Who is signed out is told so before anybody is asked.
            let expected = if surface.told(*viewer).starts_with("401") { 401 } else { 503 };
            assert_eq!(answer.status, expected, "{} × {viewer:?}: {}", surface.what, answer.error());
        }
        for act in acts().iter().filter(|_| *viewer != Viewer::Anonymous) {
            let (path, body) = (act.path(&scene.target), act.body(&scene.target, person));
            let answer = person.call(act.method.clone(), &path, Some(&body)).await;
            assert_eq!(answer.status, 503, "{} × {viewer:?}: {}", act.what, answer.error());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_auth_down_nobody_is_found_by_his_name_and_no_name_is_taken_for_nobody() {
    let scene = Box::pin(Scene::new()).await;
    assert!(scene.world.running.local.take(Role::Auth).is_some());
    for (viewer, person) in &scene.people {
        for surface in surfaces(&scene.target) {
            let answer = person.get(&surface.path(&scene.target)).await;
            let told = String::from_utf8_lossy(&answer.bytes).into_owned();
            if *viewer == Viewer::Anonymous {
                // What needs nobody's name goes on; nothing private does, and no name is said to be unknown.
                assert!([200, 401, 404, 503].contains(&answer.status.as_u16()), "{}: {}", surface.what, answer.status);
                let named = surface.path(&scene.target).contains("holder") && surface.what != "card";
                assert_eq!(answer.status == 503, named, "{}: {told}", surface.what);
                let opens = surface.told(*viewer) == "shown" && !named;
                assert_eq!(told.contains(&surface.marker), opens, "{}: {told}", surface.what);
            } else {
                assert_eq!(answer.status, 503, "{} × {viewer:?}", surface.what);
                assert_ne!(answer.json()["error"], Value::from("not_found"));
            }
        }
    }
}
