//! Against a server that answers, falls silent, or ends its connections, as the test tells it.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::*;
use crate::config::Source;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Answer,
    Silent,
    Refuse,
}

/// Speaks as much of the protocol as a connection needs: `+OK` for each command, `+PONG` for PING.
struct Server {
    address: std::net::SocketAddr,
    mode: watch::Sender<Mode>,
    commands: Arc<AtomicUsize>,
}

impl Server {
    async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (mode, watched) = watch::channel(mode);
        let commands = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commands);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, watched.clone(), Arc::clone(&counted)));
            }
        });
        Self { address, mode, commands }
    }

    fn settings(&self) -> RedisSettings {
        let url = ("REDIS_URL".to_owned(), format!("redis://{}", self.address));
        RedisSettings::read(&mut Source::from_vars([url])).expect("settings")
    }

    fn asked(&self) -> usize {
        self.commands.load(Ordering::Relaxed)
    }
}

async fn serve(mut stream: TcpStream, mut mode: watch::Receiver<Mode>, commands: Arc<AtomicUsize>) {
    let mut bytes = vec![0; 4_096];
    loop {
        let now = *mode.borrow_and_update();
        if now == Mode::Refuse {
            return;
        }
        tokio::select! {
            changed = mode.changed() => if changed.is_err() { return },
            read = stream.read(&mut bytes) => {
                let Ok(size @ 1..) = read else { return };
                let text = String::from_utf8_lossy(&bytes[..size]);
                // A command is an array of strings: `*<n>`.
                let asked = text.lines().filter(|line| line.starts_with('*')).count();
                commands.fetch_add(asked, Ordering::Relaxed);
                if now == Mode::Answer {
                    let answer = if text.contains("PING") { "+PONG\r\n" } else { "+OK\r\n" };
                    stream.write_all(answer.repeat(asked).as_bytes()).await.expect("written");
                }
            }
        }
    }
}

async fn set(redis: &Redis) -> Result<(), Away> {
    redis.call(async |mut connection| cmd("SET").arg("k").arg("v").exec_async(&mut connection).await).await
}

async fn until_near(redis: &Redis) {
    while !redis.is_near() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_silent_redis_is_asked_once_and_then_not_before_it_answers_again() {
    let server = Server::start(Mode::Answer).await;
    let redis = Redis::start(&server.settings()).await.expect("started");
    assert!(redis.answers().await && set(&redis).await.is_ok());
    server.mode.send_replace(Mode::Silent);
    assert_eq!(set(&redis).await, Err(Away::SILENT));
    let asked = server.asked();
    for _ in 0..1_000 {
        assert_eq!(set(&redis).await, Err(Away::KNOWN), "nothing is asked, so nothing is waited for");
    }
    assert_eq!(server.asked(), asked);
    server.mode.send_replace(Mode::Answer);
    until_near(&redis).await;
    assert!(set(&redis).await.is_ok(), "and it is found again without anybody's waiting");
}

#[tokio::test]
async fn a_connection_that_ends_is_made_anew_in_the_background() {
    let server = Server::start(Mode::Answer).await;
    let redis = Redis::start(&server.settings()).await.expect("started");
    server.mode.send_replace(Mode::Refuse);
    while set(&redis).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!redis.is_near() && !redis.answers().await);
    server.mode.send_replace(Mode::Answer);
    until_near(&redis).await;
    assert!(set(&redis).await.is_ok() && redis.answers().await);
}

#[tokio::test]
async fn calls_that_fail_together_cost_one_connection() {
    let server = Server::start(Mode::Answer).await;
    let redis = Redis::start(&server.settings()).await.expect("started");
    server.mode.send_replace(Mode::Silent);
    let failed = futures::future::join_all((0..50).map(|_| set(&redis))).await;
    assert!(failed.iter().all(Result::is_err));
    server.mode.send_replace(Mode::Answer);
    until_near(&redis).await;
    let line = redis.keeper.line().expect("a connection");
    // A failure that is told late, of the connection before, does not end this one.
    Keeper::lost(&redis.keeper, line.number - 1, &Away::SILENT);
    assert!(redis.is_near());
}

#[tokio::test]
async fn a_start_before_a_silent_redis_is_refused_in_words_without_the_address() {
    let server = Server::start(Mode::Silent).await;
    let refused = Redis::start_within(&server.settings(), Duration::from_millis(100)).await;
    let away = refused.expect_err("no start").to_string();
    assert!(away.contains("does not answer") && !away.contains("127.0.0.1"), "{away}");
}
