//! Roles as processes of their own, for tests that start, end and restart them.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use testkit::TestDatabase;

pub type Env = Vec<(String, String)>;

/// A running `siddes serve …`, ended with the test.
pub struct Process(Child);

impl Process {
    /// Returns when it serves.
    pub fn serve(roles: &[&str], env: &[(String, String)]) -> Self {
        let mut child =
            siddes(&[&["serve"], roles].concat(), env).stdout(Stdio::piped()).spawn().expect("siddes starts");
        let line = BufReader::new(child.stdout.take().expect("stdout")).lines().next();
        assert!(line.expect("a line").expect("text").starts_with("ready"), "{roles:?}");
        Self(child)
    }

    /// As an operator ends it; returns when it has ended, and insists that this was in order.
    pub async fn terminate(mut self) {
        let sent = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        let ended = tokio::task::spawn_blocking(move || {
            let ended = self.0.wait().expect("waited");
            // There is nothing left to kill.
            std::mem::forget(self);
            ended
        });
        assert!(ended.await.expect("a task").success(), "SIGTERM is an ordinary end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("waited");
    }
}

/// The executable, told nothing but this.
pub fn siddes(words: &[&str], env: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siddes"));
    command.args(words).env_clear().envs(env.iter().cloned());
    command
}

/// Below the range from which the system picks ports, so that no other test is given it meanwhile.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let candidates = std::iter::repeat_with(|| {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        u16::try_from(20_000 + (std::process::id() * 13 + step) % 10_000).expect("a port")
    });
    let mut free = candidates.take(1_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().expect("a free port")
}

/// What every process of a system is told: the same database, secret and addresses.
pub async fn environment() -> Env {
    let database = TestDatabase::create().await;
    let mut env = vec![
        ("SIDDES_ENV".to_owned(), "development".to_owned()),
        ("DJANGO_SECRET_KEY".to_owned(), "one secret that all the processes of this test share".to_owned()),
        ("DATABASE_URL".to_owned(), database_url(&database)),
        ("SD_LOG_LEVEL".to_owned(), "error".to_owned()),
    ];
    for role in ["AUTH", "SOCIAL", "SAFETY", "INBOX"] {
        let address = format!("127.0.0.1:{}", free_port());
        env.push((format!("SIDDES_{role}_GRPC_BIND"), address.clone()));
        env.push((format!("SIDDES_{role}_GRPC_ADDR"), format!("http://{address}")));
    }
    env
}

pub fn database_url(database: &TestDatabase) -> String {
    let socket = database.options.get_socket().expect("a socket").display().to_string();
    let name = database.options.get_database().expect("a database");
    format!("postgres://siddes@localhost/{name}?host={socket}")
}

/// The same, with more.
pub fn with(env: &[(String, String)], more: &[(&str, &str)]) -> Env {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    env.iter().cloned().chain(more).collect()
}
