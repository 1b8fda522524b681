//! A Redis for one test, or for the two worlds of one: it can be killed, and made to fall silent.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use platform::{random::Random, redis::RedisSettings};
use rustix::process::{Pid, Signal, kill_process};
use siddes::private::{Redis, end_left_over_redis, redis_program};
use tokio::sync::Mutex;

const FOLDERS: &str = "/tmp";
const PREFIX: &str = "siddes-test-redis-";

/// A server in a folder of its own, which ends with the test.
#[derive(Debug)]
pub struct TestRedis {
    dir: PathBuf,
    server: Mutex<Redis>,
}

impl TestRedis {
    pub async fn new() -> Self {
        sweep();
        let dir = Path::new(FOLDERS).join(format!("{PREFIX}{}-{}", std::process::id(), Random::default().hex::<4>()));
        fs::create_dir(&dir).expect("a folder");
        let server = Mutex::new(launch(&dir).await);
        Self { dir, server }
    }

    /// As `REDIS_URL` has it.
    pub fn url(&self) -> String {
        format!("unix://{}", self.dir.join("redis.sock").display())
    }

    /// A look inside.
    pub async fn connect(&self) -> platform::redis::Redis {
        let mut settings = RedisSettings::on_socket(&self.dir.join("redis.sock")).expect("a socket");
        settings.answer_within = Duration::from_secs(5);
        platform::redis::Redis::start(&settings).await.expect("Redis answers")
    }

    /// Kills it: what it knew is lost.
    pub async fn stop(&self) {
        let _server = self.server.lock().await;
        end_left_over_redis(&self.dir).await;
    }

    /// Starts it again, empty.
    pub async fn start(&self) {
        *self.server.lock().await = launch(&self.dir).await;
    }

    /// Connections stay open, new ones are taken, and nothing is answered any more.
    pub async fn silence(&self) {
        self.signal(Signal::STOP).await;
    }

    /// Goes on where it fell silent.
    pub async fn resume(&self) {
        self.signal(Signal::CONT).await;
    }

    async fn signal(&self, signal: Signal) {
        let process = self.server.lock().await.process().expect("Redis runs");
        kill_process(process, signal).expect("a signal");
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        remove(&self.dir);
    }
}

async fn launch(dir: &Path) -> Redis {
    let path = std::env::var_os("PATH").and_then(|path| path.into_string().ok());
    let program = redis_program(path.as_deref()).expect("Redis is installed: ./dev test does that");
    Redis::start(&program, dir).await.expect("Redis starts")
}

/// Ends what tests of processes that are over have left.
fn sweep() {
    for entry in fs::read_dir(FOLDERS).expect("a folder of folders").flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if process.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            remove(&entry.path());
        }
    }
}

/// Kills the server of that folder, if one is left, and removes the folder.
fn remove(dir: &Path) {
    let process = fs::read_to_string(dir.join("redis.pid")).ok().and_then(|text| text.trim().parse().ok());
    let works_here = |pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == dir);
    if let Some(process) = process.filter(works_here).and_then(Pid::from_raw) {
        let _ended_already = kill_process(process, Signal::KILL);
    }
    let _another_test_was_faster = fs::remove_dir_all(dir);
}
