//! What a service knows of its own health: asked of its database every two seconds, told to whoever asks at no cost.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use sqlx::{AssertSqlSafe, Executor, Row};
use time::OffsetDateTime;
use tokio::time::{interval, timeout};

use crate::{
    clock::Clock,
    pg::{Conn, Db, ServiceSchema, describe},
    role::Role,
    telemetry::metrics::table,
};

const EVERY: Duration = Duration::from_secs(2);
const WITHIN: Duration = Duration::from_millis(1_500);
/// A job that is due for longer is late.
const LATE: Duration = Duration::from_mins(2);
/// Failures after which a job is called dead: from there on it is tried every few hours.
const DEAD: i16 = 10;

/// The last answers of one service's database.
#[derive(Debug)]
pub struct Vitals {
    db: Db,
    schema: ServiceSchema,
    clock: Clock,
    last: RwLock<Signs>,
}

/// All false and zero until the database has answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// The database answers.
    pub database: bool,
    /// It has exactly this binary's migrations.
    pub schema: bool,
    pub pending_migrations: u32,
    /// How long the oldest due job has waited to be taken up.
    pub oldest_due: Duration,
    /// Jobs that fail again and again.
    pub dead_jobs: u32,
}

impl Signs {
    pub const fn ready(&self) -> bool {
        self.database && self.schema
    }

    pub fn late(&self) -> bool {
        self.oldest_due > LATE
    }
}

impl Vitals {
    pub fn new(db: Db, schema: ServiceSchema, clock: Clock) -> Self {
        Self { db, schema, clock, last: RwLock::default() }
    }

    pub const fn service(&self) -> Role {
        self.schema.role
    }

    pub fn signs(&self) -> Signs {
        *self.last.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks again and again, until the task is ended.
    pub async fn follow(self: Arc<Self>) {
        let mut ticks = interval(EVERY);
        // The first tick is at once, and the start has asked already.
        ticks.tick().await;
        loop {
            ticks.tick().await;
            self.db.close_idle().await;
            self.refresh().await;
        }
    }

    /// Asks the database once, for 1.5 s at most.
    pub async fn refresh(&self) {
        let signs = match timeout(WITHIN, self.ask()).await {
            Ok(Ok(signs)) => signs,
            Ok(Err(error)) => {
                tracing::warn!(service = %self.service(), error = %describe(&error), "database does not answer");
                Signs::default()
            }
            Err(_late) => {
                tracing::warn!(service = %self.service(), "database does not answer in time");
                Signs::default()
            }
        };
        self.measure(signs);
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = signs;
    }

    async fn ask(&self) -> Result<Signs, sqlx::Error> {
        let mut conn = self.db.conn().await?;
        let state = self.schema.state(&mut conn).await?;
        let signs =
            Signs { database: true, schema: state.serves(), pending_migrations: state.pending, ..Signs::default() };
        if !signs.schema {
            return Ok(signs);
        }
        let (oldest_due, dead_jobs) = jobs(&mut conn, self.service(), self.clock.now()).await?;
        Ok(Signs { oldest_due, dead_jobs, ..signs })
    }

    fn measure(&self, signs: Signs) {
        let service = self.service().as_str();
        table::READY.with([service.into()]).set(f64::from(u8::from(signs.ready())));
        table::JOBS_OLDEST_DUE.with([service.into()]).set(signs.oldest_due.as_secs_f64());
        table::JOBS_DEAD.with([service.into()]).set(f64::from(signs.dead_jobs));
        let pool = self.db.pool_state();
        let states = [("idle", pool.idle), ("busy", pool.busy), ("max", pool.max), ("waiting", pool.waiting)];
        for (state, connections) in states {
            table::DB_POOL.with([service.into(), state.into()]).set(f64::from(connections));
        }
    }
}

/// How long the oldest due job has waited, and how many are dead. A job that runs, or waits for its next try, is not due.
async fn jobs(conn: &mut Conn, service: Role, now: OffsetDateTime) -> Result<(Duration, u32), sqlx::Error> {
    let sql = format!(
        "/* {service}.jobs.vitals */ select
             coalesce(extract(epoch from $1 - min(run_at) filter (where locked_at is null)), 0)::float8,
             count(*) filter (where attempts >= $2)
         from {service}_jobs._private_jobs"
    );
    let row = conn.fetch_one(sqlx::query(AssertSqlSafe(sql)).bind(now).bind(DEAD)).await?;
    let (seconds, dead) = (row.try_get::<f64, _>(0)?, row.try_get::<i64, _>(1)?);
    Ok((Duration::try_from_secs_f64(seconds).unwrap_or_default(), u32::try_from(dead).unwrap_or(u32::MAX)))
}
