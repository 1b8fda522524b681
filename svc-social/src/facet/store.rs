//! SQL of faces.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use super::{FacetEdit, default_pulse};

/// A face that was edited.
pub struct FacetRow {
    pub side: Side,
    pub display_name: String,
    pub headline: String,
    pub bio: String,
    pub location: String,
    pub website: String,
    pub cover_url: String,
    pub avatar_url: String,
    pub rosters_hidden: bool,
    pub anthem_title: String,
    pub anthem_artist: String,
    pub pulse_label: String,
    pub pulse_text: String,
    pub updated_at: OffsetDateTime,
}

pub async fn facets(conn: &mut Conn, person: AccountId) -> Result<Vec<FacetRow>, sqlx::Error> {
    sqlx::query_as!(
        FacetRow,
        r#"/* social.facet.all */
           select side as "side: Side", display_name, headline, bio, location, website, cover_image_url as cover_url,
                  avatar_image_url as avatar_url, public_rosters_hidden as rosters_hidden, anthem_title, anthem_artist,
                  pulse_label, pulse_text, updated_at
           from social.facet where person = $1"#,
        person.0,
    )
    .fetch_all(conn)
    .await
}

pub async fn facet(conn: &mut Conn, person: AccountId, side: Side) -> Result<Option<FacetRow>, sqlx::Error> {
    sqlx::query_as!(
        FacetRow,
        r#"/* social.facet.one */
           select side as "side: Side", display_name, headline, bio, location, website, cover_image_url as cover_url,
                  avatar_image_url as avatar_url, public_rosters_hidden as rosters_hidden, anthem_title, anthem_artist,
                  pulse_label, pulse_text, updated_at
           from social.facet where person = $1 and side = $2"#,
        person.0,
        side.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// A change of one face.
pub struct Edit<'a> {
    pub owner: AccountId,
    pub side: Side,
    pub given: &'a FacetEdit,
    /// What an unedited face is called.
    pub name: &'a str,
    pub now: OffsetDateTime,
}

/// Writes what is given, and nothing else: two edits at once both hold. The first edit stores the whole face.
pub async fn edit(conn: &mut Conn, change: &Edit<'_>) -> Result<FacetRow, sqlx::Error> {
    let edit = change.given;
    let part = |pair: &Option<(String, String)>, second: bool| {
        pair.as_ref().map(|(one, other)| if second { other.clone() } else { one.clone() })
    };
    sqlx::query_as!(
        FacetRow,
        r#"/* social.facet.edit */
           insert into social.facet as held
               (person, side, display_name, headline, bio, location, website, cover_image_url, avatar_image_url,
                avatar_media_key, public_rosters_hidden, anthem_title, anthem_artist, pulse_label, pulse_text,
                created_at, updated_at)
           values ($1, $2, coalesce($3, $16), coalesce($4, ''), coalesce($5, ''), coalesce($6, ''), coalesce($7, ''),
                   coalesce($8, ''), coalesce($9, ''), coalesce($10, ''), coalesce($11, false), coalesce($12, ''),
                   coalesce($13, ''), coalesce($14, $17), coalesce($15, ''), $18, $18)
           on conflict (person, side) do update set
               display_name = coalesce($3, held.display_name), headline = coalesce($4, held.headline),
               bio = coalesce($5, held.bio), location = coalesce($6, held.location),
               website = coalesce($7, held.website), cover_image_url = coalesce($8, held.cover_image_url),
               avatar_image_url = coalesce($9, held.avatar_image_url),
               avatar_media_key = coalesce($10, held.avatar_media_key),
               public_rosters_hidden = coalesce($11, held.public_rosters_hidden),
               anthem_title = coalesce($12, held.anthem_title), anthem_artist = coalesce($13, held.anthem_artist),
               pulse_label = coalesce($14, held.pulse_label), pulse_text = coalesce($15, held.pulse_text),
               updated_at = $18
           returning side as "side: Side", display_name, headline, bio, location, website,
                     cover_image_url as cover_url, avatar_image_url as avatar_url,
                     public_rosters_hidden as rosters_hidden, anthem_title, anthem_artist, pulse_label, pulse_text,
                     updated_at"#,
        change.owner.0,
        change.side.as_str(),
        edit.display_name,
        edit.headline,
        edit.bio,
        edit.location,
        edit.website,
        edit.cover_url,
        edit.avatar_url,
        edit.avatar_media_key,
        edit.rosters_hidden,
        part(&edit.anthem, false),
        part(&edit.anthem, true),
        part(&edit.pulse, false),
        part(&edit.pulse, true),
        change.name,
        default_pulse(change.side),
        change.now,
    )
    .fetch_one(conn)
    .await
}
