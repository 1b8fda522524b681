//! Jobs: what must happen elsewhere later, written in the same transaction as the change that needs it.

use std::{fmt::Debug, future::Future, time::Duration};

use graphile_worker::{IntoTaskHandlerResult, JobDefinition, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;

use crate::{
    call::Call,
    error::Error,
    pg::{Conn, DbSettings, describe},
    role::Role,
};

/// A job carries keys, and reads the present rows when it runs: harmless twice, late, and out of order.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name of the task, `<service>.<noun>.<verb>`.
    const TASK: &'static str;
    /// What it runs on: the service.
    type State: Clone + Send + Sync + 'static;

    /// A waiting job of the same key is replaced: one run does for both.
    fn key(&self) -> Option<String> {
        None
    }

    /// # Errors
    /// Any: it is tried again, with growing pauses, and never given up.
    fn run(self, state: Self::State) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Attempts after which the library gives up; at its slowest pace, decades.
const NEVER_GIVE_UP: i16 = i16::MAX;
/// How long one run may take.
const RUN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_secs(5);

/// Adds a job in the caller's transaction: it exists exactly if the change does. One statement.
///
/// # Errors
/// The database's.
pub async fn add<J: Job>(conn: &mut Conn, role: Role, job: &J) -> Result<(), Error> {
    let payload = serde_json::to_value(job).map_err(|_| Error::Internal("a job that cannot be written"))?;
    let sql = format!(
        "select from {role}_jobs.add_job(identifier => $1, payload => $2::json, max_attempts => $3, job_key => $4)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(J::TASK)
        .bind(payload)
        .bind(i32::from(NEVER_GIVE_UP))
        .bind(job.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// Runs the jobs of one service.
pub struct Worker<S> {
    role: Role,
    state: S,
    jobs: Vec<JobDefinition>,
}

/// The service, where a running job finds it.
#[derive(Clone)]
struct State<S>(S);

impl<S> Debug for State<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "J: Job")]
struct Task<J: Job>(J);

impl<J: Job> TaskHandler for Task<J> {
    const IDENTIFIER: &'static str = J::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(State(state)) = context.get_ext::<State<J::State>>().cloned() else {
            return Err("the worker has no state of this kind".to_owned());
        };
        let call = Call::new(format!("job-{}", context.job().id()), RUN);
        match call.scope(self.0.run(state)).await {
            Ok(()) => Ok(()),
            Err(error) => {
                let cause = match &error {
                    Error::Database(error) => describe(error),
                    other => other.to_string(),
                };
                tracing::warn!(task = J::TASK, %cause, "job failed, will be tried again");
                Err(cause)
            }
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    pub fn new(role: Role, state: S) -> Self {
        Self { role, state, jobs: Vec::new() }
    }

    #[must_use]
    pub fn handle<J: Job<State = S>>(mut self) -> Self {
        self.jobs.push(JobDefinition::of::<Task<J>>());
        self
    }

    /// Runs until `shutdown`; then lets running jobs end. A database that goes away is waited for.
    ///
    /// `concurrency` = jobs at once (`SIDDES_JOBS_CONCURRENCY`).
    pub async fn run(self, settings: DbSettings, concurrency: usize, shutdown: CancellationToken) {
        let pool = crate::pg::worker_pool(self.role, &settings);
        while !shutdown.is_cancelled() {
            let stop = shutdown.clone();
            let options = WorkerOptions::default()
                .schema(format!("{}_jobs", self.role))
                .concurrency(concurrency)
                .poll_interval(POLL)
                .listen_os_shutdown_signals(false)
                .shutdown_signal(async move { stop.cancelled().await })
                .add_extension(State(self.state.clone()))
                .define_jobs(self.jobs.iter().cloned())
                .pg_pool(pool.clone());
            let outcome = match options.init().await {
                Ok(worker) => worker.run().await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(cause) = outcome {
                tracing::warn!(role = %self.role, %cause, "job worker stopped, starting again");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
        pool.close().await;
    }
}
