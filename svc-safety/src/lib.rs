//! Safety: who keeps whom away. It owns blocks and mutes; those who must obey them hold copies, written before the 200.

mod account;
mod block;
mod entry;
mod mute;
mod person;
mod refused;
mod rpc;
mod target;

use std::sync::Arc;

use platform::{
    Ambient, Role,
    grpc::{Channel, Routes},
    jobs::Worker,
    pg::{Db, ServiceSchema},
};
use proto::{
    auth::v1::directory_client::DirectoryClient,
    inbox::v1::copies_client::CopiesClient as InboxCopies,
    safety::v1::{
        account_server::AccountServer, blocks_server::BlocksServer, copies_server::CopiesServer,
        mutes_server::MutesServer,
    },
    social::v1::copies_client::CopiesClient as SocialCopies,
};

/// What the service is built from.
pub struct Deps {
    /// The schema `safety`, in its own role.
    pub db: Db,
    pub ambient: Ambient,
    /// To auth, for `Directory`.
    pub directory: Channel,
    /// To social, for `Copies`.
    pub social: Channel,
    /// To inbox, for `Copies`.
    pub inbox: Channel,
}

/// The whole service. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    deps: Arc<Deps>,
}

/// The migrations of this service.
pub fn schema() -> ServiceSchema {
    ServiceSchema::new(Role::Safety, sqlx::migrate!())
}

impl Service {
    pub fn new(deps: Deps) -> Self {
        Self { deps: Arc::new(deps) }
    }

    /// The gRPC services; access, health, reflection and status are put around them by the platform.
    pub fn routes(&self) -> Routes {
        Routes::new(BlocksServer::new(rpc::Blocks(self.clone())))
            .add_service(MutesServer::new(rpc::Mutes(self.clone())))
            .add_service(CopiesServer::new(rpc::Copies(self.clone())))
            .add_service(AccountServer::new(rpc::Account(self.clone())))
    }

    /// Runs this service's jobs.
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(Role::Safety, self.clone()).handle::<block::Apply>().handle::<mute::Apply>()
    }

    fn db(&self) -> &Db {
        &self.deps.db
    }

    fn ambient(&self) -> &Ambient {
        &self.deps.ambient
    }

    fn directory(&self) -> DirectoryClient<Channel> {
        DirectoryClient::new(self.deps.directory.clone())
    }

    fn social(&self) -> SocialCopies<Channel> {
        SocialCopies::new(self.deps.social.clone())
    }

    fn inbox(&self) -> InboxCopies<Channel> {
        InboxCopies::new(self.deps.inbox.clone())
    }
}
