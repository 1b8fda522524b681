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

/// Pairs that one transaction locks one by one. Locks of all transactions share one table, of 6,400 places by the
/// server's defaults: more than these, and the account's pairs are locked as one.
const ONE_BY_ONE: usize = 32;

/// What a lock is of, and whether it is held exclusively.
type Lock = (i64, bool);

/// Waits for every writer that came first, and keeps later ones waiting until the transaction ends: those who hold the
/// pair, and those who hold all pairs of one of the two.
///
/// # Errors
/// The database's.
pub async fn pair_exclusive(conn: &mut Conn, service: Role, a: AccountId, b: AccountId) -> Result<(), sqlx::Error> {
    let mut wholes = [(whole(service, a), false), (whole(service, b), false)];
    wholes.sort_unstable();
    many(conn, wholes.into_iter().chain([(key(service, a, b), true)])).await
}

/// A pair lock with each of these people, in one statement; none is no error. Of many people it is one lock, against
/// the blocks of all pairs of this account. Whoever calls it twice names few.
///
/// # Errors
/// The database's.
pub async fn pairs_shared(
    conn: &mut Conn,
    service: Role,
    account: AccountId,
    others: &[AccountId],
) -> Result<(), sqlx::Error> {
    many(conn, pair_locks(service, account, others)).await
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
    many(conn, [(own, true)].into_iter().chain(pair_locks(service, account, others))).await
}

/// The account's lock for one thing that is counted, exclusively, whatever it belongs to: the transaction's last lock,
/// after which nothing is waited for. The count comes in a later statement.
///
/// # Errors
/// The database's.
pub async fn counted(conn: &mut Conn, service: Role, account: AccountId, what: &str) -> Result<(), sqlx::Error> {
    many(conn, [(hashed(&format!("{service}/{what}/{}", account.0)), true)]).await
}

/// In their order.
async fn many(conn: &mut Conn, locks: impl IntoIterator<Item = Lock>) -> Result<(), sqlx::Error> {
    let (keys, exclusive): (Vec<i64>, Vec<bool>) = locks.into_iter().unzip();
    let lock = sqlx::query(
        "/* pair.lock.many */ select case when exclusive then pg_advisory_xact_lock(key)
                                          else pg_advisory_xact_lock_shared(key) end
         from unnest($1::bigint[], $2::boolean[]) with ordinality l (key, exclusive, n) order by n",
    );
    conn.execute(lock.bind(keys).bind(exclusive)).await.map(|_| ())
}

/// Sorted, so that two who take many wait for each other in one direction only. What stands for all pairs of an account
/// is held exclusively, since blocks hold it shared: they wait for such a writer, and not for one another.
fn pair_locks(service: Role, account: AccountId, others: &[AccountId]) -> Vec<Lock> {
    let mut keys: Vec<i64> = others.iter().map(|other| key(service, account, *other)).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() > ONE_BY_ONE {
        return vec![(whole(service, account), true)];
    }
    keys.into_iter().map(|key| (key, false)).collect()
}

/// The unordered pair, hashed with the service's name: services that share a database do not share locks.
fn key(service: Role, a: AccountId, b: AccountId) -> i64 {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    hashed(&format!("{service}/pair/{}/{}", low.0, high.0))
}

/// All pairs that this account is one of.
fn whole(service: Role, account: AccountId) -> i64 {
    hashed(&format!("{service}/pairs/{}", account.0))
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
        let locks = pair_locks(Role::Social, AccountId(1), &others);
        assert!(locks.len() == 3 && locks.is_sorted());
        assert!(locks.contains(&(key(Role::Social, AccountId(2), AccountId(1)), false)));
    }

    #[test]
    fn of_more_than_a_few_it_is_one() {
        let locks = |many: i64| {
            let others: Vec<AccountId> = (2..2 + many).map(AccountId).collect();
            pair_locks(Role::Social, AccountId(1), &others)
        };
        assert_eq!(locks(32).len(), 32);
        assert_eq!(locks(33), [(whole(Role::Social, AccountId(1)), true)]);
    }
}
