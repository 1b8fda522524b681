//! What a request costs and turns out to be, gathered on its way for the access log.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use platform::AccountId;

#[derive(Debug, Default)]
pub struct Facts {
    bytes_in: AtomicU64,
    upstream_micros: AtomicU64,
    statements: AtomicU32,
    viewer: OnceLock<AccountId>,
}

impl Facts {
    pub fn body_read(&self, bytes: usize) {
        self.bytes_in.store(bytes as u64, Ordering::Relaxed);
    }

    pub fn bytes_in(&self) -> u64 {
        self.bytes_in.load(Ordering::Relaxed)
    }

    pub fn signed_in(&self, viewer: AccountId) {
        let _first_counts = self.viewer.set(viewer);
    }

    pub fn viewer(&self) -> Option<AccountId> {
        self.viewer.get().copied()
    }

    pub fn executed(&self, statements: u32) {
        self.statements.store(statements, Ordering::Relaxed);
    }

    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Runs a call to a service and adds its time.
    pub async fn upstream<F: Future>(&self, call: F) -> F::Output {
        let started = Instant::now();
        let output = call.await;
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.upstream_micros.fetch_add(micros, Ordering::Relaxed);
        output
    }

    pub fn upstream_time(&self) -> Duration {
        Duration::from_micros(self.upstream_micros.load(Ordering::Relaxed))
    }
}
