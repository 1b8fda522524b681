//! A database that is really restarted, under load: what is acknowledged stays, and only what it was asked while it was
//! away fails.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::Method;
use platform::Side;
use serde_json::json;
use siddes::{
    private::{Postgres, postgres_bin},
    system::schemas,
};
use testkit::{Person, TestDatabase, World};
use tokio::{task::JoinSet, time::sleep};

/// Even while the database is there, odd while it is away; what has been answered so far.
#[derive(Default)]
struct State {
    epoch: AtomicU64,
    answered: AtomicU64,
    over: std::sync::atomic::AtomicBool,
}

impl State {
    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn turn(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits for so many answers more.
    async fn more(&self, answers: u64) {
        let until = self.answered.load(Ordering::Relaxed) + answers;
        while self.answered.load(Ordering::Relaxed) < until {
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Reads and writes until it is over. What went wrong, and the ids of all posts that were acknowledged.
async fn load(state: Arc<State>, person: Person, post: String, client: usize) -> (Vec<String>, Vec<String>) {
    let (mut wrong, mut acknowledged) = (Vec::new(), Vec::new());
    let mut round = 0_u64;
    while !state.over.load(Ordering::Relaxed) {
        round += 1;
        let body = json!({ "text": "said", "side": "friends", "client_key": format!("{client}-{round}") });
        for (method, path, body) in [
            (Method::GET, format!("/api/post/{post}"), None),
            (Method::GET, "/api/feed?side=friends".to_owned(), None),
            (Method::POST, "/api/post".to_owned(), Some(&body)),
        ] {
            let before = state.epoch();
            let answer = person.call(method, &path, body).await;
            let undisturbed = before.is_multiple_of(2) && state.epoch() == before;
            match answer.status.as_u16() {
                200 => {}
                201 => acknowledged.push(answer.json()["post"]["id"].as_str().unwrap().to_owned()),
                503 if !undisturbed && answer.error() == "unavailable" => {}
                status => wrong.push(format!("{path} {status} {}", answer.error())),
            }
            state.answered.fetch_add(1, Ordering::Relaxed);
        }
    }
    (wrong, acknowledged)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_restarted_is_503_only_while_it_is_away_and_keeps_what_it_acknowledged() {
    let folder = std::env::temp_dir().join(format!("siddes-restart-{}", std::process::id()));
    let start = async || start(&folder).await;
    let postgres = start().await;
    for schema in schemas() {
        schema.migrate(&postgres.options()).await.expect("migrations");
    }
    let off = ["GLOBAL", "POST_CREATE", "POST_READ", "FEED"];
    let world = World::builder().on(TestDatabase { options: postgres.options() });
    let world = off.into_iter().fold(world, |world, scope| world.setting(&format!("SIDDES_THROTTLE_{scope}"), "off"));
    let world = world.setting("SIDDES_DISABLE_DAILY_QUOTAS", "1").build().await;
    let [ann] = world.people(["ann"]).await;
    let post = ann.posts(Side::Friends, "before").await;

    let state = Arc::new(State::default());
    let mut clients = JoinSet::new();
    for client in 0..4 {
        clients.spawn(load(Arc::clone(&state), ann.clone(), post.clone(), client));
    }
    for _ in 0..2 {
        state.more(100).await;
        state.turn();
        postgres.stop().await.expect("stopped");
        state.more(20).await;
        start().await;
        state.turn();
    }
    state.more(100).await;
    state.over.store(true, Ordering::Relaxed);
    let mut acknowledged = 0;
    for (wrong, ids) in clients.join_all().await {
        assert!(wrong.is_empty(), "{wrong:#?}");
        for id in &ids {
            ann.reads(id).await.expect(200);
        }
        acknowledged += ids.len();
    }
    assert!(acknowledged > 20, "{acknowledged} posts");
    world.running.stop().await;
    postgres.stop().await.expect("stopped");
    std::fs::remove_dir_all(&folder).expect("removed");
}

async fn start(folder: &Path) -> Postgres {
    let path = std::env::var_os("PATH").and_then(|path| path.into_string().ok());
    let bin: PathBuf = postgres_bin(None, path.as_deref()).expect("Postgres is installed");
    Postgres::start(bin, folder, &["fsync=off", "synchronous_commit=off"]).await.expect("it starts")
}
