//! Room for connections: so many are served, and a few more are let in to be told that there is no room.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Who is told at once; when even these are many, nobody is let in until one has gone.
const STANDING: usize = 256;

pub struct Room {
    seats: Arc<Semaphore>,
    standing: Arc<Semaphore>,
}

/// Held as long as the connection lives.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    /// Without one, a connection is answered once, with 503, and closed.
    pub seated: bool,
}

/// Put into the requests of connections that have no seat.
#[derive(Clone, Copy, Debug)]
pub struct NoSeat;

impl Room {
    pub fn new(seats: usize) -> Self {
        Self { seats: Arc::new(Semaphore::new(seats)), standing: Arc::new(Semaphore::new(STANDING)) }
    }

    /// A seat, or else a place to stand; waits while there is neither. `None` is never met: the room does not close.
    pub async fn place(&self) -> Option<Place> {
        tokio::select! {
            biased;
            seat = Arc::clone(&self.seats).acquire_owned() => Some(Place { _permit: seat.ok()?, seated: true }),
            spot = Arc::clone(&self.standing).acquire_owned() => Some(Place { _permit: spot.ok()?, seated: false }),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use tokio::task::unconstrained;

    use super::*;

    #[tokio::test]
    async fn seats_first_then_standing_room_then_nobody() {
        let room = Room::new(2);
        let now = || unconstrained(room.place()).now_or_never().flatten();
        let mut inside: Vec<Place> = (0..2 + STANDING).map(|_| now().expect("a place")).collect();
        let seated = inside.iter().map(|place| place.seated).collect::<Vec<_>>();
        assert_eq!(seated, [vec![true; 2], vec![false; STANDING]].concat());
        assert!(now().is_none(), "full");
        inside.remove(0);
        assert!(now().is_some_and(|place| place.seated), "a seat that is given back is taken again");
        inside.pop();
        let seat = now().expect("the seat");
        assert!(seat.seated && now().is_some_and(|place| !place.seated));
    }
}
