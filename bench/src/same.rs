//! The hand-written handler must answer what ours answers, or it is no measure.

use std::net::SocketAddr;

use anyhow::bail;
use serde_json::Value;

use crate::{client::Client, dataset::PEOPLE, system::System};

/// Compares feeds of some people, first pages and later ones.
pub async fn check(ours: &System, by_hand: SocketAddr) -> anyhow::Result<()> {
    let (mut ours, mut by_hand) = (Client::connect(ours.address).await?, Client::connect(by_hand).await?);
    for person in [1, 500, PEOPLE, PEOPLE + 1] {
        for side in ["public", "friends"] {
            let mut cursor = String::new();
            for _ in 0..2 {
                let path = format!("/api/feed?side={side}&limit=20&cursor={cursor}");
                let mine = timeless(ours.json(&path, Some(person)).await?);
                let theirs = timeless(by_hand.json(&path, Some(person)).await?);
                if mine != theirs {
                    bail!("{path} of person {person}:\nours     {mine}\nby hand  {theirs}");
                }
                mine["nextCursor"].as_str().unwrap_or_default().clone_into(&mut cursor);
            }
        }
    }
    Ok(())
}

/// Without what depends on when it was asked.
fn timeless(mut page: Value) -> Value {
    page["serverTs"] = Value::Null;
    for item in page["items"].as_array_mut().into_iter().flatten() {
        item["time"] = Value::Null;
    }
    page
}
