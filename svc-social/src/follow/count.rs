//! How many follow whom: numbers kept with the rows they count.

/// Of one person. Gone people do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowCounts {
    pub followers: i64,
    pub following: i64,
}
