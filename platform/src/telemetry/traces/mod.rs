//! Traces: what a request did, as spans. Off unless a collector is named, and then nothing is made at all.
//!
//! Every process keeps its own piece of a trace together until the piece's first span ends: a request in the gateway, a
//! call in a service, a run of a job. Then the piece is sent if the trace is a sampled one, or if anything in it failed;
//! else it is forgotten. So failures are kept whole, as far as each process that failed saw them.

mod export;
mod parent;
mod piece;
mod span;

use std::{borrow::Cow, sync::Arc};

pub use opentelemetry::trace::SpanKind;

use self::{export::pipeline, piece::Piece};
pub use self::{
    export::{Otlp, start, stop},
    parent::Parent,
    span::Span,
};
use crate::call;

/// Where a call stands in its trace: what its spans are children of.
#[derive(Clone, Debug)]
pub struct Place {
    parent: Parent,
    piece: Arc<Piece>,
}

impl Place {
    /// To be told to whoever is asked next, or is to work later.
    pub const fn parent(&self) -> Parent {
        self.parent
    }
}

/// Begins a piece: at the head of a trace, or under a span of another process.
pub fn begin(name: impl FnOnce() -> Cow<'static, str>, kind: SpanKind, parent: Option<Parent>) -> Option<Span> {
    let pipeline = pipeline()?;
    Some(Span::first(name(), kind, parent.unwrap_or_else(|| pipeline.new_trace()), Vec::new()))
}

/// Begins a piece of work that another trace asked for and does not wait for: a trace of its own, linked to that one.
pub fn begin_linked(name: &'static str, asked_by: Option<Parent>) -> Option<Span> {
    let mut trace = pipeline()?.new_trace();
    if let Some(asked_by) = asked_by {
        trace.sampled |= asked_by.sampled;
    }
    Some(Span::first(name.into(), SpanKind::Consumer, trace, asked_by.into_iter().collect()))
}

/// A step of the call in progress; none outside of calls.
pub fn step(name: impl FnOnce() -> Cow<'static, str>, kind: SpanKind) -> Option<Span> {
    pipeline()?;
    let place = call::trace()?;
    Some(Span::under(&place, name(), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_collector_nothing_is_made() {
        assert!(begin(|| "a request".into(), SpanKind::Server, None).is_none());
        assert!(begin_linked("a job", None).is_none());
        assert!(step(|| "a statement".into(), SpanKind::Client).is_none());
    }
}
