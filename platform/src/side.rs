//! The four Sides.

use std::fmt;

use proto::common::v1 as pb;

/// One of the four contexts of a person's life. Every post and every face lives in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Side {
    Public,
    Friends,
    Close,
    Work,
}

impl Side {
    pub const ALL: [Self; 4] = [Self::Public, Self::Friends, Self::Close, Self::Work];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Friends => "friends",
            Self::Close => "close",
            Self::Work => "work",
        }
    }

    /// Trimmed, any case; anything else is no side.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|side| text.eq_ignore_ascii_case(side.as_str()))
    }

    /// The placements that open this Side to a reader: Friends is opened by Friends and by Close.
    /// Empty for the public side, which needs none.
    pub const fn opened_by(self) -> &'static [Self] {
        match self {
            Self::Public => &[],
            Self::Friends => &[Self::Friends, Self::Close],
            Self::Close => &[Self::Close],
            Self::Work => &[Self::Work],
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Side> for pb::Side {
    fn from(side: Side) -> Self {
        match side {
            Side::Public => Self::Public,
            Side::Friends => Self::Friends,
            Side::Close => Self::Close,
            Side::Work => Self::Work,
        }
    }
}

/// `None` for `SIDE_UNSPECIFIED`.
pub fn from_proto(side: pb::Side) -> Option<Side> {
    match side {
        pb::Side::Unspecified => None,
        pb::Side::Public => Some(Side::Public),
        pb::Side::Friends => Some(Side::Friends),
        pb::Side::Close => Some(Side::Close),
        pb::Side::Work => Some(Side::Work),
    }
}
