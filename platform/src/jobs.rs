//! Jobs: what must happen elsewhere later, written in the same transaction as the change that needs it.

use std::{fmt::Debug, future::Future, time::Duration};

use graphile_worker::{Crontab, IntoTaskHandlerResult, JobDefinition, TaskHandler, WorkerContext, WorkerOptions};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;

use crate::{
    call::{self, Call},
    error::Error,
    pg::{Conn, DbSettings, describe},
    role::Role,
    schedule::Scheduled,
    telemetry::{
        metrics::table,
        traces::{self, Parent, Span},
    },
};

/// A job carries keys, and reads the present rows when it runs: harmless twice, late, and out of order.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name of the task, `<service>.<noun>.<verb>`.
    const TASK: &'static str;
    /// What it runs on: the service.
    type State: Clone + Send + Sync + 'static;

    /// What it is about, where one run does for all that wait: a waiting job of the same task and key is replaced.
    fn key(&self) -> Option<String> {
        None
    }

    /// # Errors
    /// Any: it is tried again, with growing pauses, and never given up.
    fn run(self, state: Self::State) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Attempts after which the library gives up; at its slowest pace, decades.
pub(crate) const NEVER_GIVE_UP: i16 = i16::MAX;
/// How long one run may take.
const RUN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_secs(5);

/// Adds a job in the caller's transaction: it exists exactly if the change does. One statement.
///
/// # Errors
/// The database's.
pub async fn add<J: Job>(conn: &mut Conn, role: Role, job: &J) -> Result<(), Error> {
    let mut payload = serde_json::to_value(job).map_err(|_| Error::Internal("a job that cannot be written"))?;
    if let (Some(members), Some(place)) = (payload.as_object_mut(), call::trace()) {
        members.insert(TRACE.to_owned(), place.parent().to_string().into());
    }
    let sql = format!(
        "/* {role}.jobs.add */ select from {role}_jobs.add_job(
             identifier => $1, payload => $2::json, max_attempts => $3, job_key => $4)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(J::TASK)
        .bind(payload)
        .bind(i32::from(NEVER_GIVE_UP))
        .bind(job.key().map(|key| format!("{}/{key}", J::TASK)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Runs the jobs of one service.
pub struct Worker<S> {
    role: Role,
    state: S,
    jobs: Vec<JobDefinition>,
    crontabs: Vec<Crontab>,
}

/// The service, where a running job finds it.
#[derive(Clone)]
struct State<S>(S);

impl<S> Debug for State<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State")
    }
}

/// A job as it waits: its own members, and beside them the trace of the call that added it, if there was one.
struct Task<J> {
    job: J,
    added_by: Option<Parent>,
}

/// Where a payload keeps the trace; no job has a member of this name.
const TRACE: &str = "_trace";

impl<J: Job> Serialize for Task<J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.job.serialize(serializer)
    }
}

impl<'de, J: Job> Deserialize<'de> for Task<J> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut payload = Value::deserialize(deserializer)?;
        let trace = payload.as_object_mut().and_then(|members| members.remove(TRACE));
        let added_by = trace.as_ref().and_then(Value::as_str).and_then(Parent::parse);
        Ok(Self { job: serde_json::from_value(payload).map_err(D::Error::custom)?, added_by })
    }
}

impl<J: Job> TaskHandler for Task<J> {
    const IDENTIFIER: &'static str = J::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(State(state)) = context.get_ext::<State<J::State>>().cloned() else {
            return Err("the worker has no state of this kind".to_owned());
        };
        let mut span = traces::begin_linked(J::TASK, self.added_by);
        let call = Call::new(format!("job-{}", context.job().id()), RUN).traced(span.as_ref().map(Span::place));
        let outcome = call.scope(attempt(self.job, state)).await;
        if let Some(span) = span.as_mut().filter(|_| outcome.is_err()) {
            span.fail("failed");
        }
        outcome
    }
}

async fn attempt<J: Job>(job: J, state: J::State) -> Result<(), String> {
    let outcome = job.run(state).await.map_err(|error| match &error {
        Error::Database(error) => describe(error),
        // Its words are another service's.
        Error::Upstream(status) => format!("another service: {:?}", status.code()),
        other => other.to_string(),
    });
    let result = if outcome.is_ok() { "ok" } else { "failed" };
    table::JOBS.with([J::TASK.into(), result.into()]).increment(1);
    outcome.inspect_err(|cause| tracing::warn!(task = J::TASK, %cause, "job failed, will be tried again"))
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    pub fn new(role: Role, state: S) -> Self {
        Self { role, state, jobs: Vec::new(), crontabs: Vec::new() }
    }

    #[must_use]
    pub fn handle<J: Job<State = S>>(mut self) -> Self {
        self.jobs.push(JobDefinition::of::<Task<J>>());
        self
    }

    /// As [`Worker::handle`], and the job also runs by itself, at its times.
    #[must_use]
    pub fn schedule<J: Scheduled<State = S>>(mut self) -> Self {
        self.crontabs.push(J::WHEN.crontab::<J>());
        self.handle::<J>()
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
                .with_crons(self.crontabs.iter().cloned())
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Push {
        account: i64,
    }

    impl Job for Push {
        const TASK: &'static str = "test.push";
        type State = ();

        async fn run(self, (): ()) -> Result<(), Error> {
            Ok(())
        }
    }

    #[test]
    fn a_job_reads_the_same_with_and_without_a_trace() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for (payload, added_by) in [
            (json!({ "account": 1 }), None),
            (json!({ "account": 1, "_trace": trace }), Parent::parse(trace)),
            (json!({ "account": 1, "_trace": "of a later release" }), None),
        ] {
            let task: Task<Push> = serde_json::from_value(payload).expect("a job");
            assert_eq!((task.job, task.added_by), (Push { account: 1 }, added_by));
        }
    }
}
