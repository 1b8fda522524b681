//! Making a post, once for each client key.

use std::collections::BTreeSet;

use platform::{Error, PostId, Side, identity::Viewer};
use time::OffsetDateTime;

use super::{
    Post, Reader,
    client_key::{ClientKey, FirstAnswer},
    store::{self, Insert},
    text,
};
use crate::{
    Service,
    facet::display_name,
    person::{self, refuse_growth},
    quota::Action,
    refused::Refused,
};

const MEDIA: usize = 4;

/// A post as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewPost<'a> {
    pub text: &'a str,
    /// As sent; `None` = public.
    pub side: Option<&'a str>,
    /// "" = no circle.
    pub set_id: &'a str,
    pub channel: &'a str,
    pub urgent: bool,
    /// "" = none.
    pub client_key: &'a str,
    pub media_keys: &'a [String],
}

/// A post that may be stored.
#[derive(Debug)]
struct Draft<'a> {
    side: Side,
    body: &'a str,
    channel: Option<String>,
    urgent: bool,
}

impl<'a> Draft<'a> {
    /// A Side that is no Side is never taken for the public one.
    fn check(new: &NewPost<'a>) -> Result<Self, Refused> {
        let side = new.side.map_or(Some(Side::Public), Side::parse).ok_or(Refused::InvalidSide)?;
        // There are no circles yet, so none that the viewer could be in; likewise no upload that he could own.
        if !new.set_id.trim().is_empty() {
            return Err(Refused::NotFound);
        }
        let keys: BTreeSet<&str> = new.media_keys.iter().map(|key| key.trim()).filter(|key| !key.is_empty()).collect();
        if keys.len() > MEDIA {
            return Err(Refused::TooManyMedia);
        }
        if !keys.is_empty() {
            return Err(Refused::InvalidMedia);
        }
        let body = text::checked(new.text, side)?;
        Ok(Self { side, body, channel: text::channel(new.channel, side), urgent: new.urgent })
    }
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
        if let Some(key) = key
            && let Some(first) = self.first_answer(viewer, key, now).await?
        {
            return Ok(first);
        }
        let draft = Draft::check(&new)?;
        if let Some(post) = self.insert_post(viewer, key, &draft, now).await? {
            return Ok(post);
        }
        // Another request with this key was first, and has committed.
        let key = key.ok_or(Error::Internal("only a key is taken by another request"))?;
        let first = self.first_answer(viewer, key, now).await?;
        first.ok_or(Error::Internal("a key that is taken has an answer"))
    }

    /// What this key made before.
    async fn first_answer(
        &self,
        viewer: &Viewer,
        key: ClientKey<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Post>, Error> {
        let mut conn = self.db().conn().await?;
        let Some(first) = store::first_answer(&mut conn, viewer.person.id, key, now).await? else { return Ok(None) };
        let reader = Reader::new(Some(viewer));
        let row = store::visible(&mut conn, &first.id, reader).await?;
        Ok(Some(row.map_or_else(|| deleted(viewer, first), |row| row.seen_by(reader, now))))
    }

    /// `None` if another request with the same key was first. Parallel ones wait at the key for the first to end;
    /// if it fails, the next takes its place.
    async fn insert_post(
        &self,
        viewer: &Viewer,
        key: Option<ClientKey<'_>>,
        draft: &Draft<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Post>, Error> {
        let ambient = self.ambient();
        let author = viewer.person.id;
        let id = PostId::new(now, &ambient.random);
        let mut tx = self.db().begin().await?;
        if let Some(key) = key
            && !store::take_key(&mut tx, author, key, &id, draft.side, now).await?
        {
            tx.rollback().await?;
            return Ok(None);
        }
        ambient.pauses.point("social.create.keyed").await;
        person::store::put(&mut tx, std::slice::from_ref(&viewer.person)).await?;
        let persons = person::store::share(&mut tx, &[author]).await?;
        let person = persons.first().ok_or(Error::Internal("the viewer's row was just written"))?;
        person.refuse_if_restricted(viewer.reason.as_deref(), now)?;
        self.count(&mut tx, author, Action::PostCreate, now).await?;
        let tags = text::tags(draft.body);
        let insert = Insert {
            id: &id,
            author,
            side: draft.side,
            body: draft.body,
            channel: draft.channel.as_deref(),
            urgent: draft.urgent,
            created_at: now,
            tags: &tags,
        };
        store::insert(&mut tx, &insert).await?;
        let reader = Reader::new(Some(viewer));
        let row = store::visible(&mut tx, &id, reader).await?;
        let row = row.ok_or(Error::Internal("an author sees his own post"))?;
        ambient.pauses.point("social.create.before_commit").await;
        tx.commit().await?;
        Ok(Some(row.seen_by(reader, now)))
    }
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
        can_delete: false,
        trust_level: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: NewPost<'_> = NewPost {
        text: " hello ",
        side: None,
        set_id: "",
        channel: "tech",
        urgent: false,
        client_key: "",
        media_keys: &[],
    };

    #[test]
    fn what_is_absent_is_public_and_what_is_no_side_is_refused() {
        let draft = Draft::check(&PLAIN).expect("a plain post");
        assert_eq!((draft.side, draft.body, draft.channel.as_deref()), (Side::Public, "hello", Some("tech")));
        let draft = Draft::check(&NewPost { side: Some(" Work "), ..PLAIN }).expect("a work post");
        assert_eq!((draft.side, draft.channel), (Side::Work, None));
        for side in ["", "zzz"] {
            let refused = Draft::check(&NewPost { side: Some(side), ..PLAIN }).expect_err("no side");
            assert_eq!(refused, Refused::InvalidSide);
        }
    }

    #[test]
    fn errors_come_in_the_contracts_order() {
        let keys: Vec<String> = (0..5).map(|n| format!("u/{n}")).collect();
        let mut new = NewPost { text: "", side: Some("zzz"), set_id: "c1", media_keys: &keys, ..PLAIN };
        let code = |new: &NewPost<'_>| Draft::check(new).expect_err("a refusal");
        assert_eq!(code(&new), Refused::InvalidSide);
        new.side = Some("public");
        assert_eq!(code(&new), Refused::NotFound);
        new.set_id = "";
        assert_eq!(code(&new), Refused::TooManyMedia);
        new.media_keys = &keys[..4];
        assert_eq!(code(&new), Refused::InvalidMedia);
        new.media_keys = &[];
        assert_eq!(code(&new), Refused::EmptyText);
    }
}
