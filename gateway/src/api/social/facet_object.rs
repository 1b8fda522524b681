//! The facet object: a person's face in one Side, one serializer for every surface.

use platform::{Side, side, timestamp};
use proto::social::v1::Facet;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::common;

/// A person's face in one Side. Null where there is nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = Facet)]
#[serde(rename_all = "camelCase")]
pub struct FacetObject {
    #[schema(required)]
    side: Option<common::Side>,
    display_name: String,
    headline: String,
    bio: String,
    #[schema(required)]
    location: Option<String>,
    #[schema(required)]
    website: Option<String>,
    #[schema(required)]
    cover_image: Option<String>,
    /// The owner's alone.
    #[schema(required)]
    avatar_media_key: Option<String>,
    #[schema(required)]
    avatar_image: Option<String>,
    public_rosters_hidden: bool,
    #[schema(required)]
    anthem: Option<Anthem>,
    #[schema(required)]
    pulse: Option<Pulse>,
    /// Null: never edited.
    #[schema(required)]
    updated_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Anthem {
    title: String,
    artist: String,
}

#[derive(Serialize, ToSchema)]
struct Pulse {
    label: String,
    text: String,
}

impl FacetObject {
    pub fn of(facet: Facet) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let side = side::from_proto(facet.side());
        let anthem = facet.anthem.unwrap_or_default();
        let pulse = facet.pulse.unwrap_or_default();
        Self {
            side: side.map(common::Side::from),
            display_name: facet.display_name,
            headline: facet.headline,
            bio: facet.bio,
            location: some(facet.location),
            website: some(facet.website),
            cover_image: some(facet.cover_url),
            avatar_media_key: None,
            avatar_image: some(facet.avatar_url),
            public_rosters_hidden: facet.rosters_hidden && side == Some(Side::Public),
            anthem: (!anthem.title.is_empty() || !anthem.artist.is_empty())
                .then_some(Anthem { title: anthem.title, artist: anthem.artist }),
            pulse: (!pulse.label.is_empty() || !pulse.text.is_empty())
                .then_some(Pulse { label: pulse.label, text: pulse.text }),
            updated_at: facet.updated_at.and_then(timestamp::try_from_proto).map(timestamp::iso),
        }
    }
}
