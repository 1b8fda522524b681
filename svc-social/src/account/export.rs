//! What an account may take with it: its own data, as the person himself sees them today, page by page.

use platform::{AccountId, Error};

use super::store::{export as store, export_left as left, export_met as met};
use crate::{
    Service,
    facet::{self, Facet},
    invite::Invite,
};

/// What is told in pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Facets,
    Placements,
    Follows,
    Requests,
    Circles,
    Memberships,
    Invites,
    Posts,
    Replies,
    Likes,
    HiddenPosts,
    PlacedBy,
    Asked,
    Echoes,
    Followers,
}

/// One page of one section.
#[derive(Debug)]
pub enum Page {
    /// Those that were edited.
    Facets(Vec<Facet>),
    Placements(Vec<store::Placement>),
    Follows(Vec<store::Follow>),
    Requests(Vec<store::Request>),
    Circles(Vec<store::Circle>),
    Memberships(Vec<store::Membership>),
    Invites(Vec<Invite>),
    Posts(Vec<store::Post>),
    Replies(Vec<left::Reply>),
    Likes(Vec<left::Marked>),
    HiddenPosts(Vec<left::Marked>),
    PlacedBy(Vec<store::Placement>),
    Asked(Vec<store::Request>),
    Echoes(Vec<met::Echo>),
    Followers(i64),
}

impl Section {
    /// So many that a page of the longest rows fits into one message.
    const fn rows(self) -> usize {
        match self {
            Self::Circles => 50,
            Self::Posts | Self::Replies => 100,
            Self::Likes
            | Self::HiddenPosts
            | Self::Facets
            | Self::Placements
            | Self::Follows
            | Self::Requests
            | Self::Memberships
            | Self::Invites
            | Self::PlacedBy
            | Self::Asked
            | Self::Echoes
            | Self::Followers => 1_000,
        }
    }
}

impl Service {
    /// A page of what is the account's own, and where the next one begins (`None` = this was the last). Whoever is
    /// gone, or cut off by a block, is left out, as everywhere. One statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn export(
        &self,
        account: AccountId,
        section: Section,
        after: &str,
    ) -> Result<(Page, Option<String>), Error> {
        let (rows, now) = (section.rows(), self.ambient().clock.now());
        let mut conn = self.db().conn().await?;
        let from = store::Start { account, after, rows: i64::try_from(rows).unwrap_or(i64::MAX) };
        let conn = &mut conn;
        Ok(match section {
            Section::Facets => {
                let facets = facet::store::facets(conn, account).await?;
                (Page::Facets(facets.into_iter().map(Facet::from).collect()), None)
            }
            Section::Placements => {
                let page = store::placements(conn, &from).await?;
                let next = next(&page, rows, |row| row.member.0.to_string());
                (Page::Placements(page), next)
            }
            Section::Follows => {
                let page = store::follows(conn, &from).await?;
                let next = next(&page, rows, |row| row.target.0.to_string());
                (Page::Follows(page), next)
            }
            Section::Requests => {
                let page = store::requests(conn, &from).await?;
                let next = next(&page, rows, |row| row.id.to_string());
                (Page::Requests(page), next)
            }
            Section::Circles => {
                let page = store::circles(conn, &from).await?;
                let next = next(&page, rows, |row| row.id.clone());
                (Page::Circles(page), next)
            }
            Section::Memberships => {
                let page = store::memberships(conn, &from).await?;
                let next = next(&page, rows, |row| row.circle.clone());
                (Page::Memberships(page), next)
            }
            Section::Invites => {
                let page = store::invites(conn, &from, now).await?;
                let next = next(&page, rows, |row| row.id.clone());
                (Page::Invites(page), next)
            }
            Section::Posts => {
                let page = store::posts(conn, &from).await?;
                let next = next(&page, rows, |row| row.id.clone());
                (Page::Posts(page), next)
            }
            Section::Replies => {
                let page = left::replies(conn, &from).await?;
                let next = next(&page, rows, left::Reply::key);
                (Page::Replies(page), next)
            }
            Section::Likes => {
                let page = left::likes(conn, &from).await?;
                let next = next(&page, rows, |row| row.post.clone());
                (Page::Likes(page), next)
            }
            Section::HiddenPosts => {
                let page = left::hidden_posts(conn, &from).await?;
                let next = next(&page, rows, |row| row.post.clone());
                (Page::HiddenPosts(page), next)
            }
            Section::PlacedBy => {
                let page = store::placed_by(conn, &from).await?;
                let next = next(&page, rows, |row| row.member.0.to_string());
                (Page::PlacedBy(page), next)
            }
            Section::Asked => {
                let page = met::asked(conn, &from).await?;
                let next = next(&page, rows, |row| row.id.to_string());
                (Page::Asked(page), next)
            }
            Section::Echoes => {
                let page = met::echoes(conn, &from).await?;
                let next = next(&page, rows, |row| row.id.clone());
                (Page::Echoes(page), next)
            }
            Section::Followers => (Page::Followers(met::followers(conn, account).await?), None),
        })
    }
}

/// Where the page after this one begins: a full one may be followed by another, even by an empty one.
fn next<T>(page: &[T], rows: usize, key: impl Fn(&T) -> String) -> Option<String> {
    page.last().filter(|_| page.len() >= rows).map(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_full_is_the_last() {
        let key = |number: &i32| number.to_string();
        assert_eq!(next(&[1, 2], 2, key), Some("2".to_owned()));
        assert_eq!(next(&[1, 2], 3, key), None);
        assert_eq!(next(&[], 3, key), None);
    }
}
