//! What inbox knows of an account: what he is told.

use platform::{
    AccountId, Error,
    timestamp::{from_proto, iso},
};
use proto::{
    common::v1::Side,
    inbox::v1::{ExportRequest, Kind, Notification, account_client::AccountClient},
};
use serde_json::{Value, json};

use super::room::{Room, Section};
use crate::Service;

/// # Errors
/// It does not answer.
pub async fn sections(service: &Service, account: AccountId, room: &Room) -> Result<Vec<Section>, Error> {
    let mut client = AccountClient::new(service.inbox());
    let mut notifications = Section::new("notifications");
    let mut after = String::new();
    loop {
        let page = client.export(ExportRequest { account: account.0, after }).await?.into_inner();
        after = page.next;
        if !notifications.add(page.notifications.iter().map(row), room) || after.is_empty() {
            return Ok(vec![notifications]);
        }
    }
}

fn row(notification: &Notification) -> Value {
    let kind = match notification.kind() {
        Kind::Unspecified => None,
        Kind::Reply => Some("reply"),
        Kind::Like => Some("like"),
        Kind::Mention => Some("mention"),
        Kind::Echo => Some("echo"),
    };
    let side = Side::try_from(notification.side).ok().and_then(platform::side::from_proto);
    json!({
        "id": notification.id,
        "side": side.map(platform::Side::as_str),
        "type": kind,
        "actor": format!("@{}", notification.actor),
        "postId": notification.post,
        "glimpse": notification.glimpse,
        "at": iso(from_proto(notification.at)),
        "read": notification.read,
    })
}
