//! The pool of one service. It pings only connections that may be dead, so that a database that came back costs no 503.

use std::{
    fmt,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Pool, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts},
};
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{conn::Conn, error, query::Queries, tx::Tx};
use crate::role::Role;

/// A connection that was not used for so long may have died without a word.
const DOUBTFUL: Duration = Duration::from_millis(100);
const PING: Duration = Duration::from_millis(300);
/// Refused connections are 503 within a second.
const ACQUIRE: Duration = Duration::from_millis(700);
/// Then a connection is closed: what a quiet service does not need, and what has grown old.
const IDLE: Duration = Duration::from_mins(1);
const LIFETIME: Duration = Duration::from_mins(10);

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
///
/// Not the driver's own pool: that one asks the server for a sign of life whenever a connection is given back, which
/// costs each request a round trip. This one hands out what was used last, and pings only what may be dead.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Connections>,
    pub(super) trouble: Trouble,
    queries: Queries,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("state", &self.pool_state()).finish_non_exhaustive()
    }
}

/// Makes connections, and says which may be handed out again.
pub(super) struct Connections {
    options: PgConnectOptions,
    trouble: Trouble,
}

impl Manager for Connections {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.options.connect().await
    }

    async fn recycle(&self, conn: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("old"));
        }
        let idle = metrics.last_used();
        let broken = self.trouble.since().is_some_and(|since| idle >= since);
        if broken || idle > DOUBTFUL {
            conn.ping().await?;
        }
        Ok(())
    }
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
    ///
    /// # Errors
    /// None is known: the pool wants a runtime for its timeouts, and has one.
    pub fn new(role: Role, settings: &DbSettings) -> Result<Self, sqlx::Error> {
        let trouble = TROUBLE.clone();
        let connections = Connections { options: session(role, settings), trouble: trouble.clone() };
        let pool = Pool::builder(connections)
            .config(PoolConfig {
                max_size: settings.max_connections as usize,
                timeouts: Timeouts { wait: Some(ACQUIRE), create: Some(ACQUIRE), recycle: Some(PING) },
                // What was used last is warm, and the rest may go.
                queue_mode: QueueMode::Lifo,
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(sqlx::Error::config)?;
        Ok(Self { pool, trouble, queries: Queries::of(role) })
    }

    /// A connection for reads, or for a single statement.
    ///
    /// # Errors
    /// The database is out of reach, or every connection is busy for 700 ms.
    pub async fn conn(&self) -> Result<Conn, sqlx::Error> {
        match self.pool.get().await {
            Ok(conn) => Ok(Conn::new(conn, self.trouble.clone(), self.queries.clone())),
            Err(error) => {
                let error = match error {
                    PoolError::Backend(error) => error,
                    PoolError::Closed => sqlx::Error::PoolClosed,
                    PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                        sqlx::Error::PoolTimedOut
                    }
                };
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
        match Tx::begin(self.conn().await?, self.clone()).await {
            // Nothing has happened yet: another connection may be alive.
            Err(error) if error::breaks_connection(&error) => Tx::begin(self.conn().await?, self.clone()).await,
            begun => begun,
        }
    }

    pub fn pool_state(&self) -> PoolState {
        let status = self.pool.status();
        let count = |connections: usize| u32::try_from(connections).unwrap_or(u32::MAX);
        PoolState {
            idle: count(status.available),
            busy: count(status.size.saturating_sub(status.available)),
            max: count(status.max_size),
            waiting: count(status.waiting),
        }
    }

    /// Closes what nobody has needed for a minute.
    pub async fn close_idle(&self) {
        self.close_those(|metrics| metrics.last_used() >= IDLE).await;
    }

    /// Ends all connections, in order; new work is refused.
    pub async fn close(&self) {
        self.close_those(|_| true).await;
        self.pool.close();
    }

    async fn close_those(&self, which: impl Fn(Metrics) -> bool) {
        for conn in self.pool.retain(|_, metrics| !which(metrics)).removed {
            // The server hears of it either way.
            let _either_way = conn.close().await;
        }
    }
}

/// What a worker opens at most beside the pool of its service.
pub const WORKER_CONNECTIONS: u32 = 4;

/// The small pool of a service's job worker, apart from the one that serves requests.
pub(crate) fn worker_pool(role: Role, settings: &DbSettings) -> PgPool {
    PgPoolOptions::new()
        .max_connections(WORKER_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .idle_timeout(IDLE)
        .max_lifetime(LIFETIME)
        .connect_lazy_with(session(role, settings))
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
