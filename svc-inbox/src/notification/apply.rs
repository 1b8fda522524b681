//! Brings notifications in line with what social says is so.

use std::collections::BTreeMap;

use platform::{Error, Role, pg::lock, schedule};

use super::{BATCH, Entry, Key, store};
use crate::{Service, person, refused::Refused};

impl Service {
    /// Keeps what each entry says, unless something of its version or a higher one is known. Waits for a block between
    /// the two that came first, and then tells nothing; keeps a later one waiting, which takes back what was told here.
    /// Nothing is kept of people whose accounts end, nor of posts that are gone. Three statements.
    ///
    /// # Errors
    /// 400 `bad_request`: more than 200 entries.
    pub(crate) async fn apply(&self, entries: Vec<Entry>) -> Result<(), Error> {
        if entries.len() > BATCH {
            return Err(Refused::BadRequest.into());
        }
        let mut entries = newest(entries);
        if entries.is_empty() {
            return Ok(());
        }
        let (pairs, posts) = locks(&entries);
        let mut tx = self.db().begin().await?;
        store::lock(&mut tx, &pairs, &posts).await?;
        self.ambient().pauses.point("inbox.apply.locked").await;
        let mut people: Vec<i64> = entries.iter().flat_map(|entry| [entry.key.receiver.0, entry.key.actor.0]).collect();
        people.sort_unstable();
        people.dedup();
        let ending: Vec<_> =
            person::store::share(&mut tx, &people).await?.into_iter().filter(|held| held.ends()).collect();
        entries.retain(|Entry { key, .. }| !ending.iter().any(|held| [key.receiver, key.actor].contains(&held.id)));
        let ids: Vec<String> = entries.iter().map(|_| format!("n_{}", self.ambient().random.hex::<8>())).collect();
        store::put(&mut tx, &ids, &entries, self.ambient().clock.now()).await?;
        self.ambient().pauses.point("inbox.apply.before_commit").await;
        Ok(tx.commit().await?)
    }

    /// Deletes what is told of these posts, which are gone; what is still on its way is told no more.
    ///
    /// # Errors
    /// 400 `bad_request`: more than 200 posts.
    pub(crate) async fn forget(&self, posts: &[String]) -> Result<(), Error> {
        if posts.len() > BATCH {
            return Err(Refused::BadRequest.into());
        }
        if posts.is_empty() {
            return Ok(());
        }
        let mut tx = self.db().begin().await?;
        store::fence(&mut tx, posts).await?;
        store::note_forgotten(&mut tx, posts, self.ambient().clock.now()).await?;
        tx.commit().await?;
        // Nothing is added any more. A post may have more of them than one transaction should delete.
        for post in posts {
            loop {
                let mut conn = self.db().conn().await?;
                let gone = store::forget(&mut conn, post, schedule::BATCH).await?;
                if gone < schedule::BATCH.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// One of each, that of the highest version. Nobody is told of himself.
fn newest(entries: Vec<Entry>) -> Vec<Entry> {
    let mut newest: BTreeMap<Key, Entry> = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| entry.key.receiver != entry.key.actor) {
        let older = newest.get(&entry.key).is_none_or(|held| held.version < entry.version);
        if older {
            newest.insert(entry.key.clone(), entry);
        }
    }
    newest.into_values().collect()
}

/// Keys of the pairs, and the posts, each once.
fn locks(entries: &[Entry]) -> (Vec<i64>, Vec<String>) {
    let pair = |entry: &Entry| lock::pair(Role::Inbox, entry.key.receiver, entry.key.actor);
    let mut pairs: Vec<i64> = entries.iter().map(pair).collect();
    let mut posts: Vec<String> = entries.iter().map(|entry| entry.key.post.clone()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    posts.sort_unstable();
    posts.dedup();
    (pairs, posts)
}

#[cfg(test)]
mod tests {
    use platform::{AccountId, Side};

    use super::*;
    use crate::notification::Kind;

    fn entry(receiver: i64, actor: i64, version: i64) -> Entry {
        let (receiver, actor) = (AccountId(receiver), AccountId(actor));
        let key = Key { receiver, side: Side::Public, kind: Kind::Like, actor, post: "p_1_a".to_owned() };
        Entry { key, version, told: None }
    }

    #[test]
    fn of_several_entries_of_one_notification_the_newest_counts() {
        let entries = newest(vec![entry(1, 2, 7), entry(1, 2, 9), entry(1, 2, 8), entry(3, 2, 1), entry(4, 4, 1)]);
        let told: Vec<(i64, i64)> = entries.iter().map(|entry| (entry.key.receiver.0, entry.version)).collect();
        assert_eq!(told, [(1, 9), (3, 1)]);
    }

    #[test]
    fn each_pair_and_each_post_is_locked_once_and_in_one_order() {
        let (pairs, posts) = locks(&[entry(1, 2, 1), entry(2, 1, 1), entry(3, 1, 1)]);
        assert!(pairs.len() == 2 && pairs.is_sorted());
        assert_eq!(posts, ["p_1_a"]);
    }
}
