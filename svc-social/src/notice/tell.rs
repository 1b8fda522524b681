//! The job that tells inbox what is so between one who acted upon a post and those who may hear of it.

use platform::{AccountId, Error, PostId, jobs::Job, pg::Conn, timestamp};
use proto::{
    common::v1 as common,
    inbox::v1::{ApplyRequest, Entry, Kind, Told},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    Event,
    store::{self, Happened},
};
use crate::{
    Service, person,
    post::{self, Reader},
};

/// Carries keys only.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tell {
    post: String,
    actor: i64,
    /// Whom it may concern.
    told: Vec<(Event, i64)>,
}

impl Tell {
    pub(super) fn of(post: &PostId, actor: AccountId, told: &[(Event, Vec<AccountId>)]) -> Self {
        let mut pairs: Vec<(Event, i64)> = Vec::new();
        for (event, receivers) in told {
            for receiver in receivers.iter().filter(|receiver| **receiver != actor) {
                let pair = (*event, receiver.0);
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        Self { post: post.to_string(), actor: actor.0, told: pairs }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }
}

impl Job for Tell {
    const TASK: &'static str = "social.notice.tell";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        let Some(post) = PostId::parse(&self.post) else { return Ok(()) };
        let now = service.ambient().clock.now();
        let mut tx = service.db().begin().await?;
        // What a later run reads has a higher version than what an earlier one read.
        store::lock(&mut tx, &post, AccountId(self.actor)).await?;
        let happened = store::happened(&mut tx, &post, AccountId(self.actor), &self.told).await?;
        let seeing = seeing(&mut tx, &post, &happened, now).await?;
        let version = store::version(&mut tx).await?;
        tx.commit().await?;
        service.ambient().pauses.point("social.notice.read").await;
        let entries = happened.into_iter().filter_map(|row| {
            let sees = seeing.iter().find(|(receiver, _)| *receiver == row.receiver)?.1;
            Some(entry(&self, row, sees, version))
        });
        let entries: Vec<Entry> = entries.collect();
        // Without its post nothing has a place; whoever deleted that tells inbox so.
        if !entries.is_empty() {
            service.inbox().apply(ApplyRequest { entries, forgotten_posts: Vec::new() }).await?;
        }
        Ok(())
    }
}

/// Each receiver who has, or will have, notifications, and whether he sees the post now.
async fn seeing(
    conn: &mut Conn,
    post: &PostId,
    happened: &[Happened],
    now: OffsetDateTime,
) -> Result<Vec<(AccountId, bool)>, Error> {
    use platform::person::AccountState::{Deleted, Deleting};
    let mut ids: Vec<AccountId> = happened.iter().map(|row| row.receiver).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut seeing = Vec::new();
    for receiver in person::store::share(conn, &ids).await? {
        // What ends is told nothing more, so that nothing of it comes back.
        if ![Deleting, Deleted].contains(&receiver.state) {
            let reader = Reader::of(&receiver, false, now);
            let sees = !post::store::visible_ids(conn, &[post.to_string()], reader).await?.is_empty();
            seeing.push((receiver.id, sees));
        }
    }
    Ok(seeing)
}

fn entry(job: &Tell, row: Happened, sees: bool, version: i64) -> Entry {
    let kind = match row.event.as_str() {
        "like" => Kind::Like,
        "reply" => Kind::Reply,
        "echo" => Kind::Echo,
        _ => Kind::Mention,
    };
    let told = row.at.filter(|_| sees && !row.apart).map(|at| Told {
        at: Some(timestamp::to_proto(at)),
        glimpse: row.glimpse.unwrap_or_default(),
        post_title: row.title,
    });
    Entry {
        receiver: row.receiver.0,
        side: common::Side::from(row.side).into(),
        kind: kind.into(),
        actor: job.actor,
        post: job.post.clone(),
        version,
        told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_himself_or_of_the_same_twice() {
        let post = PostId::parse("p_1_a").expect("an id");
        let (ann, ben) = (AccountId(1), AccountId(2));
        let told = [(Event::Reply, vec![ann, ben, ben]), (Event::Mention, vec![ben, ann])];
        let job = Tell::of(&post, ann, &told);
        assert_eq!(job.told, [(Event::Reply, 2), (Event::Mention, 2)]);
        assert!(Tell::of(&post, ann, &[(Event::Like, vec![ann])]).is_empty());
    }
}
