//! What auth itself knows of an account.

use platform::{AccountId, Error, timestamp};
use serde_json::json;
use time::OffsetDateTime;

use super::{
    room::{Room, Section},
    store::{self, Owner},
};
use crate::{Service, session};

/// The account, and its ways in, sessions, events and mails. `None`: there is no such account.
pub async fn sections(
    service: &Service,
    account: AccountId,
    room: &Room,
    now: OffsetDateTime,
) -> Result<Option<(Owner, Vec<Section>)>, Error> {
    let mut conn = service.db().conn().await?;
    let Some(owner) = store::owner(&mut conn, account).await? else { return Ok(None) };
    let mut identities = Section::new("identities");
    let rows = store::identities(&mut conn, account).await?;
    identities.add(
        rows.into_iter().map(
            |row| json!({ "provider": row.provider, "email": row.email, "linkedAt": timestamp::iso(row.linked_at) }),
        ),
        room,
    );
    let mut sessions = Section::new("sessions");
    let devices = session::live(&mut conn, account, now, now - service.settings().session_idle).await?;
    sessions.add(
        devices.into_iter().map(|device| {
            json!({
                "id": device.id,
                "createdAt": timestamp::iso(device.created_at),
                "lastSeenAt": timestamp::iso(device.last_seen_at),
                "ip": device.address,
                "userAgent": device.agent,
                "region": device.region,
            })
        }),
        room,
    );
    let mut events = Section::new("securityEvents");
    let rows = store::events(&mut conn, account).await?;
    events.add(
        rows.into_iter().map(|row| json!({ "kind": row.kind, "at": timestamp::iso(row.at), "region": row.region })),
        room,
    );
    let mut emails = Section::new("emails");
    let rows = store::mails(&mut conn, account).await?;
    emails.add(rows.into_iter().map(|row| json!({ "kind": row.kind, "at": timestamp::iso(row.at) })), room);
    Ok(Some((owner, vec![identities, sessions, events, emails])))
}
