//! Quotes: posts with words of one's own about another's.

use platform::{Error, PostId, Refusal, Side, identity::Viewer, pg::Tx};
use time::OffsetDateTime;

use super::{Target, into_side, refuse_unless_open, store, target};
use crate::{
    Service,
    mention::Mentions,
    notice::{self, Event},
    person::refuse_growth,
    post::{self, Act, ClientKey, Draft, Held, Post, Writing, text},
};

/// How often a request may find that a key which another took is free again.
const TRIES: usize = 3;

/// A quote as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewQuote<'a> {
    pub post: &'a str,
    pub text: &'a str,
    /// As sent; `None` = public.
    pub side: Option<&'a str>,
    /// "" = none.
    pub client_key: &'a str,
}

/// A checked quote.
struct Quote<'a> {
    key: Option<ClientKey<'a>>,
    target: Target,
    draft: Draft<'a>,
    mentions: Mentions,
}

impl Service {
    /// Writes a quote, or answers with what the same key made before, post or quote, as [`Service::create_post`] does.
    /// Whether the post may be quoted is asked before the text is looked at.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `invalid_client_key`; then, unless the key is known:
    /// 400 `invalid_side`, 404 `not_found`, 403 `echo_forbidden_private`, 400 `empty_text`, `too_long`;
    /// 403 `trust_required`, `link_requires_trust`, 429 `rate_limited`; 400 `mention_forbidden`; last,
    /// 429 `quota_exceeded`.
    pub async fn quote(&self, viewer: &Viewer, new: NewQuote<'_>) -> Result<Post, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let key = ClientKey::parse(new.client_key)?;
        for _ in 0..TRIES {
            let before = self.before(viewer, key, None, now).await?;
            if let Some(first) = before.first {
                return self.first_answer(viewer, first, now).await;
            }
            let side = into_side(new.side)?;
            let target = self.look(viewer, new.post, now).await?;
            let body = text::checked(new.text, side)?;
            let mentions = self.mentions(body).await?;
            let draft = Draft { side, circle: None, body, channel: None, urgent: false };
            let quote = Quote { key, target, draft, mentions };
            if let Some(post) = self.insert_quote(viewer, &quote, now).await? {
                return Ok(post);
            }
        }
        Err(Refusal::unavailable().into())
    }

    async fn look(&self, viewer: &Viewer, id: &str, now: OffsetDateTime) -> Result<Target, Error> {
        let mut conn = self.db().conn().await?;
        target(&mut conn, viewer, id, now).await
    }

    /// `None` = another request with the same key was first.
    async fn insert_quote(
        &self,
        viewer: &Viewer,
        quote: &Quote<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Post>, Error> {
        let ambient = self.ambient();
        let (author, side) = (viewer.person.id, quote.draft.side);
        let id = PostId::new(now, &ambient.random);
        let mut tx = self.db().begin().await?;
        if let Some(key) = quote.key
            && !post::store::take_key(&mut tx, author, key, &id, side, now).await?
        {
            tx.rollback().await?;
            return Ok(None);
        }
        ambient.pauses.point("social.quote.keyed").await;
        let (target, named) = (&quote.target, quote.mentions.persons());
        let held = post::hold(&mut tx, viewer, &target.id, target.author, named, Act::Give, now).await?;
        refuse_unless_open(&held)?;
        ambient.pauses.point("social.quote.held").await;
        let writing = Writing {
            id: &id,
            author: &held.viewer,
            draft: &quote.draft,
            mentions: &quote.mentions,
            echo_of: Some(&held.id),
        };
        let post = self.write_post(&mut tx, viewer, &writing, now).await?;
        count_and_tell(&mut tx, &held, &id, side).await?;
        ambient.pauses.point("social.quote.before_commit").await;
        tx.commit().await?;
        Ok(Some(post))
    }
}

/// Whether the author of the original may know of it is for the job to say.
async fn count_and_tell(tx: &mut Tx, held: &Held, quote: &PostId, side: Side) -> Result<(), Error> {
    if side == Side::Public {
        store::count_quote(tx, &held.id, quote, held.viewer.gone()).await?;
    }
    notice::tell(tx, &held.id, held.viewer.id, &[(Event::Echo, vec![held.author])]).await
}
