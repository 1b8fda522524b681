//! One file a gRPC service: protobuf to domain and back; no rule, no SQL.

mod access_requests;
mod account;
mod account_left;
mod circles;
mod copies;
mod echoes;
mod feed;
mod follows;
mod hidden_posts;
mod invite_links;
mod invites;
mod likes;
mod placements;
mod posts;
mod prism;
mod profiles;
mod relations;
mod replies;
mod search;
mod slate;
mod targets;

use crate::Service;

pub struct Placements(pub Service);
pub struct Posts(pub Service);
pub struct Echoes(pub Service);
pub struct Feed(pub Service);
pub struct Replies(pub Service);
pub struct Likes(pub Service);
pub struct HiddenPosts(pub Service);
pub struct Copies(pub Service);
pub struct Follows(pub Service);
pub struct AccessRequests(pub Service);
pub struct Invites(pub Service);
pub struct InviteLinks(pub Service);
pub struct Prism(pub Service);
pub struct Profiles(pub Service);
pub struct Circles(pub Service);
pub struct Relations(pub Service);
pub struct Search(pub Service);
pub struct Slate(pub Service);
pub struct Targets(pub Service);
pub struct Account(pub Service);
