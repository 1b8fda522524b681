//! A private Redis on a Unix socket: keeps nothing on disk, adopted if it still runs, ended with the process.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

const ANSWER_WITHIN: Duration = Duration::from_secs(3);
const READY_WITHIN: Duration = Duration::from_secs(10);
const END_WITHIN: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(10);

/// A running Redis of our own. It holds limits and news in passing; what must not be lost is in Postgres.
#[derive(Debug)]
pub struct Redis {
    dir: PathBuf,
    /// `None` where it was adopted.
    child: Option<Child>,
}

#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    #[error("{path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("{program} could not be run: {source}")]
    Program { program: PathBuf, source: io::Error },
    #[error("Redis does not start: see {0}")]
    Silent(PathBuf),
}

impl Redis {
    /// Starts a server whose socket is in `dir`, as the account that owns `dir`. One that still answers there is
    /// adopted, one that does not is replaced.
    ///
    /// # Errors
    /// [`RedisError`], in words that say what to do.
    pub async fn start(program: &Path, dir: &Path) -> Result<Self, RedisError> {
        if ask(&socket(dir), "PING", "+PONG").await {
            return Ok(Self { dir: dir.to_owned(), child: None });
        }
        end_left_over(dir).await;
        let mut redis = Self { dir: dir.to_owned(), child: Some(launch(program, dir)?) };
        let ready = async {
            while !ask(&socket(dir), "PING", "+PONG").await {
                if redis.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None))) {
                    return false;
                }
                sleep(AGAIN).await;
            }
            true
        };
        if timeout(READY_WITHIN, ready).await == Ok(true) { Ok(redis) } else { Err(RedisError::Silent(log(dir))) }
    }

    pub fn socket(&self) -> PathBuf {
        socket(&self.dir)
    }

    /// Ends the server.
    pub async fn stop(mut self) {
        ask(&self.socket(), "SHUTDOWN NOSAVE", "").await;
        if let Some(child) = &mut self.child {
            let _ended_below_if_not = timeout(END_WITHIN, child.wait()).await;
        }
        end_left_over(&self.dir).await;
    }

    /// The process, while it runs.
    pub fn process(&self) -> Option<Pid> {
        running(&self.dir)
    }
}

/// Ends a server that was left in `dir`, asked or not, and waits until it is gone.
pub async fn end_left_over(dir: &Path) {
    while let Some(pid) = running(dir) {
        // It may have ended meanwhile.
        let _gone = kill_process(pid, Signal::KILL);
        sleep(AGAIN).await;
    }
}

/// The process whose id is in `dir`, if it is that server still: it works in `dir`.
fn running(dir: &Path) -> Option<Pid> {
    let pid = fs::read_to_string(dir.join("redis.pid")).ok()?.trim().parse().ok()?;
    let works_in = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    (works_in == dir.canonicalize().ok()?).then(|| Pid::from_raw(pid)).flatten()
}

fn launch(program: &Path, dir: &Path) -> Result<Child, RedisError> {
    let in_dir = |source| RedisError::Folder { path: dir.to_owned(), source };
    let owner = fs::metadata(dir).map_err(in_dir)?;
    let output = fs::File::create(log(dir)).map_err(in_dir)?;
    let mut command = Command::new(program);
    command.arg("--dir").arg(dir).arg("--unixsocket").arg(socket(dir)).arg("--pidfile").arg(dir.join("redis.pid"));
    // No port; no password, because only the owner of the folder can reach the socket; nothing on disk; and a write
    // that does not fit is refused, never another forgotten: then limits are counted in the process.
    command.args(["--port", "0", "--unixsocketperm", "700", "--save", "", "--appendonly", "no"]);
    command.args(["--maxmemory", "64mb", "--maxmemory-policy", "noeviction", "--daemonize", "no"]);
    command.args(["--loglevel", "warning"]);
    // A process group of its own: Ctrl-C is for us, and we end the server in order.
    command.process_group(0).stdin(Stdio::null()).stdout(output.try_clone().map_err(in_dir)?).stderr(output);
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.spawn().map_err(|source| RedisError::Program { program: program.to_owned(), source })
}

/// Sends one command, and says whether the answer begins as it should.
async fn ask(socket: &Path, command: &str, expected: &str) -> bool {
    let exchange = async {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut answer = [0; 64];
        let size = stream.read(&mut answer).await?;
        io::Result::Ok(answer[..size].starts_with(expected.as_bytes()))
    };
    matches!(timeout(ANSWER_WITHIN, exchange).await, Ok(Ok(true)))
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("redis.sock")
}

fn log(dir: &Path) -> PathBuf {
    dir.join("redis.log")
}
