//! Inbox: what people are told of what others did. Social says what happened; whether it is shown is decided when it is
//! read: by copies of who is there and who keeps whom away, and by social, which knows who may see a post.

mod account;
mod notification;
mod person;
mod refused;
mod relation;
mod rpc;

use std::sync::Arc;

use platform::{
    Ambient, Role,
    grpc::{Channel, Routes},
    jobs::Worker,
    pg::{Db, ServiceSchema},
};
use proto::{
    inbox::v1::{
        account_server::AccountServer, copies_server::CopiesServer, notifications_server::NotificationsServer,
    },
    social::v1::posts_client::PostsClient,
};

/// What the service is built from.
pub struct Deps {
    /// The schema `inbox`, in its own role.
    pub db: Db,
    pub ambient: Ambient,
    /// To social, for `Posts`.
    pub social: Channel,
}

/// The whole service. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    deps: Arc<Deps>,
}

/// The migrations of this service.
pub fn schema() -> ServiceSchema {
    ServiceSchema::new(Role::Inbox, sqlx::migrate!())
}

impl Service {
    pub fn new(deps: Deps) -> Self {
        Self { deps: Arc::new(deps) }
    }

    /// The gRPC services; access, health, reflection and status are put around them by the platform.
    pub fn routes(&self) -> Routes {
        Routes::new(NotificationsServer::new(rpc::Notifications(self.clone())))
            .add_service(CopiesServer::new(rpc::Copies(self.clone())))
            .add_service(AccountServer::new(rpc::Account(self.clone())))
    }

    /// Runs this service's jobs.
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(Role::Inbox, self.clone()).schedule::<notification::Purge>()
    }

    fn db(&self) -> &Db {
        &self.deps.db
    }

    fn ambient(&self) -> &Ambient {
        &self.deps.ambient
    }

    fn posts(&self) -> PostsClient<Channel> {
        PostsClient::new(self.deps.social.clone())
    }
}
