//! Pair locks: a write between two people holds their pair shared, a block holds it exclusively. An account's own locks
//! order what it does alone.

use sha2::{Digest, Sha256};
use sqlx::Executor;

use super::conn::Conn;
use crate::{ids::AccountId, role::Role};

/// The pair's key, for a statement that takes the lock itself, shared, before anything else: it is held until the
/// transaction ends, and many writers may hold it together.
pub fn pair(service: Role, a: AccountId, b: AccountId) -> i64 {
    key(service, a, b)
}

/// Waits for every writer that came first, and keeps later ones waiting until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn pair_exclusive(conn: &mut Conn, service: Role, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    let lock = sqlx::query("/* pair.lock.exclusive */ select pg_advisory_xact_lock($1)");
    conn.execute(lock.bind(key(service, a, b))).await.map(|_| ())
}

/// A pair lock with each of these people, shared, in one statement; none is no error.
///
/// # Errors
/// The database's.
pub async fn pairs_shared(
    conn: &mut Conn,
    service: Role,
    account: AccountId,
    others: &[AccountId],
) -> Result<(), sqlx::Error> {
    many(conn, pair_keys(service, account, others), false).await
}

/// As [`pairs_shared`], and before it the account's own lock, exclusively: what it may make so many of, it makes one at
/// a time.
///
/// # Errors
/// The database's.
pub async fn own_and_pairs(
    conn: &mut Conn,
    service: Role,
    account: AccountId,
    others: &[AccountId],
) -> Result<(), sqlx::Error> {
    let own = hashed(&format!("{service}/own/{}", account.0));
    let keys = [own].into_iter().chain(pair_keys(service, account, others)).collect();
    many(conn, keys, true).await
}

/// The account's lock for one thing that is counted, exclusively, whatever it belongs to: the transaction's last lock,
/// after which nothing is waited for. The count comes in a later statement.
///
/// # Errors
/// The database's.
pub async fn counted(conn: &mut Conn, service: Role, account: AccountId, what: &str) -> Result<(), sqlx::Error> {
    many(conn, vec![hashed(&format!("{service}/{what}/{}", account.0))], true).await
}

/// In their order; the first one exclusively if it is the account's own.
async fn many(conn: &mut Conn, keys: Vec<i64>, first_is_own: bool) -> Result<(), sqlx::Error> {
    let own: Vec<bool> = (0..keys.len()).map(|place| first_is_own && place == 0).collect();
    let lock = sqlx::query(
        "/* pair.lock.many */ select case when own then pg_advisory_xact_lock(key)
                                          else pg_advisory_xact_lock_shared(key) end
         from unnest($1::bigint[], $2::boolean[]) with ordinality l (key, own, n) order by n",
    );
    conn.execute(lock.bind(keys).bind(own)).await.map(|_| ())
}

/// Sorted, so that two who take many wait for each other in one direction only.
fn pair_keys(service: Role, account: AccountId, others: &[AccountId]) -> Vec<i64> {
    let mut keys: Vec<i64> = others.iter().map(|other| key(service, account, *other)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The unordered pair, hashed with the service's name: services that share a database do not share locks.
fn key(service: Role, a: AccountId, b: AccountId) -> i64 {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    hashed(&format!("{service}/pair/{}/{}", low.0, high.0))
}

fn hashed(name: &str) -> i64 {
    let digest = Sha256::digest(name);
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

    #[test]
    fn many_pairs_are_taken_in_one_order_and_each_once() {
        let others = [AccountId(4), AccountId(2), AccountId(4), AccountId(3)];
        let keys = pair_keys(Role::Social, AccountId(1), &others);
        assert!(keys.len() == 3 && keys.is_sorted());
        assert!(keys.contains(&key(Role::Social, AccountId(2), AccountId(1))));
    }
}
