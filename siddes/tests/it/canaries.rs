//! Words planted wherever somebody could leave one come out in no log line, no metric and no trace.

use http::{HeaderMap, HeaderValue, Method};
use platform::{
    Side,
    telemetry::{metrics::table, traces},
};
use serde_json::{Value, json};
use sqlx::Executor;
use testkit::{Http, Person, World, chaos::Mode};

use crate::{invite_links, invite_links_accept, watched::Watched};

/// All planted words that are nobody's in particular begin so.
const PLANTED: &str = "kanarie";
const NAME: &str = "zugvogel_name";
const EMAIL: &str = "zugvogel.mail@example.test";
const PASSWORD: &str = "kanarie-passwort-9431";
const SECRET: &str = "kanarie0123456789-root-secret-of-this-world-abcdefg";
const ADDRESS: &str = "203.0.113.77";
const FIRST_ACCOUNT: i64 = 918_273_645;

/// A request with a planted word in every header that a browser, a proxy or an attacker may send.
fn headers(of: &Person) -> HeaderMap {
    let mut headers = of.headers();
    let cookies = headers["cookie"].to_str().unwrap().to_owned();
    headers.insert("cookie", format!("{cookies}; other=kanarie_cookie").parse().unwrap());
    for (name, value) in [
        ("authorization", "Bearer kanarie_bearer"),
        ("user-agent", "Mozilla/5.0 kanarie_agent"),
        ("x-forwarded-for", ADDRESS),
        ("accept-language", "kanarie_language"),
        ("x-kanarie_header", "kanarie_header"),
        ("x-sd-side", "kanarie_side"),
    ] {
        headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static(value));
    }
    headers
}

/// Everything that can be called today, with planted words in paths, queries, bodies and headers.
async fn call_everything(http: &Http, by: &Person) {
    let text = "kanarie_text";
    let bodies = [
        json!({ "text": text, "side": "friends", "client_key": "kanarie_key", "public_channel": "kanarie_channel" })
            .to_string(),
        json!({ "identifier": "kanarie.id@example.test", "password": PASSWORD }).to_string(),
        json!({ "email": "kanarie@example.test", "username": "kanarie_user", "password": PASSWORD }).to_string(),
        json!({ "username": "@kanarie_user", "side": "kanarie_side", "target": "@kanarie_target" }).to_string(),
        json!({ "region": "kanarie_region", "confirmed": "kanarie", "token": "kanarie_token" }).to_string(),
        "{\"text\": \"kanarie_unclosed".to_owned(),
        "{\"kanarie_key\": \"\\u0000\", \"text\": \"\\ud800kanarie\"}".to_owned(),
        format!("{}kanarie", "[".repeat(100)),
    ];
    let paths = [
        "/api/auth/login?token=kanarie_query&t=kanarie_media",
        "/api/auth/signup",
        "/api/auth/logout/kanarie_path",
        "/api/auth/age/confirm",
        "/api/auth/username/set",
        "/api/auth/onboarding/complete",
        "/api/auth/region",
        "/api/auth/verify/confirm?token=kanarie_once",
        "/api/side",
        "/api/post",
        "/api/post/kanarie_post_id",
        "/api/post/kanarie%00%ff",
        "/api/feed?side=friends&cursor=kanarie_cursor&tag=kanarie_tag&topic=kanarie_topic",
        "/api/search/posts?q=kanarie_search",
        "/api/invite-links/kanarie_invite_token",
        "/api/invite-links/kanarie_invite_token/accept",
        "/api/invites",
        "/api/invites/kanarie_invite",
        "/api/circles/kanarie_circle/invite-links",
        "/api/circles/kanarie_circle/invite-links/kanarie_invite_token/revoke",
        "/api/blocks",
        "/api/blocks/%40kanarie_target",
        "/api/mutes/kanarie_target%2f%00",
        "/m/kanarie_media_key?t=kanarie_media_token",
        "/kanarie_nowhere",
    ];
    for path in paths {
        for method in [Method::GET, Method::DELETE, Method::PATCH, Method::from_bytes(b"KANARIE").unwrap()] {
            let _any = http.send(method, path, headers(by), "").await;
        }
        for body in &bodies {
            let _any = http.send(Method::POST, path, headers(by), body.clone()).await;
        }
        let mut foreign = headers(by);
        foreign.insert("origin", HeaderValue::from_static("https://kanarie.example"));
        foreign.insert("referer", HeaderValue::from_static("https://kanarie.example/kanarie"));
        let _refused = http.send(Method::POST, path, foreign, "").await;
        let mut forged = headers(by);
        forged.insert("x-csrftoken", HeaderValue::from_static("kanariecsrftoken0123456789abcdef"));
        let _refused = http.send(Method::POST, path, forged, "").await;
        let mut odd = headers(by);
        odd.insert("content-type", HeaderValue::from_static("text/kanarie"));
        odd.insert("x-request-id", HeaderValue::from_static("<kanarie>"));
        odd.insert("traceparent", HeaderValue::from_static("00-kanarie"));
        let _refused = http.send(Method::POST, path, odd, bodies[0].clone()).await;
    }
}

/// A life: signing up, coming back, showing sides, writing, blocking, leaving; every secret of it is to stay one.
async fn live(world: &World) -> (Person, Vec<String>) {
    let mut ann = Person::anonymous(world.http.clone());
    let form = json!({ "email": EMAIL, "username": NAME, "password": PASSWORD, "ageConfirmed": true });
    let answer = ann.post("/api/auth/signup", &form).await.expect(200);
    ann.id = platform::AccountId(answer.json()["user"]["id"].as_i64().expect("an id"));
    NAME.clone_into(&mut ann.name);
    let mut secrets = vec![ann.cookie("siddes_session").expect("a session")];
    let [ben, eve] = world.people(["kanarie_ben", "kanarie_eve"]).await;
    ann.post("/api/auth/login", &json!({ "identifier": EMAIL, "password": "kanarie-wrong" })).await.expect(401);
    ann.post("/api/auth/login", &json!({ "identifier": NAME, "password": PASSWORD })).await.expect(200);
    secrets.push(ann.cookie("siddes_session").expect("a new session"));
    secrets.push(ann.cookie("csrftoken").expect("a token"));
    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "kanarie_text of a post #kanarie_tag").await;
    ben.reads(&post).await.expect(200);
    ben.feed(Side::Friends).await;
    ann.get("/api/auth/me").await.expect(200);
    ann.get("/api/siders").await.expect(200);
    ann.blocks(&eve).await;
    eve.reads(&post).await.expect(404);
    ann.mutes(&ben).await;
    ann.get("/api/blocks").await.expect(200);
    secrets.push(post);
    let circle = ann.post("/api/circles", &json!({ "label": "kanarie_circle" })).await.expect(200).json();
    let circle = circle["item"]["id"].as_str().expect("a circle").to_owned();
    let token = invite_links::link(&ann, &circle, &json!({})).await;
    invite_links::preview(&ben, &token).await;
    invite_links_accept::accept(&ben, &token).await.expect(200);
    invite_links::revoke(&ann, &circle, &token).await.expect(200);
    secrets.push(token);
    world.jobs_done().await;
    (ann, secrets)
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_words_are_in_no_log_line_no_metric_and_no_trace() {
    let watched = Watched::start(1.0).await;
    let mut world = World::builder().chaos().setting("DJANGO_SECRET_KEY", SECRET);
    for scope in gateway::SCOPES {
        world = world.setting(&format!("SIDDES_THROTTLE_{}", scope.name.to_uppercase()), "off");
    }
    let world = world.setting("SIDDES_THROTTLE_LEDGER_READ", "2/min").build().await;
    let mut owner = world.database.connect().await;
    let distinct = format!("select setval(pg_get_serial_sequence('auth.account', 'id'), {FIRST_ACCOUNT})");
    owner.execute(sqlx::AssertSqlSafe(distinct)).await.expect("ids begin there");

    let (ann, mut secrets) = live(&world).await;
    call_everything(&world.http, &ann).await;
    let mut dead = headers(&ann);
    dead.insert("cookie", HeaderValue::from_static("siddes_session=kanarieAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    world.http.send(Method::GET, "/api/siders", dead, "").await.expect(401);
    for _ in 0..3 {
        ann.get("/api/followers").await;
    }
    // And all of it again while the database is away, when errors have more to tell.
    let chaos = world.chaos.as_ref().expect("a proxy");
    chaos.refuse().await;
    call_everything(&world.http, &ann).await;
    chaos.set(Mode::Pass);
    call_everything(&world.http, &ann).await;

    let lines = watched.access_log();
    let told = Told::of(&watched, &world).await;
    let Told { log, metrics, traces } = &told;
    // The run was seen, whole: else finding nothing would mean nothing.
    assert!(lines.len() > 500, "{} lines", lines.len());
    for code in [
        "invalid_credentials",
        "csrf_failed",
        "not_found",
        "invalid_json",
        "unavailable",
        "invalid_text",
        "rate_limited",
    ] {
        assert!(lines.iter().any(|line| line["error"] == code), "{code} was not told");
    }
    for measured in ["siddes_http_requests_total{", "siddes_auth_total{", "siddes_db_query_seconds_bucket{"] {
        assert!(metrics.contains(measured), "{measured} was not measured");
    }
    for traced in ["/api/post/{id}", "unknown", "social.post.insert", "auth.session.insert", "auth.person.push"] {
        assert!(traces.contains(traced), "{traced} was not traced");
    }

    secrets.extend([PLANTED, NAME, EMAIL, PASSWORD, SECRET, ADDRESS, "zugvogel"].map(str::to_owned));
    let accounts: Vec<String> = (1..=3).map(|next| (FIRST_ACCOUNT + next).to_string()).collect();
    assert_eq!(ann.id.0.to_string(), accounts[0]);
    for secret in &secrets {
        assert_eq!(told.tell(secret), Vec::<String>::new());
    }
    // The id of an account is in security events, which are about accounts, and nowhere else.
    let others: Vec<&str> = log.lines().filter(|line| !security_event(line)).collect();
    let told = Told { log: others.join("\n"), metrics: metrics.clone(), traces: traces.clone() };
    for account in &accounts {
        assert_eq!(told.tell(account), Vec::<String>::new());
    }

    // And a word that does come out is found, wherever it does: else this test could not fail.
    tracing::info!(target: "siddes.test", word = PLANTED);
    table::HTTP_ERRORS.with(["/api/feed".into(), PLANTED.into()]).increment(1);
    drop(traces::begin(|| PLANTED.into(), traces::SpanKind::Server, None));
    assert_eq!(Told::of(&watched, &world).await.tell(PLANTED).len(), 3);
}

/// All that a process tells of itself.
struct Told {
    log: String,
    metrics: String,
    traces: String,
}

impl Told {
    async fn of(watched: &Watched, world: &World) -> Self {
        let metrics = world.private.send(Method::GET, "/metrics", HeaderMap::new(), "").await.expect(200);
        let metrics = String::from_utf8(metrics.bytes.to_vec()).expect("text");
        Self { log: watched.log(), metrics, traces: watched.exported().await }
    }

    /// Where this word is told, with what stands around it.
    fn tell(&self, word: &str) -> Vec<String> {
        let word = word.to_lowercase();
        let all = [("log", &self.log), ("metrics", &self.metrics), ("traces", &self.traces)];
        let found = all.into_iter().filter_map(|(what, text)| Some((what, text, text.to_lowercase().find(&word)?)));
        found.map(|(what, text, at)| format!("{what}: …{}…", around(text, at))).collect()
    }
}

fn security_event(line: &str) -> bool {
    serde_json::from_str::<Value>(line).expect("JSON")["target"] == "siddes.security"
}

fn around(text: &str, at: usize) -> String {
    text.as_bytes()[at.saturating_sub(200)..text.len().min(at + 100)].iter().map(|byte| char::from(*byte)).collect()
}
