//! One password, one hash: argon2id in PHC form, and what an attempt to sign in costs.

use argon2::{
    Algorithm, Argon2, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash::phc::Error as BadPhc,
};

use super::pbkdf2::{self, OldHash};

/// How passwords are hashed, and how much of it is done at once.
#[derive(Clone, Debug)]
pub struct HashParams {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// Threads (`SIDDES_AUTH_HASH_CONCURRENCY`).
    pub threads: usize,
    /// Passwords that may wait; one more is a 503.
    pub queue: usize,
    /// PBKDF2 iterations that a failed sign-in costs while imported hashes exist.
    pub old_iterations: u32,
}

impl HashParams {
    /// What the contract asks for: argon2id, 19 MiB, 2 passes, 1 lane; 64 may wait.
    pub const fn new(threads: usize) -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1, threads, queue: 64, old_iterations: 1_000_000 }
    }

    /// For tests, where a hash proves nothing: the least that argon2 takes.
    pub const fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1, lanes: 1, threads: 2, queue: 64, old_iterations: 1 }
    }

    fn argon2(&self) -> argon2::Params {
        // The library's default is the contract's; what it refuses is never replaced by anything weaker.
        argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).unwrap_or_default()
    }

    /// The PHC text of a password. `None` without memory for it.
    pub(super) fn hash(&self, password: &str, salt: [u8; 16]) -> Option<String> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.argon2());
        let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt).ok()?;
        Some(hash.to_string())
    }

    /// Whether a stored hash is to be replaced once its password is at hand.
    pub(super) fn outdated(&self, stored: &str) -> bool {
        let parsed: Result<PasswordHash, BadPhc> = PasswordHash::new(stored);
        let Ok(hash) = parsed else { return true };
        let Ok(params) = argon2::Params::try_from(&hash) else { return true };
        let wanted = self.argon2();
        hash.algorithm != argon2::ARGON2ID_IDENT
            || hash.version != Some(Version::V0x13.into())
            || params.m_cost() < wanted.m_cost()
            || params.t_cost() < wanted.t_cost()
            || params.p_cost() != wanted.p_cost()
    }
}

/// Compares a password with what is stored, at one price for everything that fails.
pub(super) struct Check<'a> {
    pub params: &'a HashParams,
    /// Argon2id of nobody's password, with the current parameters.
    pub dummy: &'a str,
    /// Imported hashes exist: then each failure costs one hash of either kind, whatever was stored.
    pub old_hashes: bool,
}

impl Check<'_> {
    /// Nothing stored costs as much as something that does not match.
    pub fn matches(&self, stored: Option<&str>, password: &str) -> bool {
        if let Some(old) = stored.and_then(OldHash::parse) {
            let matches = old.matches(password);
            if !matches {
                verify(self.dummy, password);
            }
            return matches;
        }
        // A text that is no hash ("!…" = no password) is compared with the dummy, whose password nobody has.
        let known = stored.filter(|stored| PasswordHash::new(stored).is_ok());
        let matches = verify(known.unwrap_or(self.dummy), password) && known.is_some();
        if !matches && self.old_hashes {
            pbkdf2::derive(password, b"of nobody's password", self.params.old_iterations);
        }
        matches
    }
}

fn verify(phc: &str, password: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "pbkdf2_sha256$80000$NaCl$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=";

    #[test]
    fn the_contracts_parameters_are_in_the_text() {
        let text = HashParams::new(1).hash("tall-Lantern9", [7; 16]).expect("hash");
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        assert!(!HashParams::new(1).outdated(&text));
    }

    #[test]
    fn old_and_weaker_hashes_are_outdated() {
        let weak = HashParams::cheap().hash("tall-Lantern9", [7; 16]).expect("hash");
        assert!(HashParams::new(1).outdated(&weak));
        assert!(!HashParams::cheap().outdated(&weak));
        assert!(HashParams::cheap().outdated(OLD));
    }

    #[test]
    fn each_kind_matches_its_password_only() {
        let params = HashParams::cheap();
        let dummy = params.hash("dummy", [1; 16]).expect("hash");
        let new = params.hash("tall-Lantern9", [7; 16]).expect("hash");
        for old_hashes in [false, true] {
            let check = Check { params: &params, dummy: &dummy, old_hashes };
            assert!(check.matches(Some(&new), "tall-Lantern9"));
            assert!(!check.matches(Some(&new), "tall-lantern9"));
            assert!(check.matches(Some(OLD), "Password"));
            assert!(!check.matches(Some(OLD), "password"));
            for nothing in [None, Some("!"), Some(""), Some("md5$a$b")] {
                assert!(!check.matches(nothing, "dummy"), "{nothing:?}");
            }
        }
    }
}
