//! The logs of all subjects, in memory that no caller can make grow without end.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
};

use super::hit::{Kind, Place};

/// How much is kept. An attacker with a network of addresses fills the room of addresses, and not that of accounts.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Logs of one kind of subject.
    pub subjects: usize,
    /// Beyond them newcomers share logs, so many a scope and kind, by the same numbers: stricter for them, never
    /// unlimited. Who gets a log of his own afterwards begins anew there, so may come to twice his number once.
    pub shared: u64,
}

/// 50 MB when all three kinds are full (measured). One gateway serves fewer people in a minute.
impl Default for Room {
    fn default() -> Self {
        Self { subjects: 65_536, shared: 1_024 }
    }
}

/// What happens to a subject for whom there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// He is counted together with others.
    Share,
    /// He is not counted here, since he is counted elsewhere.
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slot {
    Own(Place),
    Shared { scope: &'static str, kind: Kind, number: u64 },
}

/// Times of accepted hits, in microseconds, oldest first.
#[derive(Debug, Default)]
pub struct Log {
    times: VecDeque<i64>,
    /// Nothing of this log counts any more at this time.
    expires: i64,
}

impl Log {
    pub fn nth_newest(&self, n: usize) -> Option<i64> {
        self.times.get(self.times.len().checked_sub(n)?).copied()
    }

    pub fn add(&mut self, stamp: i64, longest: i64) {
        while self.times.front().is_some_and(|time| *time <= stamp - longest) {
            self.times.pop_front();
        }
        // Nearly always the newest; a hit that another gateway's were counted before may come a little late.
        let after = self.times.iter().rposition(|time| *time <= stamp).map_or(0, |at| at + 1);
        self.times.insert(after, stamp);
        self.expires = self.expires.max(stamp + longest);
    }

    /// Whether there was such a hit.
    pub fn remove(&mut self, stamp: i64) -> bool {
        let at = self.times.iter().rposition(|time| *time == stamp);
        at.and_then(|at| self.times.remove(at)).is_some()
    }
}

#[derive(Debug)]
pub struct Logs {
    room: Room,
    kept: HashMap<Slot, Log>,
    /// Logs of their own, by kind.
    own: [usize; 3],
    swept: i64,
    hasher: RandomState,
}

/// What has expired is swept this often; when there is no room, a second after the last time.
const SWEEP_EVERY: i64 = 60_000_000;
const SWEEP_SOONEST: i64 = 1_000_000;

impl Default for Logs {
    fn default() -> Self {
        Self::new(Room::default())
    }
}

impl Logs {
    pub fn new(room: Room) -> Self {
        Self { room, kept: HashMap::new(), own: [0; 3], swept: 0, hasher: RandomState::new() }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Where hits of this place are, or would be, counted.
    pub fn of(&self, place: Place, beyond: Beyond) -> Option<&Log> {
        let own = self.kept.get(&Slot::Own(place));
        if own.is_some() || beyond == Beyond::Skip || self.has_room(place) {
            return own;
        }
        self.kept.get(&self.shared(place))
    }

    /// The same, to count one more. `None`: not here.
    pub fn of_mut(&mut self, place: Place, now: i64, beyond: Beyond) -> Option<&mut Log> {
        let since = now - self.swept;
        if since >= SWEEP_EVERY || (since >= SWEEP_SOONEST && !self.has_room(place)) {
            self.sweep(now);
        }
        let own = Slot::Own(place);
        if !self.kept.contains_key(&own) {
            if self.has_room(place) {
                self.own[place.subject.kind as usize] += 1;
            } else if beyond == Beyond::Share {
                let shared = self.shared(place);
                return Some(self.kept.entry(shared).or_default());
            } else {
                return None;
            }
        }
        Some(self.kept.entry(own).or_default())
    }

    /// Every log that may hold hits of this place.
    pub fn all_mut(&mut self, place: Place) -> impl Iterator<Item = &mut Log> {
        let shared = self.shared(place);
        self.kept.get_disjoint_mut([&Slot::Own(place), &shared]).into_iter().flatten()
    }

    /// Whether there was a log of this place alone.
    pub fn remove(&mut self, place: Place) -> bool {
        let removed = self.kept.remove(&Slot::Own(place)).is_some();
        self.own[place.subject.kind as usize] -= usize::from(removed);
        removed
    }

    fn has_room(&self, place: Place) -> bool {
        self.own[place.subject.kind as usize] < self.room.subjects
    }

    fn shared(&self, place: Place) -> Slot {
        // By a hash of this process, so that nobody can choose with whom he shares.
        let number = self.hasher.hash_one(place.subject.digest) % self.room.shared;
        Slot::Shared { scope: place.scope, kind: place.subject.kind, number }
    }

    fn sweep(&mut self, now: i64) {
        self.swept = now;
        self.own = [0; 3];
        let own = &mut self.own;
        self.kept.retain(|slot, log| {
            let stays = log.expires > now;
            if let Slot::Own(place) = slot {
                own[place.subject.kind as usize] += usize::from(stays);
            }
            stays
        });
        // What an attack made large becomes small again.
        if self.kept.capacity() > 8 * self.kept.len() + 1_024 {
            self.kept.shrink_to(2 * self.kept.len());
        }
    }
}
