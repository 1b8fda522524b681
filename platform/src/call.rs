//! The call in progress: its request id, its deadline and what it has cost so far, carried with the task.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

tokio::task_local! {
    static CALL: Call;
}

/// Set by the gateway for a request, by a service for an rpc; read by channels and connections.
#[derive(Clone, Debug)]
pub struct Call {
    pub request_id: Arc<str>,
    pub deadline: Instant,
    statements: Arc<AtomicU32>,
}

impl Call {
    pub fn new(request_id: impl Into<Arc<str>>, within: Duration) -> Self {
        Self { request_id: request_id.into(), deadline: Instant::now() + within, statements: Arc::default() }
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
}

/// The call that this task works for; none in background tasks.
pub fn current() -> Option<Call> {
    CALL.try_with(Clone::clone).ok()
}

/// Counts statements towards the call in progress, if there is one.
pub fn count_statements(count: u32) {
    let _outside_a_call = CALL.try_with(|call| call.statements.fetch_add(count, Ordering::Relaxed));
}
