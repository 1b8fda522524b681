//! Limits that would stop everybody at once, since all of the web client comes from one address.

use super::{
    finding::{Finding, warning},
    seen::Seen,
};

const A_MINUTE: f64 = 600.0;
const SIGNING_IN_AN_HOUR: f64 = 300.0;

pub fn look(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    for scope in gateway::SCOPES.iter().filter(|scope| !scope.anonymous.is_empty()) {
        let rates = seen.settings.gateway.rates.of(scope.name, false);
        let low = rates.iter().any(|rate| {
            let a_second = f64::from(rate.hits) / rate.period.as_secs_f64();
            let signing_in = scope.name.starts_with("auth_");
            if signing_in { a_second * 3_600.0 < SIGNING_IN_AN_HOUR } else { a_second * 60.0 < A_MINUTE }
        });
        if low {
            let name = format!("SIDDES_THROTTLE_{}_ANON", scope.name.to_uppercase());
            let least = if scope.name.starts_with("auth_") { "300/hour" } else { "600/min" };
            let sentence = format!("{name} holds for all people of the web client together: at least {least}");
            findings.push(warning("ANON_LIMITS_LOW", sentence));
        }
    }
    findings
}
