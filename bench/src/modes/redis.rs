//! Redis dies under load and comes back: limits are counted elsewhere meanwhile, and nobody gets an error for it.

use std::{
    net::TcpListener,
    process::{ExitCode, Stdio},
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

use super::crowd;
use crate::{Place, client::Client, note, say, stage, system::System};

#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Seconds of load; Redis is killed after a third, started after two thirds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    #[arg(long, default_value_t = 50)]
    in_flight: usize,
    #[arg(long, default_value = "/api/feed?side=public&limit=20")]
    path: String,
}

/// Limits that count, and that nobody reaches.
const COUNTING: [&str; 2] = ["SIDDES_THROTTLE_FEED=9000000/min", "SIDDES_THROTTLE_GLOBAL=9000000/min"];

pub async fn run(place: &Place, plan: &Plan) -> anyhow::Result<ExitCode> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let redis = start(port).await?;
    let url = format!("REDIS_URL=redis://127.0.0.1:{port}");
    let shown = stage::on(place, false, async |stage| {
        let system = stage.start_system(&[&url, COUNTING[0], COUNTING[1]]).await?;
        let shown = show(&system, redis, port, plan).await?;
        system.stop().await?;
        Ok(shown)
    });
    Ok(if shown.await? { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

async fn show(system: &System, mut redis: Child, port: u16, plan: &Plan) -> anyhow::Result<bool> {
    let used = keys(port).await;
    let third = Duration::from_secs(plan.seconds) / 3;
    let load = crowd::ask(system.address, &plan.path, plan.in_flight, third * 3);
    let fault = async {
        sleep(third).await;
        note("redis is killed");
        redis.kill().await?;
        let mut client = Client::connect(system.address).await?;
        sleep(third / 2).await;
        let (without, _) = client.get("/readyz", None).await?;
        sleep(third / 2).await;
        note("redis is started");
        anyhow::Ok((start(port).await?, without))
    };
    let (met, fault) = tokio::join!(load, fault);
    let (mut redis, ready_without) = fault?;
    sleep(Duration::from_secs(3)).await;
    let after = crowd::ask(system.address, &plan.path, plan.in_flight, Duration::from_secs(3)).await;
    let used_again = keys(port).await;
    redis.kill().await?;
    say(&format!("  answers             {}", met.describe()));
    say(&format!("  afterwards          {}", after.describe()));
    say(&format!("  readyz without it   {ready_without}"));
    say(&format!("  keys in redis       {used} before the load, {used_again} once it was back"));
    let good = met.server_errors() + after.server_errors() == 0 && met.broken + after.broken == 0;
    say(&format!("  {} no 5xx", if good { "yes" } else { " NO" }));
    if used_again == 0 {
        say(
            "   NO limits are not counted in redis (again): either this release does not use it, or it was not found again",
        );
    }
    Ok(good && used_again > 0)
}

async fn start(port: u16) -> anyhow::Result<Child> {
    for program in ["valkey-server", "redis-server"] {
        let mut command = Command::new(program);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).current_dir(std::env::temp_dir());
        let Ok(child) = command.spawn() else { continue };
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(child);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
    anyhow::bail!("neither valkey-server nor redis-server is on this machine: ./dev bench redis installs one")
}

/// Keys that it holds; 0 if it does not answer.
async fn keys(port: u16) -> u64 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(b"DBSIZE\r\n").await?;
        let mut answer = [0; 32];
        let length = stream.read(&mut answer).await?;
        let text = String::from_utf8_lossy(&answer[..length]).trim().to_owned();
        text.strip_prefix(':').and_then(|text| text.parse::<u64>().ok()).context("a number")
    };
    ask.await.unwrap_or(0)
}
