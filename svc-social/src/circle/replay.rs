//! Client keys of circles: a repeated creation answers as the first did, and makes nothing.

use std::collections::HashMap;

use platform::{AccountId, Error, identity::Viewer};
use time::OffsetDateTime;

use super::{
    Circle, Color,
    store::{self, First},
};
use crate::{
    Service,
    facet::display_name,
    post::{ClientKey, Reader},
    refused::Refused,
};

impl Service {
    /// What these keys made before, by key.
    pub(super) async fn first_circles(
        &self,
        owner: AccountId,
        keys: &[Option<ClientKey<'_>>],
        now: OffsetDateTime,
    ) -> Result<HashMap<String, First>, Error> {
        let keys: Vec<ClientKey<'_>> = keys.iter().copied().flatten().collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let mut conn = self.db().conn().await?;
        let first = store::first_answers(&mut conn, owner, &keys, now).await?;
        if first.iter().any(|first| first.kind != store::KIND) {
            return Err(Refused::InvalidClientKey.into());
        }
        Ok(first.into_iter().map(|first| (first.key.clone(), first)).collect())
    }

    /// What was made before, as its owner sees it now; of what is deleted only the id, and nothing of what was in it.
    pub(super) async fn as_they_are(
        &self,
        viewer: &Viewer,
        known: HashMap<String, First>,
    ) -> Result<HashMap<String, Circle>, Error> {
        if known.is_empty() {
            return Ok(HashMap::new());
        }
        let owner = &viewer.person;
        let ids: Vec<String> = known.values().map(|first| first.id.clone()).collect();
        let mut conn = self.db().conn().await?;
        let rows =
            store::by_ids(&mut conn, owner.id, Reader::new(Some(viewer), self.ambient().clock.now()), &ids).await?;
        let gone = |first: First| Circle {
            id: first.id,
            side: first.side,
            label: String::new(),
            color: Color::of(first.side),
            members: Vec::new(),
            post_count: 0,
            is_owner: true,
            owner_username: owner.username.clone(),
            owner_name: display_name(None, first.side, &owner.full_name, &owner.username),
            created_at: first.created_at,
            updated_at: first.created_at,
        };
        let mut circles: HashMap<String, Circle> =
            known.into_values().map(|first| (first.id.clone(), gone(first))).collect();
        circles.extend(rows.into_iter().map(|row| row.seen_by(owner.id)).map(|circle| (circle.id.clone(), circle)));
        Ok(circles)
    }
}
