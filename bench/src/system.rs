//! The system under test: the release build in production's settings, as a process of its own.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::scenario::MANY;

/// Of the bench's own database only; the hand-written contestant seals its cursors with it too.
pub const SECRET: &str = "the bench's secret, which guards nothing but made-up people";

/// Nothing is refused for coming too often: that is what is measured elsewhere.
const UNLIMITED: [&str; 19] = [
    "GLOBAL",
    "FEED",
    "POST_READ",
    "POST_CREATE",
    "POST_LIKE",
    "SEARCH_POSTS",
    "NOTIFICATIONS",
    "AUTH_ME",
    "AUTH_LOGIN",
    "AUTH_LOGIN_IDENT",
    "AUTH_SIGNUP",
    "AUTH_SIGNUP_IDENT",
    "AUTH_MAGIC_REQUEST",
    "AUTH_MAGIC_IDENT",
    "AUTH_PW_RESET_REQUEST",
    "AUTH_PW_RESET_IDENT",
    "AUTH_EMAIL_CHANGE_REQUEST",
    "AUTH_EMAIL_CHANGE_IDENT",
    "HEALTH",
];

/// A process that answers HTTP on a port of this machine; ended when dropped.
pub struct System {
    child: Child,
    pub address: SocketAddr,
    pub log: PathBuf,
}

/// How the executable is called in production, on this machine's database.
pub fn command(executable: &Path, socket: &Path, settings: &[String]) -> anyhow::Result<Command> {
    let executable = executable.canonicalize().with_context(|| format!("no {}", executable.display()))?;
    let mut command = Command::new(executable);
    command
        .env("SIDDES_ENV", "production")
        .env("DATABASE_URL", format!("postgres://siddes@localhost/siddes?host={}", socket.display()))
        .env("DJANGO_SECRET_KEY", SECRET)
        .env("DJANGO_ALLOWED_HOSTS", "127.0.0.1")
        .env("SIDDES_PUBLIC_APP_BASE", "https://app.example.org")
        .env("DJANGO_SECURE_SSL_REDIRECT", "0")
        .env("SIDDES_PUBLIC_APP_BASE", "https://app.example.com")
        // Nobody takes mails, unless a mode has a mailbox.
        .env("SD_EMAIL_PROVIDER", "none")
        .env("SIDDES_DRAIN_SECONDS", "0")
        .env("SIDDES_PRIVATE_BIND", "127.0.0.1:0")
        .env("SIDDES_GATEWAY_BIND", "127.0.0.1:0");
    for scope in UNLIMITED {
        command.env(format!("SIDDES_THROTTLE_{scope}"), "off").env(format!("SIDDES_THROTTLE_{scope}_ANON"), "off");
    }
    // Counted, but never reached.
    command.env("SIDDES_QUOTA_POST_CREATE_PER_DAY", MANY);
    for setting in settings {
        let (name, value) = setting.split_once('=').with_context(|| format!("{setting} is not NAME=value"))?;
        command.env(name, value);
    }
    Ok(command)
}

impl System {
    /// Starts `command`, and waits for the line in which it says where it answers.
    pub async fn start(mut command: Command, log: PathBuf) -> anyhow::Result<Self> {
        let errors = fs::File::create(&log).with_context(|| log.display().to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).kill_on_drop(true);
        let mut child = command.spawn().context("the system under test")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(url) = line.strip_prefix("ready http://") {
                    return Ok(url.parse()?);
                }
            }
            bail!("it ended; {} says why", log.display())
        };
        let address = timeout(Duration::from_mins(1), ready).await.context("it was not ready within a minute")??;
        // Whatever it says later must not end it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, address, log })
    }

    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the process has ended")
    }

    /// Asks it to end, and waits.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        end(self.pid()?)?;
        timeout(Duration::from_secs(40), self.child.wait()).await.context("it does not end")??;
        Ok(())
    }

    /// What the access log says a route costs: statements of its last request.
    pub fn statements(&self, route: &str) -> anyhow::Result<Option<u64>> {
        let started = Instant::now();
        let route = format!("\"route\":\"{route}\"");
        let text = String::from_utf8_lossy(&tail(&self.log)?).into_owned();
        let line =
            text.lines().rev().take_while(|_| started.elapsed().as_secs() < 5).find(|line| line.contains(&route));
        let line: Option<serde_json::Value> = line.and_then(|line| serde_json::from_str(line).ok());
        Ok(line.and_then(|line| line["sql_count"].as_u64()))
    }
}

/// The last 64 KB.
fn tail(path: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(65_536)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Asks a process of ours to end.
pub fn end(pid: u32) -> anyhow::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("a process number")?;
    Ok(kill_process(pid, Signal::TERM)?)
}
