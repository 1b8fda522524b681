//! Bounds: requests, bodies and time. What is over is a fast 503, and nobody is kept out for longer than it lasts.

use axum::{
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, future::join_all, stream};
use platform::Role;
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::{Duration, Instant, sleep},
};

use super::{Gate, JSON, SESSION};
use crate::{
    room::NoSeat,
    testing::fakes::{ann, auth, silent},
};

#[tokio::test(start_paused = true)]
async fn one_request_more_than_may_be_in_flight_is_503_at_once() {
    let gate = Gate::before(&[(Role::Auth, silent())], &[("SIDDES_MAX_INFLIGHT", "3")]);
    let begun = Instant::now();
    let held = join_all((0..3).map(|_| gate.call("GET", "/api/feed", &[SESSION], "")));
    tokio::pin!(held);
    assert!(held.as_mut().now_or_never().is_none(), "three wait for auth");
    let told = gate.get("/api/feed").await;
    told.refused(503, "unavailable");
    assert_eq!((told.header("retry-after"), begun.elapsed()), ("1", Duration::ZERO));
    for path in ["/healthz", "/readyz"] {
        assert_ne!(gate.get(path).await.header("content-type"), "", "{path} is always answered");
    }
    assert_eq!(gate.get("/healthz").await.status, 200);
    held.await.iter().for_each(|told| drop(told.refused(503, "unavailable")));
    assert_eq!(gate.get("/api/auth/me").await.status, 200, "and then there is room again");
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_there_in_five_seconds_whatever_is_silent() {
    let gate = Gate::before(&[(Role::Auth, silent())], &[]);
    for path in ["/api/feed", "/api/auth/me"] {
        let begun = Instant::now();
        gate.call("GET", path, &[SESSION], "").await.refused(503, "unavailable");
        assert!(begun.elapsed() <= Duration::from_secs(5), "{path} {:?}", begun.elapsed());
    }
    // One hop may take four seconds; two in a row do not get eight.
    let late = from_fn(async |request: Request, next: Next| {
        sleep(Duration::from_millis(3_900)).await;
        next.run(request).await
    });
    let gate = Gate::before(&[(Role::Auth, auth(Some(ann())).layer(late)), (Role::Social, silent())], &[]);
    let begun = Instant::now();
    gate.call("GET", "/api/feed", &[SESSION], "").await.refused(503, "unavailable");
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_without_a_seat_hears_so_before_its_body_is_read() {
    let gate = Gate::new(&[]);
    let from_standing = async |method: &str, path: &str, body: Body| {
        let mut request =
            Request::builder().method(method).uri(path).header("host", "api.test").body(body).expect("a request");
        request.extensions_mut().insert(NoSeat);
        gate.send(request).await
    };
    let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    for (path, body) in [("/api/auth/login", endless), ("/api/post", Body::empty())] {
        let told = from_standing("POST", path, body).await;
        told.refused(503, "unavailable");
        assert_eq!(told.header("retry-after"), "1");
    }
    assert_eq!(from_standing("GET", "/healthz", Body::empty()).await.status, 200);
}

/// A body that a test sends piece by piece.
fn held_body() -> (UnboundedSender<Vec<u8>>, Body) {
    let (send, pieces) = unbounded_channel::<Vec<u8>>();
    let pieces = stream::unfold(pieces, |mut pieces| async move { Some((pieces.recv().await?, pieces)) });
    (send, Body::from_stream(pieces.map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)))))
}

#[tokio::test]
async fn all_bodies_together_hold_no_more_than_they_may_and_small_ones_always_fit() {
    let gate = Gate::knowing(None, &[("SIDDES_MAX_BUFFERED_BYTES", "1048576")]);
    let post = |body: Body| gate.call("POST", "/api/auth/login", &[JSON], body);
    let (send, body) = held_body();
    let first = post(body);
    tokio::pin!(first);
    send.send(vec![b' '; 700_000]).expect("a reader");
    assert!(first.as_mut().now_or_never().is_none(), "the rest is awaited");

    let told = post(vec![b' '; 700_000].into()).await;
    told.refused(503, "unavailable");
    assert_eq!(told.header("retry-after"), "1");
    for small in [10, 16_384, 200_000] {
        post(vec![b' '; small].into()).await.refused(400, "invalid_credentials");
    }
    drop(send);
    first.await.refused(400, "invalid_credentials");
    post(vec![b' '; 700_000].into()).await.refused(400, "invalid_credentials");
    assert_eq!(gate.shared.buffered.available_permits(), 1_048_576, "all is given back");
}

#[tokio::test]
async fn a_body_that_is_given_up_gives_back_what_it_held() {
    let gate = Gate::knowing(None, &[("SIDDES_MAX_BUFFERED_BYTES", "1048576")]);
    let (send, body) = held_body();
    {
        let post = gate.call("POST", "/api/auth/login", &[JSON], body);
        tokio::pin!(post);
        send.send(vec![b' '; 900_000]).expect("a reader");
        assert!(post.as_mut().now_or_never().is_none());
        assert!(gate.shared.buffered.available_permits() < 200_000);
    }
    assert_eq!(gate.shared.buffered.available_permits(), 1_048_576);
}
