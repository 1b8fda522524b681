//! SQL of search. Which posts are found is decided by one statement or two; one more reads them, and asks the laws again.
//!
//! In all that find posts `$1` is the viewer, `$2` whether he is staff, `$3` whether neither placement nor circle counts for
//! him, `$4` how many rows, `$5` the Side, `$6` the pattern, `$7` the placements that open the Side. In `exists`, and around
//! what is to be read in its order, `offset 0` and `limit` keep the planner from turning it around: it does not know how
//! many posts the pattern fits.

use platform::{AccountId, Side};

use crate::{feed::Filter, post::Reader};

/// What is looked for, and by whom.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub viewer: AccountId,
    pub reader: Reader,
    pub side: Side,
    /// For `ilike`.
    pub pattern: &'a str,
    pub filter: &'a Filter,
    pub rows: i64,
}

impl Asked<'_> {
    /// What opens the Side; nothing for the public one, which needs none.
    fn opens(&self) -> Vec<String> {
        self.side.opened_by().iter().map(|side| side.as_str().to_owned()).collect()
    }
}

/// Posts in the order in which they are told.
#[derive(Debug)]
pub struct Found {
    pub ids: Vec<String>,
    /// Nothing was left unread.
    pub whole: bool,
}

/// A query for what was found: its pieces, which begin with its name, and arguments.
macro_rules! found {
    ([$first:literal $($piece:literal)*], $($argument:expr),+ $(,)?) => {
        sqlx::query_as!($crate::search::store::Found, $first $(+ $piece)*, $($argument),+)
    };
}

/// Hands a query, after the laws, the circles of the Side that the reader sees (law 5) and the authors who show him the
/// Side (law 4), to come after `with`; and the test whether one of these opens a post `p` of somebody else, which moderation
/// did not hide from him (law 10).
macro_rules! reach {
    ($laws:literal, $query:ident!($($rest:tt)*)) => {
        $query!(
            $laws,
            "circle as materialized (
                 select c.id from social.circle c where c.owner = $1 and c.side = $5 and not $3
                 union all
                 select c.id from social.circle_member m join social.circle c on c.id = m.circle and c.side = $5
                 where m.account = $1 and not $3
                   and exists (select from social.person o where o.id = c.owner and not o.gone offset 0)),
             author as materialized (
                 select pl.owner as id from social.placement pl
                 where pl.member = $1 and pl.side = any($7) and not $3), ",
            "((not p.hidden or $2)
              and ((p.circle is null and ($5 = 'public' or p.author in (select id from author)))
                   or p.circle in (select id from circle))) ",
            $($rest)*
        )
    };
}

mod narrow;
mod page;
mod people;
mod walk;
mod words;

pub use self::{
    narrow::{in_circle, with_tag},
    page::page,
    people::{NamedRow, people},
    walk::{Depth, walk},
    words::by_words,
};
