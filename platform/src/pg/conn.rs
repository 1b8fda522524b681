//! One connection, taken once by a handler: counts and measures its statements, and is thrown away if one of them was
//! cut short.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use deadpool::managed::Object;
use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use sqlx::{
    Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
    postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};

use super::{
    db::{Connections, Trouble},
    query::{self, Queries, Run},
};
use crate::call;

/// Executes SQL through `&mut Conn`; every statement counts towards the call in progress.
pub struct Conn {
    inner: Option<Object<Connections>>,
    /// A statement has been sent and its answer not read to the end.
    in_flight: bool,
    trouble: Trouble,
    queries: Queries,
}

impl Conn {
    pub(super) fn new(inner: Object<Connections>, trouble: Trouble, queries: Queries) -> Self {
        Self { inner: Some(inner), in_flight: false, trouble, queries }
    }

    /// For transaction control, which is not counted.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        let mut run = self.queries.run(sql);
        let (conn, in_flight, trouble) = self.parts()?;
        *in_flight = true;
        let done = sqlx::raw_sql(sql).execute(conn).await;
        *in_flight = false;
        done.map(|_| ()).inspect_err(|error| {
            trouble.note(error);
            run.met(error);
        })
    }

    pub(super) fn take(&mut self) -> Self {
        let (trouble, queries) = (self.trouble.clone(), self.queries.clone());
        Self { inner: self.inner.take(), in_flight: self.in_flight, trouble, queries }
    }

    fn parts(&mut self) -> Result<(&mut PgConnection, &mut bool, &Trouble), Error> {
        let conn = self.inner.as_mut().ok_or(Error::PoolClosed)?;
        Ok((&mut **conn, &mut self.in_flight, &self.trouble))
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        // The request went away in the middle of a statement. Returning such a connection would keep its place
        // in the pool until the server answers, which it may never do: close the socket and free the place.
        if self.in_flight
            && let Some(conn) = self.inner.take()
        {
            drop(Object::take(conn));
        }
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

type Step = Result<Either<PgQueryResult, PgRow>, Error>;

/// Marks the connection as usable again once the answer was read to the end.
struct Answer<'a> {
    steps: BoxStream<'a, Step>,
    in_flight: &'a mut bool,
    trouble: &'a Trouble,
    run: Run,
}

impl Stream for Answer<'_> {
    type Item = Step;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Step>> {
        let step = self.steps.poll_next_unpin(context);
        match &step {
            Poll::Ready(None) => *self.in_flight = false,
            Poll::Ready(Some(Err(error))) => {
                self.trouble.note(error);
                self.run.met(error);
                *self.in_flight = super::error::breaks_connection(error);
            }
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        step
    }
}

impl<'c> Executor<'c> for &'c mut Conn {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        call::count_statements(1);
        let query = query::Read::of(query);
        let run = self.queries.run(query::name(query.text()));
        match self.parts() {
            Ok((conn, in_flight, trouble)) => {
                *in_flight = true;
                Box::pin(Answer { steps: conn.fetch_many(query), in_flight, trouble, run })
            }
            Err(error) => Box::pin(futures::stream::once(async { Err(error) })),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let mut steps = self.fetch_many(query);
        Box::pin(async move {
            // Read to the end: the statement is then over, and the connection as good as new.
            let mut first = None;
            while let Some(step) = steps.next().await {
                if let Either::Right(row) = step? {
                    first.get_or_insert(row);
                }
            }
            Ok(first)
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'c: 'e,
    {
        match self.parts() {
            Ok((conn, ..)) => conn.prepare_with(sql, parameters),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'c: 'e,
    {
        match self.parts() {
            Ok((conn, ..)) => conn.describe(sql),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}
