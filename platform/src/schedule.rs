//! Jobs that nobody asks for: each runs at its time, in UTC, once for all workers of its service.

use futures::future::BoxFuture;
use graphile_worker::{CronJobKeyMode, Crontab, CrontabFill, CrontabTimer, CrontabValue};
use serde_json::json;

use crate::{
    error::Error,
    jobs::{Job, NEVER_GIVE_UP},
    pg::{Conn, Db},
};

/// When a scheduled job runs. A time that passed while no worker ran is made up for, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Every hour at this minute.
    Hourly {
        minute: u32,
    },
    Daily {
        hour: u32,
        minute: u32,
    },
}

/// A job with a schedule: its payload is `{}`, so it is a struct without fields.
pub trait Scheduled: Job + Default {
    const WHEN: Schedule;
}

impl Schedule {
    pub(crate) fn crontab<J: Scheduled>(self) -> Crontab {
        let at = |number| vec![CrontabValue::Number(number)];
        let (minutes, hours, fill) = match self {
            Self::Hourly { minute } => (at(minute), vec![CrontabValue::default()], CrontabFill::hours(1)),
            Self::Daily { hour, minute } => (at(minute), at(hour), CrontabFill::days(1)),
        };
        let mut crontab = Crontab::new(CrontabTimer { minutes, hours, ..CrontabTimer::default() }, J::TASK);
        crontab.payload = Some(json!({}));
        crontab.options.fill = Some(fill);
        crontab.options.max = u16::try_from(NEVER_GIVE_UP).ok();
        // One that still waits, because it failed or because workers were away, is that run too.
        crontab.options.job_key = Some(J::TASK.to_owned());
        crontab.options.job_key_mode = Some(CronJobKeyMode::Replace);
        crontab
    }
}

/// Rows that one statement of a sweep deletes, in a transaction of its own: nobody waits long behind its locks.
pub const BATCH: i64 = 1_000;
/// A sweep that finds more than this leaves the rest to its next run.
const MOST: usize = 1_000;

/// Runs `sweep`, which deletes or blanks at most [`BATCH`] rows, until it finds fewer. Gives the number of rows.
///
/// # Errors
/// The database's: what was done stays done, and the job's next try goes on from there.
pub async fn in_batches(
    db: &Db,
    sweep: impl for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<u64, sqlx::Error>>,
) -> Result<u64, Error> {
    let mut rows = 0;
    for _ in 0..MOST {
        // A connection a batch: requests have their turn in between.
        let mut conn = db.conn().await?;
        let swept = sweep(&mut conn).await?;
        rows += swept;
        if swept < BATCH.unsigned_abs() {
            break;
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Sweep {}

    impl Job for Sweep {
        const TASK: &'static str = "test.sweep";
        type State = ();

        async fn run(self, (): ()) -> Result<(), Error> {
            Ok(())
        }
    }

    impl Scheduled for Sweep {
        const WHEN: Schedule = Schedule::Daily { hour: 3, minute: 10 };
    }

    #[test]
    fn a_schedule_is_a_time_of_day_and_its_payload_makes_the_job() {
        let crontab = Sweep::WHEN.crontab::<Sweep>();
        let runs = |text: &str| crontab.should_run_at(&text.parse().expect("a time"));
        assert!(runs("2026-11-24T03:10:00") && runs("2026-11-25T03:10:59"));
        assert!(!runs("2026-11-24T03:11:00") && !runs("2026-11-24T15:10:00"));
        let hourly = Schedule::Hourly { minute: 5 }.crontab::<Sweep>();
        assert!(hourly.should_run_at(&"2026-11-24T23:05:00".parse().expect("a time")));
        serde_json::from_value::<Sweep>(crontab.payload.expect("a payload")).expect("a job");
    }
}
