//! The socket: HTTP/1 connections with bounds of their own, and a stop that loses no request.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use futures::future;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tower::ServiceExt;

use crate::{
    head_clock::{HeadClock, Turns},
    health,
    layers::client::Peer,
    shared::Shared,
};

/// Wider than our own limits, so that our layer answers, in JSON.
const BUFFER_BYTES: usize = 128 * 1_024;
const HEADER_FIELDS: usize = 400;
/// Longer than the front proxy keeps its connections, so that none of its requests meets a closed one.
const IDLE: Duration = Duration::from_secs(75);
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// A machine out of file descriptors is asked again after this.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

pub async fn run(shared: &Arc<Shared>, router: Router, listener: TcpListener, shutdown: CancellationToken) {
    health::refresh(shared).await;
    let _poll = AbortOnDropHandle::new(tokio::spawn(health::follow(Arc::clone(shared))));
    let connections = GracefulShutdown::new();
    let stop = async {
        shutdown.cancelled().await;
        shared.health.drain();
        sleep(shared.settings.drain).await;
    };
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(stream, peer, router.clone(), &connections),
                Err(error) => {
                    tracing::warn!(kind = ?error.kind(), "cannot accept a connection");
                    sleep(ACCEPT_AGAIN).await;
                }
            },
        }
    }
    drop(listener);
    if timeout(FINISH_WITHIN, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still in progress at the end");
    }
}

fn connect(stream: TcpStream, peer: SocketAddr, router: Router, connections: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(kind = ?error.kind(), "no TCP_NODELAY");
    }
    let turns = Turns::default();
    let io = TokioIo::new(HeadClock::new(stream, turns.clone()));
    let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
        turns.next();
        request.extensions_mut().insert(Peer(peer));
        let (answer, turns) = (router.clone().oneshot(request.map(Body::new)), turns.clone());
        async move {
            let answer = answer.await.unwrap_or_else(|never| match never {});
            turns.next();
            Ok::<Response, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(BUFFER_BYTES)
        .max_headers(HEADER_FIELDS)
        .serve_connection(io, answer);
    let connection = connections.watch(connection);
    // How a client's connection ends is the client's affair.
    tokio::spawn(future::FutureExt::map(connection, drop));
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::{Gateway, testing};

    #[tokio::test]
    async fn a_connection_is_kept_between_requests_and_closed_at_the_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let served = tokio::spawn(Gateway::new(testing::deps(&[])).serve(listener, shutdown.clone()));
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let mut answer = Vec::new();
        for _ in 0..2 {
            stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
            answer.clear();
            while !answer.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut answer).await.expect("read"), 0);
            }
            assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
        }
        // Chunks are counted like any body, and a client that sends too much still hears why.
        let head = b"POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n180000\r\n";
        stream.write_all(head).await.expect("sent");
        stream.write_all(&vec![b'x'; 0x0018_0000]).await.expect("sent");
        stream.write_all(b"\r\n0\r\n\r\n").await.expect("sent");
        answer.clear();
        while !answer.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut answer).await.expect("read"), 0);
        }
        assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
        shutdown.cancel();
        served.await.expect("a clean end");
        assert_eq!(stream.read_buf(&mut answer).await.expect("the end"), 0);
    }
}
