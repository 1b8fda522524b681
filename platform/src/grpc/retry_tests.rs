//! Second tries against a peer that refuses, dies, or is going away: what reaches it, and what its caller hears.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State};
use http::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{copy_bidirectional, duplex},
    sync::Notify,
};
use tonic::{Code, Status, body::Body, codegen::tokio_stream, service::Routes, transport::Endpoint};
use tower::{ServiceExt, service_fn};

use super::channel::{Channel, Transport};
use crate::{
    clock::Clock,
    identity::{
        ServiceIdentity,
        keys::{RootSecret, SigningKey},
    },
    role::Role,
};

const READ: &str = "/siddes.social.v1.Feed/List";
const WRITE: &str = "/siddes.social.v1.Posts/Create";

/// What the peer does with what comes next; in the end it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Takes no connection.
    Refuses,
    /// Takes the call, and its connection breaks.
    Dies,
    /// Says UNAVAILABLE without a word of ours.
    Leaves,
    /// Says that what it needs is out of reach.
    Lacks,
}

#[derive(Default)]
struct Peer {
    turns: Mutex<VecDeque<Turn>>,
    /// Calls that came as far as the peer.
    calls: Mutex<u32>,
    death: Notify,
}

impl Peer {
    fn next(&self, wanted: impl Fn(Turn) -> bool) -> Option<Turn> {
        self.turns.lock().expect("turns").pop_front_if(|turn| wanted(*turn))
    }
}

async fn answer(State(peer): State<Arc<Peer>>) -> Response<axum::body::Body> {
    *peer.calls.lock().expect("calls") += 1;
    match peer.next(|turn| turn != Turn::Refuses) {
        Some(Turn::Dies) => {
            peer.death.notify_one();
            std::future::pending().await
        }
        Some(Turn::Leaves) => Status::unavailable("going away").into_http(),
        Some(Turn::Lacks) => Status::from(crate::Refusal::unavailable()).into_http(),
        Some(Turn::Refuses) | None => Status::ok("").into_http(),
    }
}

/// A channel to a peer that takes these turns, over connections in memory.
fn channel(turns: &[Turn]) -> (Channel, Arc<Peer>) {
    let peer = Arc::new(Peer { turns: Mutex::new(turns.iter().copied().collect()), ..Peer::default() });
    let served = Arc::clone(&peer);
    let connector = service_fn(move |_address| {
        let peer = Arc::clone(&served);
        async move {
            if peer.next(|turn| turn == Turn::Refuses).is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused));
            }
            // Two pipes, and between them somebody who can cut the line.
            let ((near, mut here), (mut there, far)) = (duplex(64 * 1_024), duplex(64 * 1_024));
            let router = Router::new().fallback(answer).with_state(Arc::clone(&peer));
            let server = tonic::transport::Server::builder().add_routes(Routes::from(router));
            tokio::spawn(server.serve_with_incoming(tokio_stream::once(Ok::<_, io::Error>(far))));
            tokio::spawn(async move {
                tokio::select! {
                    _ = copy_bidirectional(&mut here, &mut there) => {}
                    () = peer.death.notified() => {}
                }
            });
            Ok(TokioIo::new(near))
        }
    });
    let secret = RootSecret::new("a secret of at least thirty-two characters".into());
    let key = SigningKey::derived(&secret, Role::Gateway).expect("a key");
    let identity = ServiceIdentity::new(Role::Gateway, key, Clock::default());
    let transport = Endpoint::from_static("http://peer").connect_with_connector_lazy(connector);
    (Channel::over(Transport::Remote(transport), Role::Social, identity), peer)
}

/// The code the caller hears, and the calls that reached the peer since the last time.
async fn call(channel: &Channel, peer: &Peer, path: &str) -> (Code, u32) {
    let request = Request::post(format!("http://service{path}"))
        .header("content-type", "application/grpc")
        .body(Body::new(axum::body::Body::from(vec![0; 5])))
        .expect("a request");
    let code = match channel.clone().oneshot(request).await {
        Ok(response) => super::measure::code(response.headers()),
        Err(status) => status.code(),
    };
    (code, std::mem::take(&mut *peer.calls.lock().expect("calls")))
}

#[tokio::test]
async fn a_read_is_tried_once_more_and_a_peer_that_takes_no_connection_is_waited_for() {
    for (turns, read, write) in [
        (&[][..], (Code::Ok, 1), (Code::Ok, 1)),
        (&[Turn::Refuses], (Code::Ok, 1), (Code::Ok, 1)),
        (&[Turn::Refuses; 5], (Code::Ok, 1), (Code::Ok, 1)),
        (&[Turn::Dies], (Code::Ok, 2), (Code::Unavailable, 1)),
        (&[Turn::Dies, Turn::Refuses], (Code::Ok, 2), (Code::Unavailable, 1)),
        (&[Turn::Dies, Turn::Dies], (Code::Unavailable, 2), (Code::Unavailable, 1)),
        (&[Turn::Leaves], (Code::Ok, 2), (Code::Unavailable, 1)),
        (&[Turn::Lacks], (Code::Unavailable, 1), (Code::Unavailable, 1)),
    ] {
        for (path, expected) in [(READ, read), (WRITE, write)] {
            let (channel, peer) = channel(turns);
            assert_eq!(call(&channel, &peer, path).await, expected, "{path}: {turns:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_died_while_idle_costs_neither_reads_nor_writes() {
    for path in [READ, WRITE] {
        let (channel, peer) = channel(&[]);
        assert_eq!(call(&channel, &peer, path).await, (Code::Ok, 1));
        peer.death.notify_one();
        // The next call meets the end of the connection, whoever of the two notices it first.
        assert_eq!(call(&channel, &peer, READ).await, (Code::Ok, 1));
        assert_eq!(call(&channel, &peer, path).await, (Code::Ok, 1));
    }
}

#[tokio::test]
async fn an_outage_does_not_double_the_load() {
    let (channel, peer) = channel(&[Turn::Leaves; 200]);
    let mut reached = 0;
    for _ in 0..100 {
        let (code, calls) = call(&channel, &peer, READ).await;
        assert_eq!(code, Code::Unavailable);
        reached += calls;
    }
    assert_eq!(reached, 110);
}
