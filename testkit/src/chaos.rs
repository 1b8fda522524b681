//! A proxy before Postgres that can refuse, fall silent, or keep an answer to itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::{Notify, watch},
};

/// What the proxy does with connections, old and new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Pass,
    /// Ends connections; new ones are ended at once.
    Refuse,
    /// Connections stay open, and nothing goes through any more.
    Silence,
    /// Statements reach Postgres; from the next COMMIT on, no answer comes back.
    LoseCommitAnswers,
}

/// The proxy; it ends with the test's process.
#[derive(Debug)]
pub struct Chaos {
    /// How to reach Postgres through it.
    pub options: PgConnectOptions,
    mode: watch::Sender<Mode>,
    lost: Arc<Notify>,
    open: watch::Sender<usize>,
}

impl Chaos {
    pub async fn before(database: &PgConnectOptions) -> Self {
        let socket = database.get_socket().expect("the test server listens on a socket").clone();
        let socket = socket.join(format!(".s.PGSQL.{}", database.get_port()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let SocketAddr::V4(address) = listener.local_addr().expect("address") else { unreachable!("bound to IPv4") };
        let (mode, watched) = watch::channel(Mode::Pass);
        let lost = Arc::new(Notify::new());
        let noticed = Arc::clone(&lost);
        let open = watch::Sender::new(0);
        let counted = open.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let carried = carry(client, socket.clone(), watched.clone(), Arc::clone(&noticed));
                let counted = counted.clone();
                tokio::spawn(async move {
                    counted.send_modify(|open| *open += 1);
                    carried.await;
                    counted.send_modify(|open| *open -= 1);
                });
            }
        });
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(address.port())
            .username(database.get_username())
            .database(database.get_database().expect("a database"))
            .ssl_mode(sqlx::postgres::PgSslMode::Disable);
        Self { options, mode, lost, open }
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Ends every connection, and waits until all are ended.
    pub async fn refuse(&self) {
        self.set(Mode::Refuse);
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open == 0).await.expect("the proxy lives");
    }

    /// Waits until an answer to a COMMIT was lost.
    pub async fn lost_a_commit(&self) {
        self.lost.notified().await;
    }
}

async fn carry(client: TcpStream, socket: PathBuf, mut mode: watch::Receiver<Mode>, lost: Arc<Notify>) {
    if *mode.borrow() == Mode::Refuse {
        return;
    }
    let Ok(server) = UnixStream::connect(socket).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut losing = false;
    loop {
        let now = *mode.borrow_and_update();
        if now == Mode::Refuse {
            return;
        }
        let silent = now == Mode::Silence;
        tokio::select! {
            changed = mode.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            read = from_client.read(&mut asked), if !silent => {
                let Ok(size @ 1..) = read else { return };
                losing |= now == Mode::LoseCommitAnswers && asked[..size].windows(6).any(|word| word == b"commit");
                if to_server.write_all(&asked[..size]).await.is_err() {
                    return;
                }
            }
            read = from_server.read(&mut answered), if !silent => {
                let Ok(size @ 1..) = read else { return };
                if losing {
                    lost.notify_one();
                } else if to_client.write_all(&answered[..size]).await.is_err() {
                    return;
                }
            }
        }
    }
}
