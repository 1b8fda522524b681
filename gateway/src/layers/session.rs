//! The session: who is calling, asked of auth at each request that carries a cookie, and never remembered.

use axum::{extract::Request, response::Response};
use http::header::SET_COOKIE;
use platform::{identity::Viewer, person::Person, telemetry::metrics::table};
use proto::auth::v1::{AuthenticateRequest, AuthenticateResponse, sessions_client::SessionsClient};

use super::client::Client;
use crate::{
    cookies::{Jar, SessionTokens},
    error::Refused,
    facts::Facts,
    router::{self, Session},
    shared::Shared,
};

/// The caller, where he is somebody: put into the request for what comes after.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub viewer: Viewer,
    /// Travels to the services.
    pub token: String,
}

/// Puts [`SignedIn`] into the request. True: the browser holds a cookie with no live session behind it.
///
/// # Errors
/// Auth's: who cannot be recognised is not taken for nobody.
pub async fn recognise(shared: &Shared, facts: &Facts, request: &mut Request) -> Result<bool, Refused> {
    let path = request.uri().path();
    let skipped = router::find(path, request.method()).is_some_and(|found| found.route.session != Session::Recognised);
    let outside = !path.starts_with("/api/") || shared.settings.public_prefixes.covers(path);
    let cookies = SessionTokens::of(request.headers(), &shared.settings);
    request.extensions_mut().insert(cookies.clone());
    if skipped || outside || !cookies.present {
        return Ok(false);
    }
    let client = request.extensions().get::<Client>();
    let device = client.map(|client| client.to_proto(request.headers(), &shared.settings));
    let message = AuthenticateRequest { session_tokens: cookies.tokens, client: device };
    let signed_in = authenticate(shared, message, facts).await?;
    let result = if signed_in.is_some() { "db" } else { "dead" };
    table::SESSIONS_AUTHENTICATED.with([result.into()]).increment(1);
    let Some(signed_in) = signed_in else { return Ok(true) };
    facts.signed_in(signed_in.viewer.person.id);
    request.extensions_mut().insert(signed_in);
    Ok(false)
}

/// `None`: no live session behind any of the cookies.
async fn authenticate(
    shared: &Shared,
    message: AuthenticateRequest,
    facts: &Facts,
) -> Result<Option<SignedIn>, Refused> {
    if message.session_tokens.is_empty() {
        return Ok(None);
    }
    let mut sessions = SessionsClient::new(shared.auth.clone());
    read(facts.upstream(sessions.authenticate(message)).await?.into_inner())
}

fn read(answer: AuthenticateResponse) -> Result<Option<SignedIn>, Refused> {
    let Some(viewer) = answer.viewer else { return Ok(None) };
    let person = viewer.person.and_then(|person| Person::from_proto(person).ok());
    // A person whom this release cannot read is nobody to decide by.
    let person = person.ok_or_else(Refused::unavailable)?;
    let token = viewer.viewer_token;
    let viewer = Viewer {
        person,
        session_id: viewer.session_id,
        age_confirmed: viewer.age_confirmed,
        min_age: viewer.min_age,
        reason: viewer.reason,
    };
    Ok(Some(SignedIn { viewer, token }))
}

/// Takes a dead cookie out of the browser, unless the answer sets a live one.
pub fn clear_cookie(shared: &Shared, client: Option<Client>, mut response: Response) -> Response {
    let name = format!("{}=", shared.settings.cookies.session_name);
    let set = |value: &http::HeaderValue| value.as_bytes().starts_with(name.as_bytes());
    if response.headers().get_all(SET_COOKIE).iter().any(set) {
        return response;
    }
    if let Some(client) = client {
        let jar = Jar { settings: &shared.settings, client, now: shared.ambient.clock.now() };
        response.headers_mut().extend(jar.no_session().map(|line| (SET_COOKIE, line)));
    }
    response
}
