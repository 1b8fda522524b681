//! The executable itself: starts on an empty folder, keeps what it acknowledged, ends what it started.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use platform::Side;
use serde_json::json;
use testkit::{Http, Person};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

struct Up {
    child: Child,
    base: String,
}

impl Up {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_siddes"))
            .args(["up", "--port", "0", "--data"])
            .arg(data)
            .env_remove("DATABASE_URL")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("siddes starts");
        let stdout = BufReader::new(child.stdout.take().expect("stdout"));
        let line = stdout.lines().next().expect("a line").expect("text");
        let base = line.strip_prefix("ready ").expect("the ready line").to_owned();
        Self { child, base }
    }

    fn http(&self) -> Http {
        Http::new(self.base.clone())
    }

    fn resident_mib(&self) -> u64 {
        self.status_mib("VmRSS:")
    }

    /// The most it ever had.
    fn peak_mib(&self) -> u64 {
        self.status_mib("VmHWM:")
    }

    fn status_mib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("status");
        let line = status.lines().find(|line| line.starts_with(name)).expect(name);
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") / 1024
    }

    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited");
    }

    fn interrupt(mut self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        assert!(self.child.wait().expect("waited").success(), "Ctrl-C is an ordinary end");
    }
}

/// A test that fails leaves nothing running, its database included.
impl Drop for Up {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
            let _ended = self.child.wait();
        }
    }
}

fn folder(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("siddes-up-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("folder");
    dir
}

fn postmaster(data: &Path) -> Option<u32> {
    let pid = std::fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
    let pid = pid.lines().next()?.parse().ok()?;
    Path::new(&format!("/proc/{pid}")).exists().then_some(pid)
}

#[tokio::test(flavor = "multi_thread")]
async fn up_starts_on_an_empty_folder_survives_kill_and_ends_what_it_started() {
    let data = folder("kept");
    let up = Up::start(&data);
    let ann = Person::sign_up(up.http(), "ann").await;
    let post = ann.posts(Side::Friends, "acknowledged").await;
    let body = json!({ "text": "with a key", "client_key": "k" });
    let keyed = ann.post("/api/post", &body).await.expect(201).json()["post"]["id"].clone();
    up.kill();
    assert!(postmaster(&data).is_some(), "a killed siddes leaves its database running");

    let begun = Instant::now();
    let up = Up::start(&data);
    assert!(begun.elapsed() < Duration::from_secs(10), "a migrated database is adopted: {:?}", begun.elapsed());
    let ann = ann.at(up.http());
    ann.reads(&post).await.expect(200);
    assert_eq!(ann.post("/api/post", &body).await.expect(201).json()["post"]["id"], keyed);
    assert_eq!(ann.feed(Side::Friends).await.contents(), ["acknowledged"]);
    let resident = up.resident_mib();
    assert!(resident <= 150, "{resident} MiB resident");
    up.interrupt();
    assert!(postmaster(&data).is_none(), "Ctrl-C ends the database too");

    let up = Up::start(&data);
    ann.at(up.http()).reads(&post).await.expect(200);
    up.interrupt();
    std::fs::remove_dir_all(&data).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_connections_and_two_hundred_requests_fit_into_250_mib() {
    let data = folder("crowd");
    let up = Up::start(&data);
    let address = up.base.strip_prefix("http://").expect("an address");
    let mut idle = Vec::new();
    for _ in 0..1_000 {
        let mut connection = TcpStream::connect(address).await.expect("a connection");
        connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        assert!(answer(&mut connection).await.starts_with("HTTP/1.1 200"));
        idle.push(connection);
    }
    // Two hundred in progress: a hundred that still send what will be a megabyte, a hundred that are being answered.
    let mut uploads = Vec::new();
    for _ in 0..100 {
        let mut connection = TcpStream::connect(address).await.expect("a connection");
        let head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n\r\n";
        connection.write_all(head.as_bytes()).await.expect("sent");
        connection.write_all(&vec![b' '; 500_000]).await.expect("sent");
        uploads.push(connection);
    }
    for connection in &mut idle[..100] {
        connection.write_all(b"GET /api/feed HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    }
    for connection in &mut idle[..100] {
        // On a slow machine some wait too long for a connection to the database.
        let told = answer(connection).await;
        assert!(told.starts_with("HTTP/1.1 200") || told.starts_with("HTTP/1.1 503"), "{told}");
    }
    let peak = up.peak_mib();
    assert!(peak <= 250, "{peak} MiB");
    drop((idle, uploads));
    up.interrupt();
    std::fs::remove_dir_all(&data).expect("removed");
}

async fn answer(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        assert_ne!(connection.read_buf(&mut answer).await.expect("read"), 0);
    }
    String::from_utf8(answer).expect("text")
}

#[test]
fn help_teaches_every_command() {
    let output = Command::new(env!("CARGO_BIN_EXE_siddes")).arg("--help").output().expect("siddes");
    let help = String::from_utf8(output.stdout).expect("text");
    for word in ["up", "serve", "migrate", "check", "doctor", "admin", "siddes migrate && siddes serve all"] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn production_does_not_start_on_weak_settings_and_says_what_to_set() {
    let output = Command::new(env!("CARGO_BIN_EXE_siddes"))
        .args(["serve", "all"])
        .env_clear()
        .env("SIDDES_ENV", "production")
        .env("DJANGO_SECRET_KEY", "short-and-secret")
        .output()
        .expect("siddes");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success());
    for name in ["DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "DATABASE_URL"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert!(!text.contains("short-and-secret"), "never the value");
}
