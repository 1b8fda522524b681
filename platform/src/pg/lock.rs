//! Pair locks: a write between two people holds their pair shared, a block holds it exclusively.

use sha2::{Digest, Sha256};
use sqlx::Executor;

use super::conn::Conn;
use crate::{ids::AccountId, role::Role};

/// Held until the transaction ends; many writers may hold it together.
///
/// # Errors
/// The database's.
pub async fn pair_shared(conn: &mut Conn, service: Role, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    let lock = sqlx::query("/* pair.lock.shared */ select pg_advisory_xact_lock_shared($1)");
    conn.execute(lock.bind(key(service, a, b))).await.map(|_| ())
}

/// Waits for every writer that came first, and keeps later ones waiting until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn pair_exclusive(conn: &mut Conn, service: Role, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    let lock = sqlx::query("/* pair.lock.exclusive */ select pg_advisory_xact_lock($1)");
    conn.execute(lock.bind(key(service, a, b))).await.map(|_| ())
}

/// The unordered pair, hashed with the service's name: services that share a database do not share locks.
fn key(service: Role, a: AccountId, b: AccountId) -> i64 {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    let digest = Sha256::digest(format!("{service}/pair/{}/{}", low.0, high.0));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_lock_in_either_order_and_one_a_service() {
        let (a, b) = (AccountId(1), AccountId(2));
        assert_eq!(key(Role::Social, a, b), key(Role::Social, b, a));
        assert_ne!(key(Role::Social, a, b), key(Role::Safety, a, b));
    }
}
