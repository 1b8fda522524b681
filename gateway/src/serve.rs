//! The socket: HTTP/1 connections with bounds of their own, and a stop that loses no request.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use futures::FutureExt;
use http::{HeaderValue, header::CONNECTION};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::unconstrained,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tower::ServiceExt;

use crate::{
    head_clock::{HeadClock, Turns},
    health,
    layers::client::Peer,
    room::{NoSeat, Place, Room},
    shared::Shared,
    write_clock::WriteClock,
};

/// Wider than our own limits, so that our layer answers, in JSON.
const BUFFER_BYTES: usize = 64 * 1_024;
const HEADER_FIELDS: usize = 400;
/// Longer than the front proxy keeps its connections, so that none of its requests meets a closed one.
const IDLE: Duration = Duration::from_secs(75);
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// A machine out of file descriptors is asked again after this.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);
/// What came in last may not have sent its request yet; a connection without one is closed at the stop.
const LAST_REQUEST: Duration = Duration::from_millis(100);

pub async fn run(shared: &Arc<Shared>, router: Router, listener: TcpListener, shutdown: CancellationToken) {
    health::refresh(shared).await;
    let _poll = AbortOnDropHandle::new(tokio::spawn(health::follow(Arc::clone(shared))));
    let inside = Inside {
        shared: Arc::clone(shared),
        router,
        room: Room::new(shared.settings.max_connections),
        open: GracefulShutdown::new(),
    };
    let stop = async {
        shutdown.cancelled().await;
        shared.health.drain();
        sleep(shared.settings.drain).await;
    };
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            () = inside.admit(listener.accept()) => {}
        }
    }
    // Whoever stands in the kernel's queue was promised a connection.
    while unconstrained(inside.admit(listener.accept())).now_or_never().is_some() {}
    drop(listener);
    sleep(LAST_REQUEST).await;
    if timeout(FINISH_WITHIN, inside.open.shutdown()).await.is_err() {
        tracing::warn!("requests were still in progress at the end");
    }
}

struct Inside {
    shared: Arc<Shared>,
    router: Router,
    room: Room,
    open: GracefulShutdown,
}

impl Inside {
    /// The next connection, served by a task of its own.
    async fn admit(&self, next: impl Future<Output = io::Result<(TcpStream, SocketAddr)>>) {
        match next.await {
            Ok((stream, peer)) => {
                if let Some(place) = self.room.place().await {
                    self.connect(stream, peer, place);
                }
            }
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "cannot accept a connection");
                sleep(ACCEPT_AGAIN).await;
            }
        }
    }

    fn connect(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(kind = ?error.kind(), "no TCP_NODELAY");
        }
        let (shared, router, seated) = (Arc::clone(&self.shared), self.router.clone(), place.seated);
        let turns = Turns::default();
        let io = TokioIo::new(HeadClock::new(WriteClock::new(stream), turns.clone()));
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            turns.next();
            request.extensions_mut().insert(Peer(peer));
            if !seated {
                request.extensions_mut().insert(NoSeat);
            }
            let (answer, turns) = (router.clone().oneshot(request.map(Body::new)), turns.clone());
            let shared = Arc::clone(&shared);
            async move {
                let mut answer = answer.await.unwrap_or_else(|never| match never {});
                if shared.health.draining() {
                    // The client's next request finds another gateway, or none of its requests meets a closed door.
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                turns.next();
                Ok::<Response, Infallible>(answer)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .max_buf_size(BUFFER_BYTES)
            .max_headers(HEADER_FIELDS)
            .keep_alive(seated)
            .serve_connection(io, answer);
        let connection = self.open.watch(connection);
        tokio::spawn(async move {
            // How a client's connection ends is the client's affair.
            let _either_way = connection.await;
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests;
