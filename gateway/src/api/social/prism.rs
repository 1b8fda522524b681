//! `GET` and `PATCH /api/prism`: one's own four faces.

use proto::social::v1::{Anthem, EditFacetRequest, GetPrismRequest, Pulse, prism_client::PrismClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facet_object::FacetObject;
use crate::{
    api::Ctx,
    door::{
        Answer, Door, Json,
        changes::{NewFlag, NewParts, NewText},
        door,
        fields::Word,
        ok,
    },
    error::Refused,
};

pub const GET: Door = door!(get, "Shows the viewer his own four faces.", []);
pub const PATCH: Door = door!(
    patch,
    "Changes the viewer's face in one Side; what is not given stays.",
    ["400 invalid_side", "400 invalid_url", "400 invalid_media"]
);

/// Close, friends, public, work.
#[derive(Serialize, ToSchema)]
struct Prism {
    ok: bool,
    user: User,
    items: Vec<FacetObject>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Named)]
struct User {
    id: i64,
    username: String,
    handle: String,
}

async fn get(ctx: Ctx) -> Answer<Prism> {
    let answer = ctx.ask(PrismClient::new(ctx.social()).get_prism(GetPrismRequest {})).await?;
    let user = User { id: answer.id, handle: format!("@{}", answer.username), username: answer.username };
    ok(&Prism { ok: true, user, items: answer.facets.into_iter().map(FacetObject::of).collect() })
}

/// Texts that are too long are cut.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// Which face: `public`, `friends`, `close` or `work`.
    side: Word,
    display_name: NewText,
    headline: NewText,
    bio: NewText,
    location: NewText,
    website: NewText,
    cover_image: NewText,
    avatar_image: NewText,
    /// An upload of one's own, made for this face; "" takes it away.
    avatar_media_key: NewText,
    /// Of the public face: its two rosters name nobody to others.
    public_rosters_hidden: NewFlag,
    /// `title` and `artist`.
    anthem: NewParts,
    /// `label` and `text`.
    pulse: NewParts,
}

#[derive(Serialize, ToSchema)]
struct EditedFacet {
    ok: bool,
    item: FacetObject,
}

async fn patch(ctx: Ctx, Json(body): Json<Body>) -> Answer<EditedFacet> {
    let message = EditFacetRequest {
        side: body.side.0,
        display_name: body.display_name.0,
        headline: body.headline.0,
        bio: body.bio.0,
        location: body.location.0,
        website: body.website.0,
        cover_url: body.cover_image.0,
        avatar_url: body.avatar_image.0,
        avatar_media_key: body.avatar_media_key.0,
        rosters_hidden: body.public_rosters_hidden.0,
        anthem: body.anthem.pair(["title", "artist"]).map(|[title, artist]| Anthem { title, artist }),
        pulse: body.pulse.pair(["label", "text"]).map(|[label, text]| Pulse { label, text }),
    };
    let answer = ctx.ask(PrismClient::new(ctx.social()).edit_facet(message)).await?;
    ok(&EditedFacet { ok: true, item: FacetObject::of(answer.facet.ok_or_else(Refused::server_error)?) })
}
