//! `siddes.social.v1.Prism`.

use platform::{identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, prism_server::Prism},
};
use tonic::{Request, Response, Status};

use crate::facet::{Facet, FacetEdit};

#[tonic::async_trait]
impl Prism for super::Prism {
    async fn get_prism(&self, request: Request<pb::GetPrismRequest>) -> Result<Response<pb::GetPrismResponse>, Status> {
        let person = &identity::viewer(&request)?.person;
        let facets = self.0.prism(person).await?;
        Ok(Response::new(pb::GetPrismResponse {
            id: person.id.0,
            username: person.username.clone(),
            facets: facets.into_iter().map(pb::Facet::from).collect(),
        }))
    }

    async fn edit_facet(
        &self,
        request: Request<pb::EditFacetRequest>,
    ) -> Result<Response<pb::EditFacetResponse>, Status> {
        let viewer = identity::viewer(&request)?.clone();
        let pb::EditFacetRequest {
            side,
            display_name,
            headline,
            bio,
            location,
            website,
            cover_url,
            avatar_url,
            avatar_media_key,
            rosters_hidden,
            anthem,
            pulse,
        } = request.into_inner();
        let edit = FacetEdit {
            display_name,
            headline,
            bio,
            location,
            website,
            cover_url,
            avatar_url,
            avatar_media_key,
            rosters_hidden,
            anthem: anthem.map(|anthem| (anthem.title, anthem.artist)),
            pulse: pulse.map(|pulse| (pulse.label, pulse.text)),
        };
        let facet = self.0.edit_facet(&viewer, &side, edit).await?;
        Ok(Response::new(pb::EditFacetResponse { facet: Some(facet.into()) }))
    }
}

impl From<Facet> for pb::Facet {
    fn from(facet: Facet) -> Self {
        let (title, artist) = facet.anthem;
        let (label, text) = facet.pulse;
        Self {
            side: common::Side::from(facet.side).into(),
            display_name: facet.display_name,
            headline: facet.headline,
            bio: facet.bio,
            location: facet.location,
            website: facet.website,
            cover_url: facet.cover_url,
            avatar_url: facet.avatar_url,
            rosters_hidden: facet.rosters_hidden,
            anthem: Some(pb::Anthem { title, artist }),
            pulse: Some(pb::Pulse { label, text }),
            updated_at: facet.updated_at.map(timestamp::to_proto),
        }
    }
}
