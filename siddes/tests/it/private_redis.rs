//! The Redis that `siddes up` starts for itself, where there is one to start.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use platform::redis::{FromRedisValue, Redis, RedisSettings, cmd};
use siddes::private::postgres_bin;
use testkit::{Http, TestRedis, World};

use crate::processes::siddes;

/// A running `siddes up`, and the folder of its data.
struct Up {
    child: Child,
    data: PathBuf,
    http: Http,
}

impl Up {
    fn start(data: &Path, env: &[(&str, &str)]) -> Self {
        fs::create_dir_all(data).unwrap();
        let path = std::env::var_os("PATH").unwrap().into_string().unwrap();
        let bin = postgres_bin(None, Some(&path)).unwrap().display().to_string();
        let mut vars = vec![("PATH".to_owned(), path), ("SIDDES_POSTGRES_BIN".to_owned(), bin)];
        vars.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let words = ["up", "--port", "0", "--data", data.to_str().unwrap()];
        let log = File::create(data.join("up.log")).unwrap();
        let mut child = siddes(&words, &vars).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let http = Http::new(line.strip_prefix("ready ").unwrap().to_owned());
        Self { child, data: data.to_owned(), http }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn interrupt(mut self) {
        assert!(send("-INT", self.child.id()));
        assert!(self.child.wait().unwrap().success());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.data.join("up.log")).unwrap()
    }
}

fn send(signal: &str, process: u32) -> bool {
    Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success()
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("siddes-up-{name}-{}", std::process::id()))
}

/// The private Redis of that data folder, while it runs.
fn redis(data: &Path) -> Option<u32> {
    let dir = fs::read_to_string(data.join("socket-dir")).unwrap();
    let pid = fs::read_to_string(Path::new(dir.trim()).join("redis.pid")).ok()?.trim().parse().ok()?;
    let works_in = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    (works_in == Path::new(dir.trim())).then_some(pid)
}

async fn ask<T: FromRedisValue>(data: &Path, words: &[&str]) -> T {
    let dir = fs::read_to_string(data.join("socket-dir")).unwrap();
    let mut settings = RedisSettings::on_socket(&Path::new(dir.trim()).join("redis.sock")).unwrap();
    settings.answer_within = Duration::from_secs(5);
    let mut command = cmd(words[0]);
    command.arg(&words[1..]);
    let redis = Redis::start(&settings).await.unwrap();
    redis.call(async |mut connection| command.query_async(&mut connection).await).await.unwrap()
}

async fn limits_counted(data: &Path) -> usize {
    ask::<Vec<String>>(data, &["KEYS", "siddes:throttle:*"]).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn up_starts_a_redis_adopts_it_after_a_kill_replaces_a_silent_one_and_ends_it() {
    let data = folder("redis");
    let up = Up::start(&data, &[]);
    let first = redis(&data).expect("a Redis");
    // A call that Redis is too slow for is counted without it, and then the next one.
    while limits_counted(&data).await == 0 {
        up.http.send(http::Method::GET, "/api/auth/csrf", http::HeaderMap::new(), "").await.expect(200);
    }
    for (name, value) in [("port", "0"), ("save", ""), ("appendonly", "no"), ("maxmemory-policy", "noeviction")] {
        assert_eq!(ask::<Vec<String>>(&data, &["CONFIG", "GET", name]).await, [name, value]);
    }
    assert_ne!(ask::<Vec<String>>(&data, &["CONFIG", "GET", "maxmemory"]).await[1], "0");
    up.kill();
    assert_eq!(redis(&data), Some(first), "a killed siddes leaves it running");

    let up = Up::start(&data, &[]);
    assert_eq!(redis(&data), Some(first), "and the next one adopts it");
    assert_eq!(limits_counted(&data).await, 1, "with what it knows");
    assert!(send("-STOP", first));
    up.kill();

    let up = Up::start(&data, &[]);
    let second = redis(&data).expect("a Redis");
    assert_ne!(second, first);
    assert!(!Path::new(&format!("/proc/{first}/cwd")).exists(), "a silent one is not left behind");
    up.interrupt();
    assert_eq!(redis(&data), None, "Ctrl-C ends it");
    fs::remove_dir_all(&data).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_set_is_used_instead() {
    let (data, given) = (folder("given"), TestRedis::new().await);
    Up::start(&data, &[]).kill();
    assert!(redis(&data).is_some());
    let up = Up::start(&data, &[("REDIS_URL", &given.url()), ("SIDDES_REDIS_TIMEOUT_MS", "5000")]);
    assert_eq!(redis(&data), None, "the one from before is ended");
    up.http.send(http::Method::GET, "/api/auth/csrf", http::HeaderMap::new(), "").await.expect(200);
    let keys = given.connect().await;
    let counted = keys.call(async |mut it| cmd("DBSIZE").query_async::<usize>(&mut it).await).await.unwrap();
    assert_eq!(counted, 1);
    up.interrupt();
    assert!(given.connect().await.answers().await, "what was not started is not ended");
    fs::remove_dir_all(&data).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_program_up_serves_and_says_so_in_one_line() {
    let data = folder("without");
    let up = Up::start(&data, &[("PATH", "/nowhere")]);
    assert_eq!(redis(&data), None);
    up.http.send(http::Method::GET, "/api/auth/csrf", http::HeaderMap::new(), "").await.expect(200);
    let log = up.log();
    assert_eq!(log.lines().filter(|line| line.contains("no valkey-server or redis-server")).count(), 1, "{log}");
    up.interrupt();
    fs::remove_dir_all(&data).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_share_a_redis_only_when_they_are_told() {
    let one = World::builder().redis().build().await;
    let beside = World::builder().beside(&one).build().await;
    let apart = World::builder().redis().build().await;
    let url = |world: &World| world.redis.as_ref().unwrap().url();
    assert_eq!(url(&one), url(&beside));
    assert_ne!(url(&one), url(&apart));
}
