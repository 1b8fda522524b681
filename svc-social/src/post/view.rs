//! A post as one viewer sees it: one shape for every surface.

use platform::{
    AccountId, PostId, Side,
    person::{AccountState, Person},
};
use time::{Duration, OffsetDateTime};

use super::{Reader, text};
use crate::{circle::Color, facet::display_name};

/// How long an account must exist to be trusted beyond the default.
const SEASONED: Duration = Duration::days(7);

/// What every reading of posts selects.
#[derive(Debug)]
pub struct PostRow {
    pub id: PostId,
    pub author: AccountId,
    pub side: Side,
    pub body: String,
    pub channel: Option<String>,
    pub urgent: bool,
    pub like_count: i64,
    pub reply_count: i64,
    pub echo_count: i64,
    pub created_at: OffsetDateTime,
    pub edited_at: Option<OffsetDateTime>,
    pub username: String,
    pub full_name: String,
    pub state: AccountState,
    pub until: Option<OffsetDateTime>,
    pub staff: bool,
    pub email_verified: bool,
    pub joined_at: OffsetDateTime,
    /// Of the author's facet of the post's Side; `None` = never edited.
    pub facet_name: Option<String>,
    pub facet_avatar: Option<String>,
    /// Where it was written, whatever became of that circle.
    pub circle: Option<String>,
    /// Of the circle, if it is still there and this reader owns it or belongs to it.
    pub circle_label: Option<String>,
    pub circle_color: Option<Color>,
}

/// What one viewer is told of a post.
#[derive(Clone, Debug)]
pub struct Post {
    pub id: PostId,
    pub side: Side,
    /// What the author is called in that Side.
    pub author: String,
    pub username: String,
    /// "" = none.
    pub avatar_url: String,
    pub created_at: OffsetDateTime,
    pub edited_at: Option<OffsetDateTime>,
    pub content: String,
    pub tags: Vec<String>,
    pub urgent: bool,
    /// "" = general.
    pub channel: String,
    pub like_count: i64,
    pub reply_count: i64,
    pub echo_count: i64,
    pub can_delete: bool,
    /// 0..3; only in the public Side.
    pub trust_level: Option<i32>,
    /// The circle it was written in.
    pub circle: Option<String>,
    /// What that is called and how it is painted, for those who see it.
    pub circle_label: Option<String>,
    pub circle_color: Option<Color>,
}

impl PostRow {
    /// The row was read for this reader: whether he may see it is already decided.
    pub fn seen_by(self, reader: Reader, now: OffsetDateTime) -> Post {
        let author = Person {
            id: self.author,
            username: self.username,
            full_name: self.full_name,
            state: self.state,
            until: self.until,
            staff: self.staff,
            email_verified: self.email_verified,
            created_at: self.joined_at,
            version: 0,
        };
        Post {
            author: display_name(self.facet_name.as_deref(), self.side, &author.full_name, &author.username),
            trust_level: (self.side == Side::Public).then(|| trust_level(&author, now)),
            username: author.username,
            avatar_url: self.facet_avatar.unwrap_or_default(),
            tags: text::tags(&self.body),
            content: self.body,
            id: self.id,
            side: self.side,
            created_at: self.created_at,
            edited_at: self.edited_at,
            urgent: self.urgent,
            channel: self.channel.unwrap_or_default(),
            like_count: self.like_count,
            reply_count: self.reply_count,
            echo_count: self.echo_count,
            can_delete: reader.staff || reader.id == Some(self.author),
            circle: self.circle,
            circle_label: self.circle_label,
            circle_color: self.circle_color,
        }
    }
}

/// 3 staff, 0 restricted, 2 with a verified e-mail address and seven days old, else 1.
fn trust_level(author: &Person, now: OffsetDateTime) -> i32 {
    if author.staff {
        3
    } else if author.effective_state(now) != AccountState::Active {
        0
    } else if author.email_verified && now - author.created_at >= SEASONED {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const JOINED: OffsetDateTime = datetime!(2026-11-01 12:00 UTC);

    fn person() -> Person {
        Person {
            id: AccountId(1),
            username: "ann".to_owned(),
            full_name: String::new(),
            state: AccountState::Active,
            until: None,
            staff: false,
            email_verified: true,
            created_at: JOINED,
            version: 1,
        }
    }

    #[test]
    fn trust_grows_with_a_verified_address_and_seven_days() {
        let week = JOINED + SEASONED;
        assert_eq!(trust_level(&person(), week - Duration::microseconds(1)), 1);
        assert_eq!(trust_level(&person(), week), 2);
        assert_eq!(trust_level(&Person { email_verified: false, ..person() }, week), 1);
        assert_eq!(trust_level(&Person { staff: true, ..person() }, JOINED), 3);
    }

    #[test]
    fn a_restricted_author_has_no_trust_until_the_restriction_lapses() {
        let until = JOINED + Duration::days(9);
        let restricted = Person { state: AccountState::ReadOnly, until: Some(until), ..person() };
        assert_eq!(trust_level(&restricted, until - Duration::seconds(1)), 0);
        assert_eq!(trust_level(&restricted, until), 2);
    }
}
