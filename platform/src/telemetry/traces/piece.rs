//! One process's part of a trace: its spans, kept together until it is known whether anybody wants them.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{Link, Status},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{SpanKind, parent::Parent};
use crate::clock::Clock;

/// No piece has more spans than this: what comes after is not kept.
const MOST: usize = 256;

/// Also the two ways to tell the time: the wall's once, at its beginning, and from there on the steady one.
#[derive(Debug)]
pub(super) struct Piece {
    wall: SystemTime,
    steady: Instant,
    failed: AtomicBool,
    spans: Mutex<Vec<Ended>>,
}

/// A span that is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub own: Parent,
    pub under: Parent,
    /// `under` is a span of another process, or of another service in this one.
    pub under_is_remote: bool,
    pub name: std::borrow::Cow<'static, str>,
    pub kind: SpanKind,
    pub from: Instant,
    pub to: Instant,
    pub failure: Option<std::borrow::Cow<'static, str>>,
    pub attributes: Vec<KeyValue>,
    pub links: Vec<Parent>,
}

impl Piece {
    pub fn new() -> Self {
        let wall = SystemTime::from(Clock::default().now());
        Self { wall, steady: Instant::now(), failed: AtomicBool::new(false), spans: Mutex::default() }
    }

    pub fn add(&self, span: Ended) {
        if span.failure.is_some() {
            self.failed.store(true, Ordering::Relaxed);
        }
        let mut spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        if spans.len() < MOST {
            spans.push(span);
        }
    }

    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub fn take(&self) -> Vec<Ended> {
        std::mem::take(&mut *self.spans.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// As the collector wants it.
    pub fn data(&self, span: Ended) -> SpanData {
        let wall = |at: Instant| self.wall + at.checked_duration_since(self.steady).unwrap_or(Duration::ZERO);
        let mut links = SpanLinks::default();
        links.links = span.links.iter().map(|link| Link::new(link.context(true), Vec::new(), 0)).collect();
        SpanData {
            span_context: span.own.context(false),
            parent_span_id: span.under.span,
            parent_span_is_remote: span.under_is_remote,
            span_kind: span.kind,
            name: span.name,
            start_time: wall(span.from),
            end_time: wall(span.to),
            attributes: span.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links,
            status: span.failure.map_or(Status::Unset, Status::error),
            instrumentation_scope: InstrumentationScope::builder("siddes").build(),
        }
    }
}
