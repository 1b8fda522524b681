//! Social: who shows whom which Side, what people post in their Sides, and the feed that is read from both.

mod access_request;
mod account;
mod circle;
mod echo;
mod facet;
mod feed;
mod follow;
mod hidden_post;
mod invite;
mod invite_link;
mod like;
mod mention;
mod notice;
mod person;
mod placement;
mod post;
mod profile;
mod question;
mod quota;
mod refused;
mod relation;
mod reply;
mod report;
mod rpc;
mod search;
pub mod settings;
mod slate;
mod tally;
mod trust;

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
    inbox::v1::notifications_client::NotificationsClient,
    social::v1::{
        access_requests_server::AccessRequestsServer, account_server::AccountServer, circles_server::CirclesServer,
        copies_server::CopiesServer, echoes_server::EchoesServer, feed_server::FeedServer,
        follows_server::FollowsServer, hidden_posts_server::HiddenPostsServer, invite_links_server::InviteLinksServer,
        invites_server::InvitesServer, likes_server::LikesServer, placements_server::PlacementsServer,
        posts_server::PostsServer, prism_server::PrismServer, profiles_server::ProfilesServer,
        relations_server::RelationsServer, replies_server::RepliesServer, search_server::SearchServer,
        slate_server::SlateServer, targets_server::TargetsServer,
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
    /// To inbox, for `Notifications`.
    pub inbox: Channel,
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
            .add_service(EchoesServer::new(rpc::Echoes(self.clone())))
            .add_service(FeedServer::new(rpc::Feed(self.clone())))
            .add_service(RepliesServer::new(rpc::Replies(self.clone())))
            .add_service(LikesServer::new(rpc::Likes(self.clone())))
            .add_service(HiddenPostsServer::new(rpc::HiddenPosts(self.clone())))
            .add_service(FollowsServer::new(rpc::Follows(self.clone())))
            .add_service(AccessRequestsServer::new(rpc::AccessRequests(self.clone())))
            .add_service(InvitesServer::new(rpc::Invites(self.clone())))
            .add_service(InviteLinksServer::new(rpc::InviteLinks(self.clone())))
            .add_service(PrismServer::new(rpc::Prism(self.clone())))
            .add_service(ProfilesServer::new(rpc::Profiles(self.clone())))
            .add_service(CirclesServer::new(rpc::Circles(self.clone())))
            .add_service(CopiesServer::new(rpc::Copies(self.clone())))
            .add_service(RelationsServer::new(rpc::Relations(self.clone())))
            .add_service(SearchServer::new(rpc::Search(self.clone())))
            .add_service(SlateServer::new(rpc::Slate(self.clone())))
            .add_service(TargetsServer::new(rpc::Targets(self.clone())))
            .add_service(AccountServer::new(rpc::Account(self.clone())))
    }

    /// Runs this service's jobs.
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(Role::Social, self.clone())
            .handle::<notice::Tell>()
            .handle::<notice::Forget>()
            .handle::<follow::Recount>()
            .handle::<tally::Correct>()
            .schedule::<invite::Expire>()
            .schedule::<invite::Purge>()
            .schedule::<invite_link::Purge>()
            .schedule::<quota::Purge>()
            .schedule::<post::PurgeKeys>()
            .schedule::<reply::PurgeKeys>()
            .schedule::<circle::Trim>()
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

    pub(crate) fn inbox(&self) -> NotificationsClient<Channel> {
        NotificationsClient::new(self.deps.inbox.clone())
    }
}
