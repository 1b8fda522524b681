//! Making a post, once for each client key.

use platform::{AccountId, Error, PostId, Refusal, identity::Viewer, pg::Tx};
use time::OffsetDateTime;

use super::{
    Post, Reader,
    client_key::{ClientKey, FirstAnswer},
    draft::{Draft, NewPost},
    store::{self, Before, Insert},
    text,
};
use crate::{
    Service,
    circle::{self, CircleId, store::Writer},
    facet::display_name,
    person::{self, refuse_growth},
    quota::Action,
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
    /// if it is deleted, its id with empty content. At most 7 statements.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_client_key`; then, unless the key is known:
    /// 400 `invalid_side`, 404 `not_found` (circle), 400 `too_many_media`, `invalid_media`, `empty_text`, `too_long`;
    /// last, 429 `quota_exceeded`.
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
            if let Attempt::Made(post) = self.insert_post(viewer, key, &draft, now).await? {
                return Ok(*post);
            }
        }
        Err(Refusal::unavailable().into())
    }

    /// What is asked before anything is checked: one statement, and none if there is neither key nor circle.
    async fn before(
        &self,
        viewer: &Viewer,
        key: Option<ClientKey<'_>>,
        circle: Option<&CircleId>,
        now: OffsetDateTime,
    ) -> Result<Before, Error> {
        if key.is_none() && circle.is_none() {
            return Ok(Before::default());
        }
        let mut conn = self.db().conn().await?;
        let before = store::before(&mut conn, viewer.person.id, key, circle, now).await?;
        before.ok_or_else(|| Refused::InvalidClientKey.into())
    }

    /// What this key made before.
    async fn first_answer(&self, viewer: &Viewer, first: FirstAnswer, now: OffsetDateTime) -> Result<Post, Error> {
        let mut conn = self.db().conn().await?;
        let reader = Reader::new(Some(viewer), now);
        let row = store::visible(&mut conn, &first.id, reader).await?;
        Ok(row.map_or_else(|| deleted(viewer, first), |row| self.tell(reader, row)))
    }

    /// Parallel requests with one key wait at the key for the first to end; if it fails, the next takes its place.
    async fn insert_post(
        &self,
        viewer: &Viewer,
        key: Option<ClientKey<'_>>,
        draft: &Draft<'_>,
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
        person::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
        let writer = writer(&mut tx, author, draft.circle).await?;
        ambient.pauses.point("social.create.granted").await;
        writer.person.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        if writer.circle.is_some_and(|side| side != draft.side) {
            tx.rollback().await?;
            return Ok(Attempt::Again);
        }
        self.count(&mut tx, author, Action::PostCreate, now).await?;
        let tags = text::tags(draft.body);
        let insert = Insert {
            id: &id,
            author,
            side: draft.side,
            circle: draft.circle,
            body: draft.body,
            channel: draft.channel.as_deref(),
            urgent: draft.urgent,
            created_at: now,
            tags: &tags,
            echo_of: None,
            mentions: &[],
        };
        store::insert(&mut tx, &insert).await?;
        let reader = Reader::new(Some(viewer), now);
        let row = store::visible(&mut tx, &id, reader).await?;
        let row = row.ok_or(Error::Internal("an author sees his own post"))?;
        ambient.pauses.point("social.create.before_commit").await;
        tx.commit().await?;
        Ok(Attempt::Made(Box::new(self.tell(reader, row))))
    }
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

/// What a replay tells of a post that is gone: that it was made, and nothing of what was in it.
fn deleted(viewer: &Viewer, first: FirstAnswer) -> Post {
    let person = &viewer.person;
    Post {
        id: first.id,
        side: first.side,
        author: display_name(None, first.side, &person.full_name, &person.username),
        username: person.username.clone(),
        avatar_url: String::new(),
        created_at: first.created_at,
        edited_at: None,
        content: String::new(),
        tags: Vec::new(),
        urgent: false,
        channel: String::new(),
        like_count: 0,
        reply_count: 0,
        echo_count: 0,
        liked: false,
        echoed: false,
        mentioned: false,
        can_edit: false,
        can_delete: false,
        trust_level: None,
        echo_of: None,
        circle: None,
        circle_label: None,
        circle_color: None,
    }
}
