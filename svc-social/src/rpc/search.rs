//! `siddes.social.v1.Search`.

use platform::{Side, identity, side};
use proto::social::v1::{self as pb, search_server::Search};
use tonic::{Request, Response, Status};

use crate::search::{FoundPerson, PostSearch};

#[tonic::async_trait]
impl Search for super::Search {
    async fn posts(
        &self,
        request: Request<pb::SearchPostsRequest>,
    ) -> Result<Response<pb::SearchPostsResponse>, Status> {
        let asked = request.get_ref();
        let search = PostSearch {
            text: &asked.text,
            side: side::from_proto(asked.side()).unwrap_or(Side::Public),
            limit: asked.limit,
            topic: &asked.topic,
            tag: &asked.tag,
            set_id: &asked.set_id,
        };
        let found = self.0.search_posts(identity::optional_viewer(&request), search).await?;
        let filters = found.filters.map(|filters| pb::SearchFilters {
            topic: filters.topic,
            tag: filters.tag,
            set_id: filters.set_id,
        });
        Ok(Response::new(pb::SearchPostsResponse {
            restricted: found.restricted,
            text: found.text,
            filters,
            posts: found.posts.into_iter().map(pb::Post::from).collect(),
        }))
    }

    async fn people(
        &self,
        request: Request<pb::SearchPeopleRequest>,
    ) -> Result<Response<pb::SearchPeopleResponse>, Status> {
        let asked = request.get_ref();
        let found = self.0.search_people(identity::optional_viewer(&request), &asked.text, asked.limit).await?;
        Ok(Response::new(pb::SearchPeopleResponse {
            restricted: found.restricted,
            text: found.text,
            people: found.people.into_iter().map(pb::FoundPerson::from).collect(),
        }))
    }

    async fn posts_of(&self, request: Request<pb::PostsOfRequest>) -> Result<Response<pb::PostsOfResponse>, Status> {
        let asked = request.get_ref();
        let viewer = identity::optional_viewer(&request);
        let found = self.0.public_posts(viewer, &asked.username, &asked.tag, asked.limit).await?;
        let Some(found) = found else {
            return Ok(Response::new(pb::PostsOfResponse { restricted: true, ..pb::PostsOfResponse::default() }));
        };
        Ok(Response::new(pb::PostsOfResponse {
            restricted: false,
            username: found.username,
            posts: found.posts.into_iter().map(pb::Post::from).collect(),
        }))
    }
}

impl From<FoundPerson> for pb::FoundPerson {
    fn from(person: FoundPerson) -> Self {
        Self { id: person.id, username: person.username, staff: person.staff }
    }
}
