//! What every new post goes through once its author may write it where he wants to: one of his own words, and a quote.

use platform::{Error, PostId, identity::Viewer, person::Person, pg::Tx};
use time::OffsetDateTime;

use super::{
    Post, Reader,
    draft::Draft,
    store::{self, Insert},
    text,
};
use crate::{
    Service,
    mention::{self, Audience, Mentions},
    notice::{self, Event},
    quota::Action,
    trust::Pace,
};

/// A checked post. Author, circle and what it quotes stay as they are until the transaction ends, and the pairs with
/// those it names are locked.
#[derive(Debug)]
pub struct Writing<'a> {
    pub id: &'a PostId,
    pub author: &'a Person,
    pub draft: &'a Draft<'a>,
    pub mentions: &'a Mentions,
    pub echo_of: Option<&'a PostId>,
}

impl Service {
    /// Stores the post, with word to those it names; answers what its author is told of it. Two statements; one more for
    /// the gates of trust, one for a quota, two if somebody is named.
    ///
    /// # Errors
    /// 403 `trust_required`, `link_requires_trust`, 429 `rate_limited`, 400 `mention_forbidden`, 429 `quota_exceeded`.
    pub(crate) async fn write_post(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
        new: &Writing<'_>,
        now: OffsetDateTime,
    ) -> Result<Post, Error> {
        let (author, draft) = (new.author.id, new.draft);
        self.pass_trust_gate(tx, new.author, Pace::Post, draft.side, draft.body, now).await?;
        let audience = Audience { author, side: draft.side, circle: draft.circle };
        let mentioned = mention::allowed(tx, author, &audience, new.mentions).await?;
        self.count(tx, author, Action::PostCreate, now).await?;
        let tags = text::tags(draft.body);
        let insert = Insert {
            id: new.id,
            author,
            side: draft.side,
            circle: draft.circle,
            body: draft.body,
            channel: draft.channel.as_deref(),
            urgent: draft.urgent,
            created_at: now,
            tags: &tags,
            echo_of: new.echo_of,
            mentions: &mentioned,
        };
        store::insert(tx, &insert).await?;
        notice::tell(tx, new.id, author, &[(Event::Mention, mentioned)]).await?;
        let reader = Reader::new(Some(viewer), now);
        let row = store::visible(tx, new.id, reader).await?;
        Ok(self.tell(reader, row.ok_or(Error::Internal("an author sees his own post"))?))
    }
}
