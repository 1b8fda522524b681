//! A roll-out: every process is ended and started again, one after the other, and nobody notices.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{HeaderMap, Method, StatusCode};
use platform::Side;
use serde_json::json;
use testkit::{Answer, Http, Person, is_refused};
use tokio::{task::JoinSet, time::sleep};

use crate::processes::{Process, environment, free_port, with};

/// Two gateways as a load balancer uses them: who takes no connection is passed over, and nothing is sent twice.
#[derive(Clone)]
struct Balanced {
    gateways: [Http; 2],
    next: Arc<AtomicU64>,
}

impl Balanced {
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: &str,
    ) -> Result<Answer, Box<dyn Error + Send + Sync>> {
        let first = usize::from(self.next.fetch_add(1, Ordering::Relaxed) % 2 == 1);
        let body = body.to_owned();
        match self.gateways[first].try_send(method.clone(), path, headers.clone(), body.clone()).await {
            Err(error) if is_refused(&*error) => self.gateways[1 - first].try_send(method, path, headers, body).await,
            outcome => outcome,
        }
    }
}

/// The roles of one process, and what it is told.
type Part<'a> = (&'a [&'a str], &'a [(String, String)]);

/// What one client does, again and again.
struct Load {
    balanced: Balanced,
    person: Person,
    other: Person,
    post: String,
    client: usize,
    over: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
}

impl Load {
    /// Everything that went wrong.
    async fn run(self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut round = 0_u64;
        while !self.over.load(Ordering::Relaxed) {
            round += 1;
            let text = json!({ "text": "said", "side": "friends", "client_key": format!("{}-{round}", self.client) });
            let side = json!({ "username": self.other.handle(), "side": "friends", "confirm": true });
            let mute = json!({ "target": self.other.handle() });
            for (method, path, body, status) in [
                (Method::GET, format!("/api/post/{}", self.post), String::new(), 200),
                (Method::GET, "/api/feed?side=friends".to_owned(), String::new(), 200),
                (Method::POST, "/api/post".to_owned(), text.to_string(), 201),
                (Method::GET, "/api/auth/me".to_owned(), String::new(), 200),
                (Method::POST, "/api/side".to_owned(), side.to_string(), 200),
                (Method::POST, "/api/mutes".to_owned(), mute.to_string(), 200),
            ] {
                let sent = self.balanced.send(method.clone(), &path, self.person.headers(), &body).await;
                match sent {
                    Ok(answer) if answer.status == StatusCode::from_u16(status).unwrap() => {}
                    Ok(answer) => wrong.push(format!("{method} {path}: {} {}", answer.status, answer.error())),
                    Err(error) => wrong.push(format!("{method} {path}: {error:?}")),
                }
                self.answered.fetch_add(1, Ordering::Relaxed);
            }
        }
        wrong
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_is_restarted_in_turn_under_load_and_no_request_fails() {
    let ports = [free_port(), free_port()];
    let [first, second] = ports.map(|port| port.to_string());
    let off = [
        ("SIDDES_DRAIN_SECONDS", "1"),
        ("SIDDES_DISABLE_DAILY_QUOTAS", "1"),
        ("SIDDES_THROTTLE_GLOBAL", "off"),
        ("SIDDES_THROTTLE_POST_CREATE", "off"),
        ("SIDDES_THROTTLE_POST_READ", "off"),
        ("SIDDES_THROTTLE_FEED", "off"),
        ("SIDDES_THROTTLE_AUTH_ME", "off"),
        ("SIDDES_THROTTLE_AUTH_ME_ANON", "off"),
        ("SIDDES_THROTTLE_SIDE_WRITE", "off"),
        ("SIDDES_THROTTLE_SAFETY_MUTE", "off"),
    ];
    let env = with(&environment().await, &off);
    let (env_first, env_second) = (with(&env, &[("PORT", &first)]), with(&env, &[("PORT", &second)]));
    let parts: [Part<'_>; 6] = [
        (&["auth", "worker"], &env),
        (&["safety", "worker"], &env),
        (&["social", "worker"], &env),
        (&["inbox", "worker"], &env),
        (&["gateway"], &env_first),
        (&["gateway"], &env_second),
    ];
    let mut processes: Vec<Process> = parts.iter().map(|(roles, env)| Process::serve(roles, env)).collect();
    let gateways = ports.map(|port| Http::new(format!("http://127.0.0.1:{port}")));
    let balanced = Balanced { gateways: gateways.clone(), next: Arc::default() };
    let ann = Person::sign_up(gateways[0].clone(), "ann").await;
    let ben = Person::sign_up(gateways[1].clone(), "ben").await;
    ann.places(&ben, Side::Friends).await;
    ben.places(&ann, Side::Friends).await;
    let post = ann.posts(Side::Friends, "here before and after").await;

    let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut clients = JoinSet::new();
    for client in 0..4 {
        let (person, other) = if client % 2 == 0 { (&ann, &ben) } else { (&ben, &ann) };
        clients.spawn(
            Load {
                balanced: balanced.clone(),
                person: person.clone(),
                other: other.clone(),
                post: post.clone(),
                client,
                over: Arc::clone(&over),
                answered: Arc::clone(&answered),
            }
            .run(),
        );
    }
    for (place, (roles, env)) in parts.iter().enumerate() {
        more(&answered).await;
        processes.remove(place).terminate().await;
        processes.insert(place, Process::serve(roles, env));
    }
    more(&answered).await;
    over.store(true, Ordering::Relaxed);
    let wrong = clients.join_all().await.concat();
    assert!(wrong.is_empty(), "{} of {} failed: {wrong:#?}", wrong.len(), answered.load(Ordering::Relaxed));
}

/// Waits until the clients have had another hundred answers.
async fn more(answered: &AtomicU64) {
    let before = answered.load(Ordering::Relaxed);
    while answered.load(Ordering::Relaxed) < before + 100 {
        sleep(Duration::from_millis(5)).await;
    }
}
