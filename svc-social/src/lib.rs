//! Social: who shows whom which Side, what people post in their Sides, and the feed that is read from both.

mod facet;
mod feed;
mod person;
mod placement;
mod post;
mod quota;
mod refused;
mod relation;
mod rpc;
pub mod settings;

use std::sync::Arc;

use platform::{
    Ambient, Role,
    cursor::Cursors,
    grpc::{Channel, Routes},
    jobs::Worker,
    pg::{Db, ServiceSchema},
};
use proto::{
    auth::v1::directory_client::DirectoryClient,
    social::v1::{
        copies_server::CopiesServer, feed_server::FeedServer, placements_server::PlacementsServer,
        posts_server::PostsServer,
    },
};

pub use self::settings::Settings;

/// What the service is built from.
pub struct Deps {
    /// The schema `social`, in its own role.
    pub db: Db,
    pub ambient: Ambient,
    pub settings: Settings,
    /// Seals the places where pages of the feed end.
    pub cursors: Cursors,
    /// To auth, for `Directory`.
    pub directory: Channel,
}

/// The whole service. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    deps: Arc<Deps>,
}

/// The migrations of this service.
pub fn schema() -> ServiceSchema {
    ServiceSchema::new(Role::Social, sqlx::migrate!())
}

impl Service {
    pub fn new(deps: Deps) -> Self {
        Self { deps: Arc::new(deps) }
    }

    /// The gRPC services; access, health, reflection and status are put around them by the platform.
    pub fn routes(&self) -> Routes {
        Routes::new(PlacementsServer::new(rpc::Placements(self.clone())))
            .add_service(PostsServer::new(rpc::Posts(self.clone())))
            .add_service(FeedServer::new(rpc::Feed(self.clone())))
            .add_service(CopiesServer::new(rpc::Copies(self.clone())))
    }

    /// Runs this service's jobs.
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(Role::Social, self.clone()).schedule::<quota::Purge>().schedule::<post::PurgeKeys>()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.deps.db
    }

    pub(crate) fn ambient(&self) -> &Ambient {
        &self.deps.ambient
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.deps.settings
    }

    pub(crate) fn cursors(&self) -> &Cursors {
        &self.deps.cursors
    }

    pub(crate) fn directory(&self) -> DirectoryClient<Channel> {
        DirectoryClient::new(self.deps.directory.clone())
    }
}
