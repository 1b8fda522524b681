//! The pool of one service. It pings only connections that may be dead, so that a database that came back costs no 503.

use std::{
    fmt,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{conn::Conn, error, query::Queries, tx::Tx};
use crate::role::Role;

/// A connection that lay idle this long may have died without a word.
const DOUBTFUL: Duration = Duration::from_millis(100);
const PING: Duration = Duration::from_millis(300);
/// Refused connections are 503 within a second.
const ACQUIRE: Duration = Duration::from_millis(700);

/// How a service reaches its database.
#[derive(Clone)]
pub struct DbSettings {
    pub options: PgConnectOptions,
    /// `SIDDES_DB_MAX_CONNECTIONS`, 10 a service.
    pub max_connections: u32,
    /// `SIDDES_DB_STATEMENT_TIMEOUT_MS`, 3000.
    pub statement_timeout: Duration,
    /// Take the service's role after connecting: where the URL is one that all services share.
    pub set_role: bool,
}

/// The options hold a password.
impl fmt::Debug for DbSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbSettings").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// A pool of connections to one service's schema. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    pub(super) trouble: Trouble,
    queries: Queries,
    waiting: Arc<AtomicU32>,
}

/// How many connections there are, and who wants one.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    pub idle: u32,
    pub busy: u32,
    pub max: u32,
    pub waiting: u32,
}

/// When a connection last broke: all that were idle since then are doubtful. One for the whole process, since its
/// services mostly share a server: what one of them met, the others need not meet too. A wrong doubt costs a ping.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    ever: Arc<AtomicBool>,
    last: Arc<Mutex<Option<Instant>>>,
}

static TROUBLE: LazyLock<Trouble> = LazyLock::new(Trouble::default);

impl Trouble {
    pub(super) fn note(&self, error: &sqlx::Error) {
        if error::breaks_connection(error) || matches!(error, sqlx::Error::PoolTimedOut) {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            self.ever.store(true, Ordering::Release);
        }
    }

    fn since(&self) -> Option<Duration> {
        if !self.ever.load(Ordering::Acquire) {
            return None;
        }
        self.last.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())
    }
}

impl Db {
    /// Lazy: the first statement connects.
    pub fn new(role: Role, settings: &DbSettings) -> Self {
        let trouble = TROUBLE.clone();
        let watched = trouble.clone();
        let pool = pool_options(settings.max_connections)
            .before_acquire(move |conn, meta| {
                let broken = watched.since().is_some_and(|since| meta.idle_for >= since);
                let doubtful = broken || meta.idle_for > DOUBTFUL;
                Box::pin(async move {
                    if !doubtful {
                        return Ok(true);
                    }
                    Ok(matches!(tokio::time::timeout(PING, conn.ping()).await, Ok(Ok(()))))
                })
            })
            .connect_lazy_with(session(role, settings));
        Self { pool, trouble, queries: Queries::of(role), waiting: Arc::default() }
    }

    /// A connection for reads, or for a single statement.
    ///
    /// # Errors
    /// The database is out of reach, or every connection is busy for 700 ms.
    pub async fn conn(&self) -> Result<Conn, sqlx::Error> {
        let waiting = Waiting::count(&self.waiting);
        let acquired = self.pool.acquire().await;
        drop(waiting);
        match acquired {
            Ok(conn) => Ok(Conn::new(conn, self.trouble.clone(), self.queries.clone())),
            Err(error) => {
                self.trouble.note(&error);
                Err(error)
            }
        }
    }

    /// A transaction at READ COMMITTED; dropped without commit, it is rolled back.
    ///
    /// # Errors
    /// As [`Db::conn`].
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match Tx::begin(self.conn().await?).await {
            // Nothing has happened yet: another connection may be alive.
            Err(error) if error::breaks_connection(&error) => Tx::begin(self.conn().await?).await,
            begun => begun,
        }
    }

    pub fn pool_state(&self) -> PoolState {
        let (size, idle) = (self.pool.size(), u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX));
        PoolState {
            idle,
            busy: size.saturating_sub(idle),
            max: self.pool.options().get_max_connections(),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Ends all connections, in order; new work is refused.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Somebody who waits for a connection, until he has one or goes away.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn count(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a worker opens at most beside the pool of its service.
pub const WORKER_CONNECTIONS: u32 = 4;

/// The small pool of a service's job worker, apart from the one that serves requests.
pub(crate) fn worker_pool(role: Role, settings: &DbSettings) -> PgPool {
    pool_options(WORKER_CONNECTIONS).acquire_timeout(Duration::from_secs(10)).connect_lazy_with(session(role, settings))
}

fn pool_options(max_connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .idle_timeout(Duration::from_mins(1))
        .max_lifetime(Duration::from_mins(10))
}

fn session(role: Role, settings: &DbSettings) -> PgConnectOptions {
    let mut options = settings
        .options
        .clone()
        .application_name(&format!("siddes-{role}"))
        .options([("statement_timeout", settings.statement_timeout.as_millis().to_string())])
        // Planning each call anew costs more than most statements do: they are written so that one plan fits every
        // caller, which the plans' test holds them to.
        .options([("plan_cache_mode", "force_generic_plan")]);
    if settings.set_role {
        options = options.options([("role", format!("siddes_{role}"))]);
    }
    options
}
