//! Other words for a post of one's own, within its window.

use platform::{AccountId, Error, PostId, Refusal, identity::Viewer, pg::Tx};
use time::OffsetDateTime;

use super::{
    Act, EditWindows, Held, Post, PostRow, Reader, hold,
    store::{self, Rewrite},
    text,
};
use crate::{
    Service,
    mention::{self, Audience, Mentions, names},
    notice::{self, Event},
    person::refuse_growth,
    refused::Refused,
    trust::Pace,
};

/// How often a request may find that the text which it replaces is another by now.
const TRIES: usize = 3;

/// What a text becomes.
struct Change<'a> {
    before: &'a str,
    after: &'a str,
    /// Whom it named already and still names.
    kept: Vec<String>,
    /// Who is named anew: only they are checked, and told for the first time.
    added: Mentions,
}

impl Service {
    /// Replaces the text of a post; its tags and mentions follow. Whether the window is open is decided with the post
    /// held, by the clock of that moment. Eight statements with the session's; one more each for the gates of trust, for
    /// those who are or were named, and for who is quoted, three for new names.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 404 `not_found` (unknown, or another's), 403 `edit_window_closed`
    /// (a pure echo's always is), 400 `empty_text`, `too_long`, 403 `trust_required`, `link_requires_trust`,
    /// 429 `rate_limited`, 400 `mention_forbidden`.
    pub async fn edit_post(&self, viewer: &Viewer, id: &str, text: &str) -> Result<Post, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let id = PostId::parse(id).ok_or(Refused::NotFound)?;
        for _ in 0..TRIES {
            let row = self.own_post(viewer, &id, now).await?;
            refuse_unless_open(row.pure_echo(), self.settings().edit_windows.open(row.side, row.created_at, now))?;
            let after = text::checked(text, row.side)?;
            let change = self.change(&row.body, after).await?;
            if let Some(post) = self.rewrite(viewer, &id, &change).await? {
                return Ok(post);
            }
        }
        Err(Refusal::unavailable().into())
    }

    async fn own_post(&self, viewer: &Viewer, id: &PostId, now: OffsetDateTime) -> Result<PostRow, Error> {
        let mut conn = self.db().conn().await?;
        let row = store::visible(&mut conn, id, Reader::new(Some(viewer), now)).await?;
        Ok(row.filter(|row| row.author == viewer.person.id).ok_or(Refused::NotFound)?)
    }

    async fn change<'a>(&self, before: &'a str, after: &'a str) -> Result<Change<'a>, Error> {
        let known = names(before);
        let (kept, added) = names(after).into_iter().partition(|name| known.contains(name));
        Ok(Change { before, after, kept, added: self.mentions_of(added).await? })
    }

    /// `None` = the text is not any more what it was; or the post is gone, which the next look tells.
    async fn rewrite(&self, viewer: &Viewer, id: &PostId, change: &Change<'_>) -> Result<Option<Post>, Error> {
        let ambient = self.ambient();
        let author = viewer.person.id;
        let mut tx = self.db().begin().await?;
        ambient.pauses.point("social.edit.begun").await;
        let held = hold(&mut tx, viewer, id, author, change.added.persons(), Act::Give, ambient.clock.now()).await?;
        // What waited for the post is judged by when it got it.
        let now = ambient.clock.now();
        refuse_unless_editable(&held, author, self.settings().edit_windows, now)?;
        if held.body != change.before {
            tx.rollback().await?;
            return Ok(None);
        }
        self.pass_trust_gate(&mut tx, &held.viewer, Pace::PostEdit, held.side, change.after, now).await?;
        let audience = Audience { author, side: held.side, circle: held.circle.as_ref() };
        let mentioned = mention::allowed(&mut tx, author, &audience, &change.added).await?;
        let tags = text::tags(change.after);
        let rewrite =
            Rewrite { id, body: change.after, edited_at: now, tags: &tags, kept: &change.kept, added: &mentioned };
        let before = store::rewrite(&mut tx, &rewrite).await?;
        // Whoever was told reads the present words, and who is not named any more none.
        let concerned: Vec<AccountId> = before.into_iter().chain(mentioned).collect();
        notice::tell(&mut tx, id, author, &[(Event::Mention, concerned)]).await?;
        tell_quoted(&mut tx, &held, author).await?;
        let reader = Reader::new(Some(viewer), now);
        let row = store::visible(&mut tx, id, reader).await?.ok_or(Error::Internal("an author sees his own post"))?;
        ambient.pauses.point("social.edit.before_commit").await;
        tx.commit().await?;
        Ok(Some(self.tell(reader, row)))
    }
}

/// The author of what is quoted reads the present words too.
async fn tell_quoted(tx: &mut Tx, held: &Held, author: AccountId) -> Result<(), Error> {
    let Some(original) = &held.echo_of else { return Ok(()) };
    let quoted = store::author_of(tx, original).await?;
    notice::tell(tx, original, author, &[(Event::Echo, quoted.into_iter().collect())]).await
}

fn refuse_unless_editable(
    held: &Held,
    author: AccountId,
    windows: EditWindows,
    now: OffsetDateTime,
) -> Result<(), Refused> {
    if held.author != author {
        return Err(Refused::NotFound);
    }
    refuse_unless_open(held.pure_echo(), windows.open(held.side, held.created_at, now))
}

fn refuse_unless_open(pure_echo: bool, open: bool) -> Result<(), Refused> {
    if pure_echo || !open { Err(Refused::EditWindowClosed) } else { Ok(()) }
}
