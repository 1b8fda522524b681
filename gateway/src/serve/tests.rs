//! The socket, with real connections: kept, bounded, drained, closed.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::{Gateway, testing};

/// A gateway that serves, and how to end it.
struct Served {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn with(vars: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(Gateway::new(testing::deps(vars)).serve(listener, shutdown.clone()));
        Self { address, shutdown, task }
    }

    async fn client(&self) -> Client {
        Client(TcpStream::connect(self.address).await.expect("a connection"))
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("sent");
    }

    async fn get(&mut self, path: &str) -> String {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        self.answer().await
    }

    /// One answer: every body of these tests is an object.
    async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            assert_ne!(self.0.read_buf(&mut answer).await.expect("read"), 0, "{}", String::from_utf8_lossy(&answer));
        }
        String::from_utf8(answer).expect("text")
    }

    async fn is_closed(&mut self) {
        assert_eq!(self.0.read_buf(&mut Vec::new()).await.expect("the end"), 0);
    }
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_and_closed_at_the_stop() {
    let served = Served::with(&[]).await;
    let mut client = served.client().await;
    for _ in 0..2 {
        assert!(client.get("/healthz").await.starts_with("HTTP/1.1 200 OK"));
    }
    // Chunks are counted like any body, and a client that sends too much still hears why.
    client.send("POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n180000\r\n").await;
    client.send(vec![b'x'; 0x0018_0000]).await;
    client.send("\r\n0\r\n\r\n").await;
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    served.shutdown.cancel();
    served.task.await.expect("a clean end");
    client.is_closed().await;
}

#[tokio::test]
async fn a_body_in_chunks_is_read_like_any() {
    let served = Served::with(&[]).await;
    let mut client = served.client().await;
    let head =
        "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked";
    client.send(format!("{head}\r\n\r\n1\r\n{{\r\n4\r\nNaN}}\r\n0\r\n\r\n")).await;
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("invalid_json"), "{answer}");
}

#[tokio::test]
async fn one_connection_more_than_there_are_seats_hears_503_and_is_closed_but_probes_pass() {
    let served = Served::with(&[("SIDDES_MAX_CONNECTIONS", "1")]).await;
    let mut seated = served.client().await;
    assert!(seated.get("/healthz").await.starts_with("HTTP/1.1 200 OK"));
    let mut standing = served.client().await;
    let answer = standing.get("/api/auth/me").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    for part in
        ["\"error\":\"unavailable\"", "\r\nretry-after: 1\r\n", "\r\nconnection: close\r\n", "\r\nx-request-id: "]
    {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    standing.is_closed().await;
    assert!(served.client().await.get("/healthz").await.starts_with("HTTP/1.1 200 OK"));
    assert!(seated.get("/api/auth/me").await.starts_with("HTTP/1.1 200 OK"), "who has a seat keeps it");
    drop(seated);
    while !served.client().await.get("/api/auth/me").await.starts_with("HTTP/1.1 200 OK") {}
}

#[tokio::test]
async fn while_it_drains_it_serves_says_so_and_sends_its_clients_away() {
    let served = Served::with(&[("SIDDES_DRAIN_SECONDS", "1")]).await;
    let mut client = served.client().await;
    assert!(!client.get("/healthz").await.contains("connection: close"));
    served.shutdown.cancel();
    let answer = client.get("/api/auth/me").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    client.is_closed().await;
    assert!(served.client().await.get("/readyz").await.starts_with("HTTP/1.1 503"));
    assert!(served.client().await.get("/healthz").await.starts_with("HTTP/1.1 200 OK"));
    let mut halfway = served.client().await;
    halfway.send("POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{").await;
    while TcpStream::connect(served.address).await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    assert!(!served.task.is_finished(), "nobody listens, and what was begun goes on");
    halfway.send("}").await;
    assert!(halfway.answer().await.starts_with("HTTP/1.1 415"));
    halfway.is_closed().await;
    served.task.await.expect("a clean end");
}
