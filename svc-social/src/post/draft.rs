//! A post as it is asked for, and as it may be stored.

use std::collections::BTreeSet;

use platform::Side;

use super::text;
use crate::{circle::CircleId, refused::Refused};

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
pub struct Draft<'a> {
    pub side: Side,
    pub circle: Option<&'a CircleId>,
    pub body: &'a str,
    pub channel: Option<String>,
    pub urgent: bool,
}

impl<'a> Draft<'a> {
    /// A Side that is no Side is never taken for the public one. In a circle the post is of the circle's Side; `None` is
    /// one that the author may not write in.
    ///
    /// # Errors
    /// 400 `invalid_side`, 404 `not_found` (circle), 400 `too_many_media`, `invalid_media`, `empty_text`, `too_long`.
    pub fn check(new: &NewPost<'a>, circle: Option<(&'a CircleId, Side)>) -> Result<Self, Refused> {
        let asked = new.side.map_or(Some(Side::Public), Side::parse).ok_or(Refused::InvalidSide)?;
        if circle.is_none() && !new.set_id.trim().is_empty() {
            return Err(Refused::NotFound);
        }
        let side = circle.map_or(asked, |(_, side)| side);
        // There are no uploads yet, so none that he could own.
        let keys: BTreeSet<&str> = new.media_keys.iter().map(|key| key.trim()).filter(|key| !key.is_empty()).collect();
        if keys.len() > MEDIA {
            return Err(Refused::TooManyMedia);
        }
        if !keys.is_empty() {
            return Err(Refused::InvalidMedia);
        }
        let body = text::checked(new.text, side)?;
        let channel = text::channel(new.channel, asked).filter(|_| side == Side::Public);
        Ok(Self { side, circle: circle.map(|(id, _)| id), body, channel, urgent: new.urgent })
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
        let draft = Draft::check(&PLAIN, None).expect("a plain post");
        assert_eq!((draft.side, draft.body, draft.channel.as_deref()), (Side::Public, "hello", Some("tech")));
        let draft = Draft::check(&NewPost { side: Some(" Work "), ..PLAIN }, None).expect("a work post");
        assert_eq!((draft.side, draft.channel), (Side::Work, None));
        for side in ["", "zzz"] {
            let refused = Draft::check(&NewPost { side: Some(side), ..PLAIN }, None).expect_err("no side");
            assert_eq!(refused, Refused::InvalidSide);
        }
    }

    #[test]
    fn errors_come_in_the_contracts_order() {
        let keys: Vec<String> = (0..5).map(|n| format!("u/{n}")).collect();
        let mut new = NewPost { text: "", side: Some("zzz"), set_id: "c1", media_keys: &keys, ..PLAIN };
        let code = |new: &NewPost<'_>| Draft::check(new, None).expect_err("a refusal");
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

    #[test]
    fn in_a_circle_the_circles_side_counts_for_everything_but_the_channel_that_was_not_asked_for() {
        let id = CircleId::parse("set_1").expect("an id");
        let long = "x".repeat(801);
        let new = NewPost { set_id: "set_1", text: &long, ..PLAIN };
        assert_eq!(Draft::check(&new, Some((&id, Side::Public))).expect_err("too long"), Refused::TooLong { max: 800 });
        let draft = Draft::check(&new, Some((&id, Side::Close))).expect("a close post");
        assert_eq!((draft.side, draft.channel, draft.circle), (Side::Close, None, Some(&id)));
        let new = NewPost { set_id: "set_1", side: Some("friends"), ..PLAIN };
        let draft = Draft::check(&new, Some((&id, Side::Public))).expect("a public post");
        assert_eq!((draft.side, draft.channel), (Side::Public, None));
        let draft =
            Draft::check(&NewPost { set_id: "set_1", ..PLAIN }, Some((&id, Side::Public))).expect("with a channel");
        assert_eq!(draft.channel.as_deref(), Some("tech"));
    }
}
