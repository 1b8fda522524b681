//! Where page 20 begins, for a sample of people: asked of the system, page by page, as a reader would.

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::future::try_join_all;

use crate::{client::Client, dataset::PEOPLE, system::System};

/// Items a page has.
pub const PAGE: u32 = 20;
/// Posts of 19 pages, in two steps.
const STEP: u32 = 190;
/// People of the sample: every eighth.
const EVERY: usize = 8;
const AT_ONCE: i64 = 10;

/// One person's place in one feed.
#[derive(Clone, Debug)]
pub struct Deep {
    pub person: i64,
    /// Sealed by the server.
    pub cursor: String,
    pub micros: i64,
    pub id: String,
}

/// The places at which page 20 of this Side begins.
pub async fn of(system: &System, side: &str) -> anyhow::Result<Vec<Deep>> {
    let walk = |first: i64| async move {
        let mut client = Client::connect(system.address).await?;
        let mut found = Vec::new();
        for person in (first..=PEOPLE).step_by(EVERY * usize::try_from(AT_ONCE)?) {
            let mut cursor = String::new();
            for _ in 0..2 {
                let path = format!("/api/feed?side={side}&limit={STEP}&cursor={cursor}");
                let page = client.json(&path, Some(person)).await?;
                page["nextCursor"].as_str().context("a feed of less than 20 pages")?.clone_into(&mut cursor);
            }
            let (micros, id) = open(&cursor).context("a cursor of another form than bench/src/pages.rs knows")?;
            found.push(Deep { person, cursor, micros, id });
        }
        anyhow::Ok(found)
    };
    let step = i64::try_from(EVERY)?;
    let found = try_join_all((0..AT_ONCE).map(|walker| walk(1 + walker * step))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The place in the middle of these, for who can name only one.
pub fn middle(places: &[Deep]) -> Option<&Deep> {
    let mut sorted: Vec<&Deep> = places.iter().collect();
    sorted.sort_by_key(|place| place.micros);
    sorted.get(sorted.len() / 2).copied()
}

/// Time and id, before the seal of 16 bytes.
fn open(cursor: &str) -> Option<(i64, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (at, rest) = bytes.split_first_chunk::<8>()?;
    let id = rest.get(..rest.len().checked_sub(16)?)?;
    Some((i64::from_be_bytes(*at), String::from_utf8(id.to_vec()).ok()?))
}
