//! The columns of a post as one reader is told of it, the same on every surface.

/// A query for `PostRow`s: its name and the pieces before the columns; what they are read from (with `p` the post, `x`
/// its author, `f` his facet of the post's Side, `c` its circle if the reader sees that); what comes after; and the
/// arguments. In all of them `$1` is the viewer (null = signed out), `$2` whether he is staff, `$3` whether neither
/// placement nor circle counts for him.
///
/// - Of replies those count that this reader may see: not of people who are blocked either way, nor of those who went
///   while the job that counts has not come by.
/// - `o` is the post that it echoes, if this reader may see that. Only public posts outside circles are ever echoed.
macro_rules! posts {
    ([$($before:literal)+], $from:literal, $($after:literal)+, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            $crate::post::PostRow,
            $($before +)+
                r#" select p.id as "id: platform::PostId", p.author as "author: platform::AccountId",
                       p.side as "side: platform::Side", p.body, p.channel, p.urgent, p.like_count, p.echo_count,
                       p.reply_count
                       - case when p.reply_count > 0 and not $2
                                   and (exists (select from social.blocked b where b.blocker = $1)
                                        or exists (select from social.blocked b where b.blocked = $1))
                              then (select count(*) from social.reply r
                                    where r.post = p.id and r.counted
                                      and (exists (select from social.blocked b
                                                   where b.blocker = $1 and b.blocked = r.author offset 0)
                                           or exists (select from social.blocked b
                                                      where b.blocker = r.author and b.blocked = $1 offset 0)))
                              else 0 end
                       - (select count(*) filter (where y.gone) - count(*) filter (where not y.gone)
                          from social.recounting n
                          join social.person y on y.id = n.person
                          join social.reply r on r.author = y.id and r.post = p.id and r.counted = y.gone
                          where $2 or (not exists (select from social.blocked b
                                                   where b.blocker = $1 and b.blocked = y.id offset 0)
                                       and not exists (select from social.blocked b
                                                       where b.blocker = y.id and b.blocked = $1 offset 0))
                         ) as "reply_count!",
                       exists (select from social.post_like l
                               where l.post = p.id and l.account = $1 offset 0) as "liked!",
                       exists (select from social.post e
                               where e.echo_of = p.id and e.author = $1 and e.side = p.side offset 0) as "echoed!",
                       exists (select from social.mention m
                               where m.post = p.id and m.account = $1 and m.reply = '' offset 0) as "mentioned!",
                       p.created_at, p.edited_at,
                       x.username, x.full_name, x.state as "state: platform::person::AccountState", x.until, x.staff,
                       x.email_verified, x.created_at as joined_at,
                       f.display_name as "facet_name?", f.avatar_image_url as "facet_avatar?", p.circle,
                       c.label as "circle_label?", c.color as "circle_color?: crate::circle::Color",
                       p.echo_of as "echo_of?: platform::PostId", o.username as "echo_username?",
                       o.full_name as "echo_full_name?", o.display_name as "echo_facet_name?",
                       o.created_at as "echo_created_at?", o.body as "echo_body?" "#
                + $from
                + " left join lateral (
                        select ox.username, ox.full_name, fo.display_name, q.created_at, q.body
                        from social.post q
                        join social.person ox on ox.id = q.author
                        left join social.facet fo on fo.person = q.author and fo.side = q.side
                        where q.id = p.echo_of and q.side = 'public' and q.circle is null
                          and (q.author = $1
                               or (not ox.gone and (not q.hidden or $2)
                                   and ($2 or not exists (select from social.blocked b
                                                          where b.blocker = $1 and b.blocked = q.author offset 0))
                                   and ($2 or not exists (select from social.blocked b
                                                          where b.blocker = q.author and b.blocked = $1 offset 0))
                                   and not exists (select from social.hidden_post h
                                                   where h.viewer = $1 and h.post = q.id offset 0)))
                        offset 0) o on p.echo_of is not null "
                $(+ $after)+,
            $($argument),+
        )
    };
}
pub(crate) use posts;
