//! The two cookies: which of those sent count, and what is set and cleared.

use platform::{Role, grpc::Routes};
use proto::auth::v1::{
    AuthenticateRequest, AuthenticateResponse, LogInRequest, LogOutRequest, LogOutResponse, SignedIn,
    sessions_server::{Sessions, SessionsServer},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::{Request, Response, Status};

use super::{Gate, HTTPS, SAME_ORIGIN, SESSION};

/// An auth that knows nobody and tells which tokens it was asked for.
struct Asked(UnboundedSender<Vec<String>>);

#[tonic::async_trait]
impl Sessions for Asked {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        self.0.send(request.into_inner().session_tokens).expect("a listener");
        Ok(Response::new(AuthenticateResponse { viewer: None }))
    }

    async fn log_in(&self, _: Request<LogInRequest>) -> Result<Response<SignedIn>, Status> {
        Err(Status::unavailable("no passwords here"))
    }

    async fn log_out(&self, request: Request<LogOutRequest>) -> Result<Response<LogOutResponse>, Status> {
        self.0.send(request.into_inner().session_tokens).expect("a listener");
        Ok(Response::new(LogOutResponse {}))
    }
}

fn asked(vars: &[(&str, &str)]) -> (Gate, UnboundedReceiver<Vec<String>>) {
    let (tell, heard) = unbounded_channel();
    let auth = Routes::new(SessionsServer::new(Asked(tell))).into_axum_router();
    (Gate::before(&[(Role::Auth, auth)], vars), heard)
}

fn token(letter: char) -> String {
    letter.to_string().repeat(43)
}

#[tokio::test]
async fn auth_is_asked_for_the_first_four_cookies_in_their_order() {
    let (gate, mut heard) = asked(&[]);
    let line: Vec<String> = "abcdef".chars().map(|letter| format!("siddes_session={}", token(letter))).collect();
    gate.call("GET", "/api/feed", &[("cookie", &line.join("; "))], "").await;
    assert_eq!(
        heard.recv().await.expect("asked"),
        ["a", "b", "c", "d"].map(|letter| token(letter.parse().expect("one")))
    );
    // Over two lines, and what can be no token is not asked for.
    let (junk, good) =
        (format!("siddes_session=junk; siddes_session={}", "!".repeat(43)), format!("siddes_session={}", token('z')));
    gate.call("GET", "/api/feed", &[("cookie", &junk), ("cookie", &good)], "").await;
    assert_eq!(heard.recv().await.expect("asked"), [token('z')]);
}

#[tokio::test]
async fn auth_is_not_asked_where_no_session_is_used() {
    let (gate, mut heard) = asked(&[]);
    for path in ["/healthz", "/readyz", "/api/health", "/api/slate/ann", "/api/auth/csrf", "/nowhere"] {
        gate.call("GET", path, &[SESSION], "").await;
    }
    gate.call("GET", "/api/feed", &[("cookie", "siddes_session=junk; other=1")], "").await;
    gate.call("GET", "/api/feed", &[("cookie", "sessionid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], "").await;
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn a_dead_cookie_is_cleared_with_the_attributes_it_was_set_with() {
    let dead = "siddes_session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=";
    let production =
        [("SIDDES_ENV", "production"), ("DJANGO_ALLOWED_HOSTS", "api.test"), ("DJANGO_SECURE_SSL_REDIRECT", "0")];
    let domain = [("SIDDES_COOKIE_DOMAIN", "sides.test"), ("DJANGO_SESSION_SAMESITE", "Strict")];
    for (vars, headers, expected) in [
        (&[][..], &[SESSION][..], format!("{dead}Lax")),
        (&[], &[("cookie", "siddes_session=junk")], format!("{dead}Lax")),
        (&[], &[SESSION, HTTPS], format!("{dead}Lax; Secure")),
        (&production, &[SESSION], format!("{dead}Lax; Secure")),
        (&domain, &[SESSION], format!("{dead}Strict; Domain=sides.test")),
    ] {
        let (gate, _heard) = asked(vars);
        let told = gate.call("GET", "/api/nowhere", headers, "").await;
        let set: Vec<_> = told.headers.get_all("set-cookie").iter().collect();
        assert_eq!(set, [expected.as_str()]);
    }
}

#[tokio::test]
async fn who_has_no_cookie_is_sent_none_and_public_answers_clear_none() {
    let (gate, _heard) = asked(&[]);
    assert!(gate.get("/api/feed").await.headers.get("set-cookie").is_none());
    for path in ["/api/health", "/api/slate", "/healthz"] {
        let told = gate.call("GET", path, &[SESSION], "").await;
        assert!(told.headers.get("set-cookie").is_none(), "{path}");
    }
}

#[tokio::test]
async fn signing_out_ends_every_presented_session_and_clears_the_cookie_once() {
    let (gate, mut heard) = asked(&[]);
    let told = gate.call("POST", "/api/auth/logout", &[SESSION, SAME_ORIGIN], "").await;
    assert_eq!((told.status.as_u16(), told.bytes.as_ref()), (200, &b"{\"ok\":true}"[..]));
    assert_eq!(told.headers.get_all("set-cookie").iter().count(), 1);
    assert!(told.header("set-cookie").starts_with("siddes_session=; Path=/; Max-Age=0;"));
    let known = heard.recv().await.expect("recognised");
    assert_eq!(heard.recv().await.expect("ended"), known);
    assert_eq!(gate.call("POST", "/api/auth/logout", &[], "").await.status, 200, "nobody may sign out too");
}

#[tokio::test]
async fn the_csrf_cookie_is_for_scripts_and_given_to_who_has_none() {
    let told = Gate::new(&[("DJANGO_CSRF_SAMESITE", "Strict")]).call("GET", "/api/auth/csrf", &[HTTPS], "").await;
    let line = told.header("set-cookie");
    let (token, attributes) = line.split_once("; ").expect("attributes");
    let value = token.strip_prefix("csrftoken=").expect("its name");
    assert!((16..=128).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{line}");
    assert!(attributes.starts_with("Path=/; Max-Age=31449600; Expires="), "{line}");
    assert!(attributes.ends_with("; SameSite=Strict; Secure") && !attributes.contains("HttpOnly"), "{line}");
    let has_one = Gate::new(&[]).call("GET", "/api/auth/csrf", &[("cookie", "csrftoken=abc")], "").await;
    assert!(has_one.headers.get("set-cookie").is_none());
}
