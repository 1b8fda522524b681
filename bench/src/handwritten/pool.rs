//! A few connections with their statements prepared, each used by one request at a time.

use std::{
    ops::Deref,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::read::Conn;

pub struct Pool {
    free: Semaphore,
    idle: Mutex<Vec<Arc<Conn>>>,
}

/// A connection out of the pool, until it is dropped.
pub struct Taken<'a> {
    conn: Arc<Conn>,
    pool: &'a Pool,
    _permit: SemaphorePermit<'a>,
}

impl Pool {
    pub async fn connect(socket: &Path, many: usize) -> anyhow::Result<Self> {
        let mut idle = Vec::new();
        for _ in 0..many {
            idle.push(Arc::new(Conn::connect(socket).await?));
        }
        Ok(Self { free: Semaphore::new(many), idle: Mutex::new(idle) })
    }

    pub async fn take(&self) -> anyhow::Result<Taken<'_>> {
        let permit = self.free.acquire().await?;
        let conn = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Taken { conn: conn.context("as many permits as connections")?, pool: self, _permit: permit })
    }
}

impl Deref for Taken<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // Before the permit, which is a field and drops later.
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&self.conn));
    }
}
