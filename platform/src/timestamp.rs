//! Times on the wire: protobuf timestamps between services, ISO-8601 and milliseconds in the contract's JSON.

use prost_types::Timestamp;
use time::{OffsetDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description};

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]+00:00");

pub fn to_proto(at: OffsetDateTime) -> Timestamp {
    Timestamp { seconds: at.unix_timestamp(), nanos: i32::try_from(at.nanosecond()).unwrap_or(0) }
}

/// The epoch where the wire brings a time that cannot be.
pub fn from_proto(at: Option<Timestamp>) -> OffsetDateTime {
    at.and_then(try_from_proto).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

pub fn try_from_proto(at: Timestamp) -> Option<OffsetDateTime> {
    let nanos = i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos);
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

/// ISO-8601 in UTC with always six fraction digits: the web client sorts these as text.
pub fn iso(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(ISO).unwrap_or_default()
}

/// Epoch milliseconds, rounded down.
pub fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(0)
}

/// Epoch microseconds: the precision of Postgres and of cursors.
pub fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(0)
}

/// Seconds since the epoch, with microseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of this era fit a double's 53 bits")]
pub fn seconds(at: OffsetDateTime) -> f64 {
    micros(at) as f64 / 1e6
}

pub fn from_micros(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn iso_always_has_six_fraction_digits() {
        assert_eq!(iso(datetime!(2026-11-24 09:48:19 UTC)), "2026-11-24T09:48:19.000000+00:00");
    }
}
