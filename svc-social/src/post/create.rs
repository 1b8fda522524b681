//! Making a post, once for each client key.

use platform::{
    AccountId, Error, PostId, Refusal, Role,
    identity::Viewer,
    person::Person,
    pg::{Tx, lock},
};
use time::OffsetDateTime;

use super::{
    ClientKey, Post,
    draft::{Draft, NewPost},
    store,
    write::Writing,
};
use crate::{
    Service,
    circle::{self, CircleId, store::Writer},
    mention::Mentions,
    person::{self, refuse_growth},
    refused::Refused,
};

/// How often a request may find that what it checked holds no more.
const TRIES: usize = 3;

/// What came of an attempt.
enum Attempt {
    Made(Box<Post>),
    /// Another request with the same key was first, or the circle moved: what was checked holds no more.
    Again,
}

impl Service {
    /// Makes a post, or answers with what the same key made before: the first post as its author sees it now, or,
    /// if it is deleted, its id with empty content. At most 7 statements, and four more if somebody is named.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_client_key`; then, unless the key is known:
    /// 400 `invalid_side`, 404 `not_found` (circle), 400 `too_many_media`, `invalid_media`, `empty_text`, `too_long`;
    /// 403 `trust_required`, `link_requires_trust`, 429 `rate_limited`; 400 `mention_forbidden`; last,
    /// 429 `quota_exceeded`.
    pub async fn create_post(&self, viewer: &Viewer, new: NewPost<'_>) -> Result<Post, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let key = ClientKey::parse(new.client_key)?;
        let circle = CircleId::parse(new.set_id.trim());
        for _ in 0..TRIES {
            let before = self.before(viewer, key, circle.as_ref(), now).await?;
            if let Some(first) = before.first {
                return self.first_answer(viewer, first, now).await;
            }
            let draft = Draft::check(&new, circle.as_ref().zip(before.circle))?;
            let mentions = self.mentions(draft.body).await?;
            if let Attempt::Made(post) = self.insert_post(viewer, key, &draft, &mentions, now).await? {
                return Ok(*post);
            }
        }
        Err(Refusal::unavailable().into())
    }

    /// Parallel requests with one key wait at the key for the first to end; if it fails, the next takes its place.
    async fn insert_post(
        &self,
        viewer: &Viewer,
        key: Option<ClientKey<'_>>,
        draft: &Draft<'_>,
        mentions: &Mentions,
        now: OffsetDateTime,
    ) -> Result<Attempt, Error> {
        let ambient = self.ambient();
        let author = viewer.person.id;
        let id = PostId::new(now, &ambient.random);
        let mut tx = self.db().begin().await?;
        if let Some(key) = key
            && !store::take_key(&mut tx, author, key, &id, draft.side, now).await?
        {
            tx.rollback().await?;
            return Ok(Attempt::Again);
        }
        ambient.pauses.point("social.create.keyed").await;
        meet_named(&mut tx, &viewer.person, mentions).await?;
        let writer = writer(&mut tx, author, draft.circle).await?;
        ambient.pauses.point("social.create.granted").await;
        writer.person.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        if writer.circle.is_some_and(|side| side != draft.side) {
            tx.rollback().await?;
            return Ok(Attempt::Again);
        }
        let writing = Writing { id: &id, author: &writer.person, draft, mentions, echo_of: None };
        let post = self.write_post(&mut tx, viewer, &writing, now).await?;
        ambient.pauses.point("social.create.before_commit").await;
        tx.commit().await?;
        Ok(Attempt::Made(Box::new(post)))
    }
}

/// Waits for blocks between the writer and those he names that came first, keeps later ones waiting, and renews their
/// rows. One statement, two if somebody is named.
async fn meet_named(tx: &mut Tx, writer: &Person, mentions: &Mentions) -> Result<(), Error> {
    let named = mentions.persons();
    if named.is_empty() {
        return person::put(tx, std::slice::from_ref(writer)).await;
    }
    let others: Vec<AccountId> = named.iter().map(|person| person.id).collect();
    lock::pairs_shared(tx, Role::Social, writer.id, &others).await?;
    let known: Vec<Person> = named.iter().chain([writer]).cloned().collect();
    person::put(tx, &known).await
}

/// The author's row, and, in a circle, that he may write there now: both stay so until the transaction ends. One
/// statement.
async fn writer(tx: &mut Tx, author: AccountId, circle: Option<&CircleId>) -> Result<Writer, Error> {
    if let Some(circle) = circle {
        let writer = circle::store::writer(tx, circle, author).await?;
        return Ok(writer.ok_or(Refused::NotFound)?);
    }
    let persons = person::store::share(tx, &[author]).await?;
    let person = persons.into_iter().next().ok_or(Error::Internal("the viewer's row was just written"))?;
    Ok(Writer { person, circle: None })
}
