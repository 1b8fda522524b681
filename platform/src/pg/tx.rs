//! One transaction a change. Dropped without commit, it is rolled back.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use super::{conn::Conn, db::Db};

const ROLLBACK: Duration = Duration::from_secs(1);

/// A transaction at READ COMMITTED. Store functions take it as `&mut Conn`.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    open: bool,
    db: Db,
}

impl Tx {
    pub(super) async fn begin(mut conn: Conn, db: Db) -> Result<Self, sqlx::Error> {
        conn.control("begin").await?;
        Ok(Self { conn, open: true, db })
    }

    /// Where it came from, for what must be committed beside it. The other may not wait for what this one holds: the
    /// database would not see that.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// # Errors
    /// The database's; whether the change was made is then unknown, which is what client keys are for.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.open = false;
        self.conn.control("commit").await
    }

    /// Ends the transaction without a trace, before something that must not hold a connection.
    ///
    /// # Errors
    /// The database's.
    pub async fn rollback(mut self) -> Result<(), sqlx::Error> {
        self.open = false;
        self.conn.control("rollback").await
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let mut conn = self.conn.take();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // Given up in the middle, the connection is thrown away, and the server rolls back by itself.
                let _late = tokio::time::timeout(ROLLBACK, conn.control("rollback")).await;
            });
        }
    }
}
