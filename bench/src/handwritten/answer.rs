//! The feed's JSON, member for member as the gateway writes it; `same.rs` compares the two.

use platform::{Side, timestamp};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::read::PostRow;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    ok: bool,
    restricted: bool,
    viewer: String,
    role: &'static str,
    side: &'static str,
    count: usize,
    items: Vec<Item>,
    has_more: bool,
    next_cursor: Option<String>,
    server_ts: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own members")]
struct Item {
    id: String,
    author: String,
    handle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author_avatar_url: Option<String>,
    author_name: String,
    avatar_url: Option<String>,
    time: String,
    created_at: i64,
    content: String,
    kind: &'static str,
    like_count: i64,
    likes: i64,
    liked: bool,
    reply_count: i64,
    echo_count: i64,
    echoed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    urgent: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_level: Option<i32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    public_channel: String,
    can_edit: bool,
    can_delete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<i64>,
}

pub fn write(
    viewer: i64,
    side: Side,
    rows: Vec<PostRow>,
    next_cursor: Option<String>,
    now: OffsetDateTime,
) -> anyhow::Result<Vec<u8>> {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this era fit a double's 53 bits")]
    let server_ts = timestamp::micros(now) as f64 / 1e6;
    let items: Vec<Item> = rows.into_iter().map(|row| item(row, viewer, side, now)).collect();
    let page = Page {
        ok: true,
        restricted: false,
        viewer: format!("me_{viewer}"),
        role: "me",
        side: side.as_str(),
        count: items.len(),
        items,
        has_more: next_cursor.is_some(),
        next_cursor,
        server_ts,
    };
    Ok(serde_json::to_vec(&page)?)
}

fn item(row: PostRow, viewer: i64, side: Side, now: OffsetDateTime) -> Item {
    let author = name(&row, side);
    let avatar = row.facet_avatar.filter(|url| !url.is_empty());
    let trust = if row.staff {
        3
    } else if row.state != "active" && row.until.is_none_or(|until| now < until) {
        0
    } else if row.email_verified && now - row.joined_at >= Duration::days(7) {
        2
    } else {
        1
    };
    Item {
        author_name: author.clone(),
        author,
        handle: format!("@{}", row.username.to_lowercase()),
        author_avatar_url: avatar.clone(),
        avatar_url: avatar,
        time: age(row.created_at, now),
        created_at: timestamp::millis(row.created_at),
        tags: tags(&row.body),
        content: row.body,
        kind: "text",
        like_count: row.like_count,
        likes: row.like_count,
        liked: row.liked,
        reply_count: row.reply_count,
        echo_count: row.echo_count,
        echoed: row.echoed,
        urgent: row.urgent,
        trust_level: (side == Side::Public).then_some(trust),
        public_channel: row.channel.filter(|_| side == Side::Public).unwrap_or_default(),
        can_edit: false,
        can_delete: row.author == viewer,
        edited_at: row.edited_at.map(timestamp::millis),
        id: row.id,
    }
}

/// Of the facet, or made from the username.
fn name(row: &PostRow, side: Side) -> String {
    match row.facet_name.as_deref() {
        Some("") if row.full_name.is_empty() => row.username.clone(),
        Some("") => row.full_name.clone(),
        Some(name) => name.to_owned(),
        None => {
            let words = row.username.split(['_', '-', ' ']).filter(|word| !word.is_empty());
            let mut words = words.map(|word| {
                let mut letters = word.chars();
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
            });
            if side == Side::Friends { words.next().unwrap_or_default() } else { words.collect::<Vec<_>>().join(" ") }
        }
    }
}

fn tags(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut before = None;
    for (at, letter) in text.char_indices() {
        if letter == '#' && !before.is_some_and(is_word) {
            let tag: String = text[at + 1..].chars().take_while(|c| is_word(*c)).take(32).collect();
            let tag = tag.to_ascii_lowercase();
            if tag.len() > 1 && !found.contains(&tag) {
                found.push(tag);
            }
        }
        before = Some(letter);
    }
    found
}

fn age(created: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (now - created).whole_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}
