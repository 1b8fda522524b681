//! The job that lets inbox forget posts that are gone.

use platform::{Error, PostId, jobs::Job};
use proto::inbox::v1::ApplyRequest;
use serde::{Deserialize, Serialize};

use crate::Service;

#[derive(Debug, Serialize, Deserialize)]
pub struct Forget {
    posts: Vec<String>,
}

impl Forget {
    pub(super) fn of(posts: &[PostId]) -> Self {
        Self { posts: posts.iter().map(ToString::to_string).collect() }
    }
}

impl Job for Forget {
    const TASK: &'static str = "social.notice.forget";
    type State = Service;

    async fn run(self, service: Service) -> Result<(), Error> {
        service.inbox().apply(ApplyRequest { entries: Vec::new(), forgotten_posts: self.posts }).await?;
        Ok(())
    }
}
