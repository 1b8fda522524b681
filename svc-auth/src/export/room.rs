//! How much an export may hold: rows of a section, bytes of all of them. What does not fit is left out, and said.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// Rows of one section of an answer.
const ROWS: usize = 20_000;
/// Bytes of all rows of an answer: with what stands around them it stays below what one message between services, and
/// the web client's host, will carry.
const BYTES: usize = 3_900_000;

/// The room that is left, for all sections together.
pub struct Room {
    rows: usize,
    bytes: AtomicUsize,
}

/// One list of an export.
pub struct Section {
    pub name: &'static str,
    pub rows: Vec<Value>,
    /// There is more than is here.
    pub truncated: bool,
}

impl Room {
    pub const fn of_an_answer() -> Self {
        Self { rows: ROWS, bytes: AtomicUsize::new(BYTES) }
    }

    pub const fn of_a_file() -> Self {
        Self { rows: usize::MAX, bytes: AtomicUsize::new(usize::MAX) }
    }

    /// Takes the room of one row of a section that has so many; false: there is none.
    fn take(&self, rows: usize, row: &Value) -> bool {
        // And a comma.
        let bytes = row.to_string().len() + 1;
        let left = |left: usize| left.checked_sub(bytes);
        rows < self.rows && self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }
}

impl Section {
    pub const fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new(), truncated: false }
    }

    /// Adds rows while there is room. False: there is none any more, and what comes after is left out too.
    pub fn add(&mut self, rows: impl IntoIterator<Item = Value>, room: &Room) -> bool {
        for row in rows {
            self.truncated = self.truncated || !room.take(self.rows.len(), &row);
            if self.truncated {
                return false;
            }
            self.rows.push(row);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_and_said() {
        let room = Room { rows: 3, bytes: AtomicUsize::new(10) };
        let mut numbers = Section::new("numbers");
        assert!(numbers.add([json!(1), json!(22)], &room));
        assert!(!numbers.add([json!("too long"), json!(3)], &room));
        assert_eq!((numbers.rows.len(), numbers.truncated), (2, true));
        let mut others = Section::new("others");
        assert!(others.add([json!(4)], &room), "what is left is anybody's");
        let mut many = Section::new("many");
        assert!(!many.add((0..4).map(Value::from), &Room { rows: 3, bytes: AtomicUsize::new(100) }));
        assert_eq!(many.rows.len(), 3);
    }
}
