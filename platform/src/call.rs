//! The call in progress: its request id, its deadline, its trace and what it has cost so far, carried with the task.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::telemetry::traces::Place;

tokio::task_local! {
    static CALL: Call;
}

/// Set by the gateway for a request, by a service for an rpc; read by channels, connections and log lines.
#[derive(Clone, Debug)]
pub struct Call {
    pub request_id: Arc<str>,
    pub deadline: Instant,
    trace: Option<Place>,
    statements: Arc<AtomicU32>,
}

impl Call {
    pub fn new(request_id: impl Into<Arc<str>>, within: Duration) -> Self {
        Self {
            request_id: request_id.into(),
            deadline: Instant::now() + within,
            trace: None,
            statements: Arc::default(),
        }
    }

    /// The same call under a span; nothing changes where there is none.
    #[must_use]
    pub fn traced(self, place: Option<Place>) -> Self {
        Self { trace: place.or(self.trace), ..self }
    }

    /// The same call with a deadline of its own, and nothing spent yet.
    #[must_use]
    pub fn afresh(&self, within: Duration) -> Self {
        Self::new(Arc::clone(&self.request_id), within).traced(self.trace.clone())
    }

    /// Runs `work` as this call.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        CALL.scope(self.clone(), work).await
    }

    /// SQL statements executed for this call so far, in this service and in those it asked.
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Time left until the deadline.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// 32 hex digits; none while tracing is off.
    pub fn trace_id(&self) -> Option<String> {
        self.trace.as_ref().map(|place| place.parent().trace.to_string())
    }
}

/// The call that this task works for; none in background tasks.
pub fn current() -> Option<Call> {
    CALL.try_with(Clone::clone).ok()
}

/// Where the call in progress stands in its trace.
pub fn trace() -> Option<Place> {
    CALL.try_with(|call| call.trace.clone()).ok().flatten()
}

/// Counts statements towards the call in progress, if there is one.
pub fn count_statements(count: u32) {
    let _outside_a_call = CALL.try_with(|call| call.statements.fetch_add(count, Ordering::Relaxed));
}
