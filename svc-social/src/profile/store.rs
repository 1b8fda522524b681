//! SQL of profiles.

use platform::{AccountId, Side, cursor::Place, pg::Conn};
use time::OffsetDateTime;

use crate::{
    facet::{Facet, store::FacetRow},
    post::{PostRow, Reader, store::posts},
};

/// A person between him and one viewer, with the face of one Side. Whether the viewer may see that face is decided by
/// `shown`, in the rule.
pub struct Head {
    pub username: String,
    /// What the person shows the viewer.
    pub shown: Option<Side>,
    pub placed_as: Option<Side>,
    pub follows: bool,
    pub followers: i64,
    pub following: i64,
    pub siders: i64,
    /// Labels of the viewer's own circles that the person belongs to.
    pub shared_sets: Vec<String>,
    /// The Side asked for, else what is shown, else public.
    pub side: Side,
    display_name: Option<String>,
    headline: Option<String>,
    bio: Option<String>,
    location: Option<String>,
    website: Option<String>,
    cover_url: Option<String>,
    avatar_url: Option<String>,
    rosters_hidden: Option<bool>,
    anthem_title: Option<String>,
    anthem_artist: Option<String>,
    pulse_label: Option<String>,
    pulse_text: Option<String>,
    updated_at: Option<OffsetDateTime>,
}

impl Head {
    /// The face; a row that is there has every column.
    pub fn facet(&self) -> Facet {
        let Some(updated_at) = self.updated_at else { return Facet::never_edited(self.side, &self.username) };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        FacetRow {
            side: self.side,
            display_name: text(&self.display_name),
            headline: text(&self.headline),
            bio: text(&self.bio),
            location: text(&self.location),
            website: text(&self.website),
            cover_url: text(&self.cover_url),
            avatar_url: text(&self.avatar_url),
            rosters_hidden: self.rosters_hidden.unwrap_or_default(),
            anthem_title: text(&self.anthem_title),
            anthem_artist: text(&self.anthem_artist),
            pulse_label: text(&self.pulse_label),
            pulse_text: text(&self.pulse_text),
            updated_at,
        }
        .into()
    }
}

/// `None`: to this viewer there is no such person. Nothing is shown to a stranger.
pub async fn head(
    conn: &mut Conn,
    target: AccountId,
    reader: Reader,
    asked: Option<Side>,
) -> Result<Option<Head>, sqlx::Error> {
    sqlx::query_as!(
        Head,
        r#"/* social.profile.head */
           select x.username, sh.side as "shown?: Side", pl.side as "placed_as?: Side",
                  exists (select from social.follow l where l.follower = $2 and l.target = x.id) as "follows!",
                  coalesce(c.followers, 0) as "followers!", coalesce(c.following, 0) as "following!",
                  coalesce(c.siders, 0) as "siders!",
                  array(select o.label from social.circle_member m
                        join social.circle o on o.id = m.circle and o.owner = $2
                        where m.account = x.id
                        group by o.label order by max(o.updated_at) desc, o.label limit 6) as "shared_sets!",
                  s.side as "side!: Side",
                  f.display_name as "display_name?", f.headline as "headline?", f.bio as "bio?",
                  f.location as "location?", f.website as "website?", f.cover_image_url as "cover_url?",
                  f.avatar_image_url as "avatar_url?", f.public_rosters_hidden as "rosters_hidden?",
                  f.anthem_title as "anthem_title?", f.anthem_artist as "anthem_artist?",
                  f.pulse_label as "pulse_label?", f.pulse_text as "pulse_text?", f.updated_at as "updated_at?"
           from social.person x
           left join social.placement sh on sh.owner = x.id and sh.member = $2 and not $3
           left join social.placement pl on pl.owner = $2 and pl.member = x.id
           cross join lateral (select coalesce($4, sh.side, 'public') as side) s
           left join social.facet f on f.person = x.id and f.side = s.side
           left join social.person_count c on c.person = x.id
           where x.id = $1 and (x.id = $2 or (not x.gone
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = x.id)
             and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $2)))"#,
        target.0,
        reader.id.map(|id| id.0),
        reader.stranger,
        asked.map(Side::as_str),
    )
    .fetch_optional(conn)
    .await
}

/// Which stretch of whose posts.
pub struct Stretch<'a> {
    pub author: AccountId,
    pub side: Side,
    pub from: &'a Place,
    pub rows: i64,
}

/// A person's posts in one Side, newest first: if the Side is open to the reader at this moment, and in the circles that
/// the reader sees, as far as these are still where they were; for the author, everything; for staff, what moderation hid
/// too.
pub async fn posts_of(conn: &mut Conn, reader: Reader, stretch: &Stretch<'_>) -> Result<Vec<PostRow>, sqlx::Error> {
    posts!(
        ["/* social.profile.posts */
          with circle as materialized (
              select c.id from social.circle c where c.owner = $1 and c.side = $7 and not $3
              union all
              select c.id from social.circle_member m join social.circle c on c.id = m.circle and c.side = $7
              where m.account = $1 and not $3
                and exists (select from social.person o where o.id = c.owner and not o.gone offset 0)),
          kept_away as materialized (select h.post from social.hidden_post h where h.viewer = $1),
          candidate as (
              (select p.id, p.created_at from social.post p
               where p.author = $4 and p.side = $7 and $1 = $4 and (p.created_at, p.id) < ($5, $6)
               order by p.created_at desc, p.id desc limit $8)
              union all
              (select p.id, p.created_at from social.post p
               where p.author = $4 and p.side = $7 and p.circle is null and not p.hidden and $1 is distinct from $4
                 and p.id not in (select post from kept_away)
                 and ($7 = 'public' or exists (
                      select from social.placement pl where pl.owner = $4 and pl.member = $1 and pl.side = any($9)
                        and not $3))
                 and (p.created_at, p.id) < ($5, $6)
               order by p.created_at desc, p.id desc limit $8)
              union all
              (select p.id, p.created_at from social.post p
               where p.author = $4 and p.side = $7 and p.circle is null and p.hidden and $2 and $1 is distinct from $4
                 and p.id not in (select post from kept_away)
                 and ($7 = 'public' or exists (
                      select from social.placement pl where pl.owner = $4 and pl.member = $1 and pl.side = any($9)
                        and not $3))
                 and (p.created_at, p.id) < ($5, $6)
               order by p.created_at desc, p.id desc limit $8)
              union all
              (select p.id, p.created_at from social.post p
               where p.author = $4 and p.side = $7 and p.circle in (select id from circle) and (not p.hidden or $2)
                 and p.id not in (select post from kept_away)
                 and $1 is distinct from $4 and (p.created_at, p.id) < ($5, $6)
               order by p.created_at desc, p.id desc limit $8))"],
        "from (select id, created_at from candidate order by created_at desc, id desc limit $8) page
         cross join lateral (select * from social.post p where p.id = page.id offset 0) p
         join social.person x on x.id = p.author
         left join social.facet f on f.person = p.author and f.side = p.side
         left join social.circle c on c.id = p.circle
             and (c.owner = $1
                  or (not $3
                      and exists (select from social.circle_member m where m.circle = c.id and m.account = $1 offset 0)
                      and exists (select from social.person o where o.id = c.owner and not o.gone offset 0)))",
        "where x.id = $1
            or (not x.gone
                and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id)
                and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1))
         order by p.created_at desc, p.id desc",
        reader.id.map(|id| id.0),
        reader.staff,
        reader.stranger,
        stretch.author.0,
        stretch.from.at,
        stretch.from.id,
        stretch.side.as_str(),
        stretch.rows,
        &stretch.side.opened_by().iter().map(|side| side.as_str().to_owned()).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await
}
