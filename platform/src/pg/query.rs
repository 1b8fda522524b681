//! Names of statements, and what is measured of each. A text begins with its name: `/* social.post.insert */ insert …`.

use std::{sync::Arc, time::Instant};

use metrics::Histogram;
use sqlx::{Error, Execute, Postgres, SqlStr, error::BoxDynError, postgres::PgArguments};

use crate::{
    role::Role,
    telemetry::{
        metrics::{Handles, table},
        traces::{self, Span, SpanKind},
    },
};

/// What has no name yet; a test finds it.
const UNNAMED: &str = "unnamed";

/// The name of a statement: what stands in the comment at its beginning.
pub fn name(sql: &str) -> &str {
    let comment = sql.trim_start().strip_prefix("/*").and_then(|rest| rest.split_once("*/"));
    comment.map_or(UNNAMED, |(name, _)| name.trim())
}

/// The statements of one service that ran so far, by name.
#[derive(Clone, Debug)]
pub(super) struct Queries {
    service: Role,
    known: Arc<Handles<String, Query>>,
}

#[derive(Debug)]
struct Query {
    name: Arc<str>,
    seconds: Histogram,
}

impl Queries {
    pub fn of(service: Role) -> Self {
        Self { service, known: Arc::default() }
    }

    /// Begins to measure one run of the statement of this name.
    pub fn run(&self, name: &str) -> Run {
        let query = self.known.of(name, || Query {
            name: name.into(),
            seconds: table::DB_QUERY_SECONDS.with([self.service.as_str().into(), name.to_owned().into()]),
        });
        let mut span = traces::step(|| query.name.to_string().into(), SpanKind::Client);
        if let Some(span) = &mut span {
            span.set("db.system.name", "postgresql");
        }
        Run { query, began: Instant::now(), span }
    }
}

/// One statement on its way: measured when it is dropped.
#[derive(Debug)]
pub(super) struct Run {
    query: Arc<Query>,
    began: Instant,
    span: Option<Span>,
}

impl Run {
    /// A database out of reach is a failure; a constraint that decided is not.
    pub fn met(&mut self, error: &Error) {
        if let Some(span) = self.span.as_mut().filter(|_| super::is_unavailable(error)) {
            span.fail("unavailable");
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.query.seconds.record(self.began.elapsed());
    }
}

/// A query whose text was looked at: reading the text takes the query apart.
pub(super) struct Read {
    sql: SqlStr,
    arguments: Result<Option<PgArguments>, BoxDynError>,
    persistent: bool,
}

impl Read {
    pub fn of<'q>(mut query: impl Execute<'q, Postgres>) -> Self {
        let arguments = query.take_arguments();
        let persistent = query.persistent();
        Self { sql: query.sql(), arguments, persistent }
    }

    pub fn text(&self) -> &str {
        self.sql.as_str()
    }
}

impl Execute<'_, Postgres> for Read {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&<Postgres as sqlx::Database>::Statement> {
        None
    }

    fn take_arguments(&mut self) -> Result<Option<PgArguments>, BoxDynError> {
        std::mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_comment_at_the_beginning() {
        assert_eq!(name("/* social.post.insert */ insert into social.post"), "social.post.insert");
        assert_eq!(name("\n   /* auth.session.end */\n delete"), "auth.session.end");
        assert_eq!(name("select 1 /* not.here.no */"), UNNAMED);
        assert_eq!(name("/* unclosed"), UNNAMED);
    }
}
