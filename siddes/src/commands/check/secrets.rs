//! Secrets that are no secrets.

use secrecy::ExposeSecret;

use super::{
    finding::{Finding, error},
    seen::Seen,
};

const PEPPERS: [&str; 2] = ["SIDDES_CONTACTS_PEPPER", "SIDDES_CONTACTS_PEPPER_PREVIOUS"];
const EVERYBODYS_PEPPER: &str = "dev_pepper_change_me";

pub fn look(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    let text = |index: usize| seen.secrets.get(index).map(|(_, secret)| secret.expose_secret()).unwrap_or_default();
    for (index, (name, _)) in seen.secrets.iter().enumerate() {
        // Strong by its length alone: it may have to stay what it was.
        let weak = text(index) == EVERYBODYS_PEPPER || text(index).chars().count() < 32;
        if PEPPERS.contains(name) && weak {
            findings.push(error("CONTACTS_PEPPER_WEAK", format!("{name} has at least 32 characters of your own")));
        }
        for (other_index, (other, _)) in seen.secrets.iter().enumerate().skip(index + 1) {
            if text(index) == text(other_index) {
                let pepper = *name == "DJANGO_SECRET_KEY" && PEPPERS.contains(other);
                let code = if pepper { "PEPPER_EQUALS_SECRET" } else { "SECRETS_EQUAL" };
                findings.push(error(code, format!("{name} and {other} are the same: give each a value of its own")));
            }
        }
    }
    findings
}
