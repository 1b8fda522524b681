//! A post as one viewer sees it: one shape for every surface.

use platform::{
    AccountId, PostId, Side,
    person::{AccountState, Person},
};
use time::OffsetDateTime;

use super::{EditWindows, Reader, text};
use crate::{circle::Color, facet::display_name, trust};

/// What every reading of posts selects.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns")]
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
    pub liked: bool,
    /// In the post's own Side.
    pub echoed: bool,
    /// The reader is named in it.
    pub mentioned: bool,
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
    /// What it echoes or quotes, whatever became of that.
    pub echo_of: Option<PostId>,
    /// Of that post, if this reader may see it.
    pub echo_username: Option<String>,
    pub echo_full_name: Option<String>,
    pub echo_facet_name: Option<String>,
    pub echo_created_at: Option<OffsetDateTime>,
    pub echo_body: Option<String>,
}

/// The post that another echoes or quotes.
#[derive(Clone, Debug)]
pub struct Echoed {
    pub id: PostId,
    /// `None`: it is gone, or not for this viewer; he cannot tell which.
    pub original: Option<Original>,
}

/// What is told of a post within another.
#[derive(Clone, Debug)]
pub struct Original {
    pub author: String,
    pub username: String,
    pub created_at: OffsetDateTime,
    pub content: String,
}

/// What one viewer is told of a post.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what the viewer is told")]
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
    pub liked: bool,
    pub echoed: bool,
    pub mentioned: bool,
    /// At this moment.
    pub can_edit: bool,
    pub can_delete: bool,
    /// 0..3; only in the public Side.
    pub trust_level: Option<i32>,
    /// The circle it was written in.
    pub circle: Option<String>,
    /// What that is called and how it is painted, for those who see it.
    pub circle_label: Option<String>,
    pub circle_color: Option<Color>,
    pub echo_of: Option<Echoed>,
}

impl PostRow {
    /// It says nothing of its own.
    pub fn pure_echo(&self) -> bool {
        self.echo_of.is_some() && self.body.is_empty()
    }

    /// The row was read for this reader: whether he may see it is already decided.
    pub fn seen_by(self, reader: Reader, now: OffsetDateTime, windows: EditWindows) -> Post {
        let own = reader.id == Some(self.author);
        let can_edit = own && reader.writes && !self.pure_echo() && windows.open(self.side, self.created_at, now);
        let original = self.echo_username.zip(self.echo_created_at).zip(self.echo_body);
        let original = original.map(|((username, created_at), content)| Original {
            author: display_name(
                self.echo_facet_name.as_deref(),
                Side::Public,
                self.echo_full_name.as_deref().unwrap_or_default(),
                &username,
            ),
            username,
            created_at,
            content,
        });
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
            trust_level: (self.side == Side::Public).then(|| trust::level(&author, now)),
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
            liked: self.liked,
            echoed: self.echoed,
            mentioned: self.mentioned,
            can_edit,
            can_delete: reader.staff || own,
            echo_of: self.echo_of.map(|id| Echoed { id, original }),
            circle: self.circle,
            circle_label: self.circle_label,
            circle_color: self.circle_color,
        }
    }
}
