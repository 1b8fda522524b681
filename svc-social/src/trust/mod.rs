//! How far an account is trusted in public: one level, shown with its posts, and asked for by the gates where an operator
//! has put them up.

mod store;

use platform::{
    Error, Side, link,
    person::{AccountState, Person},
    pg::Conn,
};
use time::{Duration, OffsetDateTime};

use crate::{Service, refused::Refused};

/// How long an account must exist to be trusted beyond the default.
const SEASONED: Duration = Duration::days(7);
/// What writing in public takes at all.
const TO_WRITE: i32 = 1;
/// What a link takes.
const TO_LINK: i32 = 2;
/// Nobody is told to wait for less.
const LEAST_WAIT: Duration = Duration::milliseconds(250);

/// What is written at a pace of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Quotes are posts too.
    Post,
    PostEdit,
    Reply,
}

impl Pace {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::PostEdit => "post_edit",
            Self::Reply => "reply",
        }
    }
}

/// 3 staff, 0 restricted, 2 with a verified e-mail address and seven days old, else 1.
pub fn level(person: &Person, now: OffsetDateTime) -> i32 {
    if person.staff {
        3
    } else if person.effective_state(now) != AccountState::Active {
        0
    } else if person.email_verified && now - person.created_at >= SEASONED {
        2
    } else {
        1
    }
}

/// How far apart an account's public texts of one kind are at least; `None` = no matter how far.
fn interval(level: i32) -> Option<Duration> {
    match level {
        ..=1 => Some(Duration::seconds(60)),
        2 => Some(Duration::seconds(15)),
        _ => None,
    }
}

fn refuse(level: i32, text: &str) -> Result<(), Refused> {
    if level < TO_WRITE {
        return Err(Refused::TrustRequired { min_trust: TO_WRITE });
    }
    if level < TO_LINK && link::is_in(text) {
        return Err(Refused::LinkRequiresTrust { min_trust: TO_LINK });
    }
    Ok(())
}

impl Service {
    /// The gates, if they are up and the Side is public. The moment counts in the caller's transaction: what fails costs
    /// no waiting, and of two at once the second waits for the first. At most one statement.
    ///
    /// # Errors
    /// 403 `trust_required`, `link_requires_trust`, both with `min_trust`; 429 `rate_limited` with `retry_after_ms`.
    pub(crate) async fn pass_trust_gate(
        &self,
        tx: &mut Conn,
        writer: &Person,
        kind: Pace,
        side: Side,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        if !self.settings().trust_gates || side != Side::Public {
            return Ok(());
        }
        let level = level(writer, now);
        refuse(level, text)?;
        let Some(interval) = interval(level) else { return Ok(()) };
        let paced = store::pace(tx, writer.id, kind, now, interval).await?;
        if paced.passed {
            return Ok(());
        }
        let last = paced.last.unwrap_or(now);
        Err(Refused::RateLimited { retry_after_ms: wait(last, interval, now) }.into())
    }
}

/// Milliseconds until the next one may come, rounded up.
fn wait(last: OffsetDateTime, interval: Duration, now: OffsetDateTime) -> i64 {
    let left = (last + interval - now).clamp(LEAST_WAIT, interval);
    i64::try_from(left.whole_microseconds()).unwrap_or(i64::MAX).saturating_add(999) / 1_000
}

#[cfg(test)]
mod tests {
    use platform::AccountId;
    use time::macros::datetime;

    use super::*;

    const JOINED: OffsetDateTime = datetime!(2026-11-01 12:00 UTC);

    fn person() -> Person {
        Person {
            id: AccountId(1),
            username: "ann".to_owned(),
            full_name: String::new(),
            state: AccountState::Active,
            until: None,
            staff: false,
            email_verified: true,
            created_at: JOINED,
            version: 1,
        }
    }

    #[test]
    fn trust_grows_with_a_verified_address_and_seven_days() {
        let week = JOINED + SEASONED;
        assert_eq!(level(&person(), week - Duration::microseconds(1)), 1);
        assert_eq!(level(&person(), week), 2);
        assert_eq!(level(&Person { email_verified: false, ..person() }, week), 1);
        assert_eq!(level(&Person { staff: true, ..person() }, JOINED), 3);
    }

    #[test]
    fn a_restricted_author_has_no_trust_until_the_restriction_lapses() {
        let until = JOINED + Duration::days(9);
        let restricted = Person { state: AccountState::ReadOnly, until: Some(until), ..person() };
        assert_eq!(level(&restricted, until - Duration::seconds(1)), 0);
        assert_eq!(level(&restricted, until), 2);
    }

    #[test]
    fn each_level_has_its_gates() {
        assert_eq!(refuse(0, "x"), Err(Refused::TrustRequired { min_trust: 1 }));
        assert_eq!(refuse(1, "see www.x.test"), Err(Refused::LinkRequiresTrust { min_trust: 2 }));
        assert_eq!((refuse(1, "x"), refuse(2, "see http://x.test")), (Ok(()), Ok(())));
        let seconds = [0, 1, 2, 3].map(|level| interval(level).map(Duration::whole_seconds));
        assert_eq!(seconds, [Some(60), Some(60), Some(15), None]);
    }

    #[test]
    fn the_wait_is_rounded_up_and_never_longer_than_the_interval() {
        let minute = Duration::seconds(60);
        for (since, left) in [
            (Duration::ZERO, 60_000),
            (Duration::microseconds(1), 60_000),
            (Duration::milliseconds(59_700), 300),
            (Duration::milliseconds(59_900), 250),
            (Duration::seconds(-5), 60_000),
        ] {
            assert_eq!(wait(JOINED, minute, JOINED + since), left, "{since}");
        }
    }
}
