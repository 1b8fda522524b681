//! Replying, once for each client key of a post.

use platform::{
    AccountId, Error, PostId, Refusal, ReplyId, Role,
    identity::Viewer,
    pg::{Tx, lock},
};
use time::OffsetDateTime;

use super::store::{self, Begin, Begun, Insert, Inserted};
use crate::{
    Service,
    mention::{self, Audience, Mentions},
    notice::{self, Event},
    person::refuse_growth,
    post::{self, Act, ClientKey, Held, Reader, text},
    quota::Action,
    refused::Refused,
    trust::Pace,
};

/// Code points of a reply.
const TEXT: usize = 2_000;
/// How often a request may find that a key which another took is free again.
const TRIES: usize = 3;

/// A reply as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewReply<'a> {
    pub post: &'a str,
    pub text: &'a str,
    /// "" = to the post itself.
    pub parent: &'a str,
    /// "" = none.
    pub client_key: &'a str,
}

/// What its author is told of it.
#[derive(Debug)]
pub struct Made {
    pub id: ReplyId,
    pub post: PostId,
    /// "" if it is gone by now, or out of his sight.
    pub text: String,
    pub client_key: Option<String>,
    pub created_at: OffsetDateTime,
}

/// A reply on its way. Under a key, what is wrong with its text matters only if the key is new.
struct Draft<'a> {
    post: PostId,
    parent: Option<&'a str>,
    body: Result<&'a str, Refused>,
    key: Option<ClientKey<'a>>,
    mentions: Mentions,
}

impl Service {
    /// Writes a reply, or answers with what the same key made under this post before: as its author sees that now, and
    /// of what is gone only the id, with an empty text. Seven statements; one more each for a third person's reply above
    /// it, a quota and the gates of trust, two for names.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_client_key`; then, unless the key is known:
    /// 400 `empty_text`, `too_long`, 404 `not_found`, 403 `trust_required`, `link_requires_trust`, 429 `rate_limited`,
    /// 400 `mention_forbidden`, `parent_not_found`, `parent_too_deep`; last, 429 `quota_exceeded`.
    pub async fn create_reply(&self, viewer: &Viewer, new: NewReply<'_>) -> Result<Made, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let key = ClientKey::parse(new.client_key)?;
        let body = text::within(new.text, TEXT);
        let Some(post) = PostId::parse(new.post) else {
            body?;
            return Err(Refused::NotFound.into());
        };
        if key.is_none() {
            body?;
        }
        let mentions = self.mentions(body.unwrap_or_default()).await?;
        let parent = Some(new.parent.trim()).filter(|parent| !parent.is_empty());
        let draft = Draft { post, parent, body, key, mentions };
        for _ in 0..TRIES {
            if let Some(made) = self.insert_reply(viewer, &draft, now).await? {
                return Ok(made);
            }
            if let Some(first) = self.first_reply(viewer, &draft, now).await? {
                return Ok(first);
            }
        }
        Err(Refusal::unavailable().into())
    }

    /// What this key made before; `None` if it is free again.
    async fn first_reply(
        &self,
        viewer: &Viewer,
        draft: &Draft<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Made>, Error> {
        let Some(key) = draft.key else { return Ok(None) };
        let mut conn = self.db().conn().await?;
        let first = store::first(&mut conn, &draft.post, key, Reader::new(Some(viewer), now), now).await?;
        Ok(first.map(|first| Made {
            id: first.id,
            post: draft.post.clone(),
            text: first.body.unwrap_or_default(),
            client_key: Some(key.as_str().to_owned()),
            created_at: first.created_at,
        }))
    }

    /// `None` = another request has made something under the key. Parallel ones wait at the key for the first to end; if
    /// it fails, the next takes its place.
    async fn insert_reply(
        &self,
        viewer: &Viewer,
        draft: &Draft<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Made>, Error> {
        let ambient = self.ambient();
        let id = ReplyId::new(now, &ambient.random);
        let author = viewer.person.id;
        let mut tx = self.db().begin().await?;
        let begin = Begin { author, post: &draft.post, parent: draft.parent, key: draft.key, id: &id, now };
        let begun = store::begin(&mut tx, &begin).await?;
        if !begun.fresh {
            tx.rollback().await?;
            return Ok(None);
        }
        ambient.pauses.point("social.reply.keyed").await;
        let body = draft.body?;
        let held = meet(&mut tx, viewer, draft, &begun, now).await?;
        ambient.pauses.point("social.reply.held").await;
        self.pass_trust_gate(&mut tx, &held.viewer, Pace::Reply, held.side, body, now).await?;
        let audience = Audience { author: held.author, side: held.side, circle: held.circle.as_ref() };
        let mentioned = mention::allowed(&mut tx, author, &audience, &draft.mentions).await?;
        let insert = Insert {
            id: &id,
            post: &draft.post,
            parent: draft.parent,
            author: &held.viewer,
            body,
            now,
            mentions: &mentioned,
        };
        let (created_at, answered) = match store::insert(&mut tx, &insert).await? {
            Inserted::Made { at, parent_author } => (at, parent_author),
            Inserted::NoParent => return Err(Refused::ParentNotFound.into()),
            Inserted::TooDeep => return Err(Refused::ParentTooDeep.into()),
        };
        self.count(&mut tx, author, Action::PostReplyCreate, now).await?;
        notice::tell(&mut tx, &draft.post, author, &told(&held, answered, mentioned)).await?;
        ambient.pauses.point("social.reply.before_commit").await;
        tx.commit().await?;
        let client_key = draft.key.map(|key| key.as_str().to_owned());
        Ok(Some(Made { id, post: draft.post.clone(), text: body.to_owned(), client_key, created_at }))
    }
}

/// Holds the post, under the locks of the pairs with its author, with whose reply is answered, and with those who are
/// named.
async fn meet(
    tx: &mut Tx,
    viewer: &Viewer,
    draft: &Draft<'_>,
    begun: &Begun,
    now: OffsetDateTime,
) -> Result<Held, Error> {
    let account = viewer.person.id;
    let author = begun.post_author.unwrap_or(AccountId::NOBODY);
    let third = begun.parent_author.filter(|third| ![account, author].contains(third));
    if let Some(third) = third {
        lock::pairs_shared(tx, Role::Social, account, &[author, third]).await?;
    }
    post::hold(tx, viewer, &draft.post, author, draft.mentions.persons(), Act::Give, now).await
}

/// Who hears of a reply: the author of the post, whose reply is answered, and who is named; the first of them not twice.
fn told(held: &Held, answered: Option<AccountId>, mentioned: Vec<AccountId>) -> [(Event, Vec<AccountId>); 2] {
    let other = |id: &AccountId| *id != held.author;
    let answered = [held.author].into_iter().chain(answered.filter(other)).collect();
    [(Event::Reply, answered), (Event::Mention, mentioned.into_iter().filter(other).collect())]
}
