//! Many clients at once, each on a connection of its own, who count every answer by status and time.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::future::join_all;
use http::StatusCode;
use tokio::time::sleep;

use super::seekers;
use crate::{client::Client, dataset::PEOPLE};

/// What a crowd met.
#[derive(Debug, Default)]
pub struct Met {
    /// Milliseconds of each answer, by status.
    pub answers: BTreeMap<u16, Vec<f64>>,
    /// Connections that were refused or broke.
    pub broken: u64,
    /// What broke them, once.
    pub first_break: Option<String>,
}

impl Met {
    pub fn add(&mut self, other: Self) {
        for (status, times) in other.answers {
            self.answers.entry(status).or_default().extend(times);
        }
        self.broken += other.broken;
        self.first_break = self.first_break.take().or(other.first_break);
    }

    pub fn count(&self, status: u16) -> usize {
        self.answers.get(&status).map_or(0, Vec::len)
    }

    /// Answers of this status a second.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53 answers")]
    pub fn rate(&self, status: u16, took: Duration) -> f64 {
        self.count(status) as f64 / took.as_secs_f64()
    }

    /// Milliseconds within which so many hundredths of the answers of this status came.
    pub fn within_ms(&self, status: u16, hundredths: usize) -> f64 {
        self.answers.get(&status).map_or(0.0, |times| within(times, hundredths))
    }

    /// Answers of 500 and more.
    pub fn server_errors(&self) -> usize {
        self.answers.range(500..).map(|(_, times)| times.len()).sum()
    }

    /// `200: 61234 (p50 103.1 ms, p99 190.0 ms), …`
    pub fn describe(&self) -> String {
        let one = |(status, times): (&u16, &Vec<f64>)| {
            format!("{status}: {} (p50 {:.1} ms, p99 {:.1} ms)", times.len(), within(times, 50), within(times, 99))
        };
        let mut parts: Vec<String> = self.answers.iter().map(one).collect();
        parts.push(format!("broken connections: {}", self.broken));
        parts.extend(self.first_break.as_ref().map(|why| format!("first: {why}")));
        parts.join(", ")
    }
}

fn within(times: &[f64], hundredths: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() * hundredths / 100).copied().unwrap_or(0.0)
}

/// What each of a crowd does, again and again.
#[derive(Clone, Debug)]
enum Habit {
    /// Reads this, each time as somebody else.
    Read(String),
    /// Signs in with his own password, and waits for a second where he is refused.
    LogIn,
}

/// `many` clients, each asking again as soon as it is answered, as different people, for this long.
pub async fn ask(address: SocketAddr, path: &str, many: usize, how_long: Duration) -> Met {
    gather(address, &Habit::Read(path.to_owned()), many, how_long).await
}

/// `many` seekers, each signing in again as soon as he is answered, for this long.
pub async fn log_in(address: SocketAddr, many: usize, how_long: Duration) -> Met {
    gather(address, &Habit::LogIn, many, how_long).await
}

async fn gather(address: SocketAddr, habit: &Habit, many: usize, how_long: Duration) -> Met {
    let until = Instant::now() + how_long;
    let clients = (0..many).map(|number| tokio::spawn(one(address, habit.clone(), number, until)));
    let mut met = Met::default();
    for one in join_all(clients.collect::<Vec<_>>()).await.into_iter().flatten() {
        met.add(one);
    }
    met
}

async fn one(address: SocketAddr, habit: Habit, number: usize, until: Instant) -> Met {
    let mut met = Met::default();
    let mut client = None;
    let mut person = i64::try_from(number).unwrap_or(0);
    while Instant::now() < until {
        person = 1 + (person * 31 + 7) % PEOPLE;
        let who = if matches!(habit, Habit::LogIn) { seekers::person(number) } else { person };
        match once(address, &habit, who, &mut client, &mut met).await {
            // As its Retry-After asks.
            Ok(StatusCode::SERVICE_UNAVAILABLE) if matches!(habit, Habit::LogIn) => sleep(Duration::from_secs(1)).await,
            Ok(_) => {}
            Err(error) => {
                client = None;
                met.broken += 1;
                met.first_break.get_or_insert_with(|| format!("{error:#}"));
                // Who is refused does not knock a thousand times a second.
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    met
}

async fn once(
    address: SocketAddr,
    habit: &Habit,
    person: i64,
    client: &mut Option<Client>,
    met: &mut Met,
) -> anyhow::Result<StatusCode> {
    let client = match client {
        Some(client) => client,
        None => client.insert(Client::connect(address).await?),
    };
    let started = Instant::now();
    let status = match habit {
        Habit::Read(path) => client.get(path, Some(person)).await?.0,
        Habit::LogIn => client.post("/api/auth/login", None, &seekers::credentials(person)).await?.status(),
    };
    met.answers.entry(status.as_u16()).or_default().push(started.elapsed().as_secs_f64() * 1e3);
    Ok(status)
}
