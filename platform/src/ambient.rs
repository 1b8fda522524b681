//! What a rule may take from its surroundings, and is therefore handed: the time, randomness, and, in tests, pauses.

use crate::{clock::Clock, pause::Pauses, random::Random};

/// Cheap to clone; all clones share one clock, one generator and one set of pause points.
#[derive(Clone, Debug, Default)]
pub struct Ambient {
    pub clock: Clock,
    pub random: Random,
    pub pauses: Pauses,
}
