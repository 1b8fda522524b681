//! The roles as processes of their own, with nothing between them but gRPC over the network.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use platform::Side;
use testkit::{Http, Person, TestDatabase};

/// A running `siddes serve …`, ended with the test.
struct Process(Child);

impl Process {
    fn serve(roles: &[&str], env: &[(String, String)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_siddes"))
            .arg("serve")
            .args(roles)
            .env_clear()
            .envs(env.iter().cloned())
            .stdout(Stdio::piped())
            .spawn()
            .expect("siddes starts");
        let line = BufReader::new(child.stdout.take().expect("stdout")).lines().next();
        assert!(line.expect("a line").expect("text").starts_with("ready"), "{roles:?}");
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("waited");
    }
}

/// Below the range from which the system picks ports, so that no other test is given it meanwhile.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let candidates = std::iter::repeat_with(|| {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        u16::try_from(20_000 + (std::process::id() * 13 + step) % 10_000).expect("a port")
    });
    let mut free = candidates.take(1_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().expect("a free port")
}

/// What every process of the system is told: the same database, secret and addresses.
async fn settings(port: u16) -> Vec<(String, String)> {
    let database = TestDatabase::create().await;
    let socket = database.options.get_socket().expect("a socket").display().to_string();
    let name = database.options.get_database().expect("a database").to_owned();
    let mut env = vec![
        ("SIDDES_ENV".to_owned(), "development".to_owned()),
        ("DJANGO_SECRET_KEY".to_owned(), "one secret that all the processes of this test share".to_owned()),
        ("DATABASE_URL".to_owned(), format!("postgres://siddes@localhost/{name}?host={socket}")),
        ("PORT".to_owned(), port.to_string()),
        ("SD_LOG_LEVEL".to_owned(), "error".to_owned()),
    ];
    for role in ["AUTH", "SOCIAL", "SAFETY"] {
        let address = format!("127.0.0.1:{}", free_port());
        env.push((format!("SIDDES_{role}_GRPC_BIND"), address.clone()));
        env.push((format!("SIDDES_{role}_GRPC_ADDR"), format!("http://{address}")));
    }
    env
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_are_one_system_and_a_lost_one_comes_back() {
    let port = free_port();
    let env = settings(port).await;
    let _auth = Process::serve(&["auth", "worker"], &env);
    let _safety = Process::serve(&["safety", "worker"], &env);
    let social = Process::serve(&["social"], &env);
    let _gateway = Process::serve(&["gateway"], &env);
    let http = Http::new(format!("http://127.0.0.1:{port}"));
    let ann = Person::sign_up(http.clone(), "ann").await;
    let ben = Person::sign_up(http, "ben").await;
    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "over the network").await;
    let read = ben.reads(&post).await.expect(200);
    assert_eq!(read.statements(), 2, "counted across processes");
    assert_eq!(ben.feed(Side::Friends).await.contents(), ["over the network"]);

    drop(social);
    ben.reads(&post).await.refused(503, "unavailable");
    let _social = Process::serve(&["social"], &env);
    ann.blocks(&ben).await;
    ben.reads(&post).await.refused(404, "not_found");
}
