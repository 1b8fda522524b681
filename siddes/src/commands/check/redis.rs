//! Redis: needed for one count of all gateways, and otherwise not.

use platform::redis::Redis;

use super::{
    finding::{Finding, error, warning},
    seen::Seen,
};

pub async fn look(seen: &Seen, replicas: u32) -> Vec<Finding> {
    let Some(redis) = &seen.settings.redis else {
        let told = seen.problems.iter().any(|problem| problem.name == "REDIS_URL");
        let sentence = "REDIS_URL is unset: each gateway counts limits for itself, so that they allow a multiple";
        return if replicas > 1 && !told { vec![warning("REDIS_MISSING", sentence)] } else { Vec::new() };
    };
    match Redis::start(redis).await {
        Ok(_) => Vec::new(),
        Err(away) => vec![error("REDIS_DOWN", format!("Redis {away}: check REDIS_URL"))],
    }
}
