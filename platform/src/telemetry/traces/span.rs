//! A span: something that takes time, from its making to its being dropped.

use std::{borrow::Cow, sync::Arc, time::Instant};

use opentelemetry::{KeyValue, Value};

use super::{
    Place, SpanKind,
    export::pipeline,
    parent::Parent,
    piece::{Ended, Piece},
};

/// Says what was done, never with whose words: a name and values of closed sets.
#[derive(Debug)]
pub struct Span {
    place: Place,
    under: Parent,
    first: bool,
    name: Cow<'static, str>,
    kind: SpanKind,
    from: Instant,
    failure: Option<Cow<'static, str>>,
    attributes: Vec<KeyValue>,
    links: Vec<Parent>,
}

impl Span {
    pub(super) fn first(name: Cow<'static, str>, kind: SpanKind, under: Parent, links: Vec<Parent>) -> Self {
        let place = Place { parent: under.child(), piece: Arc::new(Piece::new()) };
        Self::new(place, under, true, name, kind, links)
    }

    pub(super) fn under(above: &Place, name: Cow<'static, str>, kind: SpanKind) -> Self {
        let place = Place { parent: above.parent.child(), piece: Arc::clone(&above.piece) };
        Self::new(place, above.parent, false, name, kind, Vec::new())
    }

    fn new(
        place: Place,
        under: Parent,
        first: bool,
        name: Cow<'static, str>,
        kind: SpanKind,
        links: Vec<Parent>,
    ) -> Self {
        let (from, attributes) = (Instant::now(), Vec::new());
        Self { place, under, first, name, kind, from, failure: None, attributes, links }
    }

    /// What its children stand under.
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// What others are told of it.
    pub fn parent(&self) -> Parent {
        self.place.parent
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(name, value));
    }

    /// Failed by our own doing: the piece it belongs to is kept. `code` is of a closed set.
    pub fn fail(&mut self, code: impl Into<Cow<'static, str>>) {
        self.failure = Some(code.into());
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let Place { parent, piece } = &self.place;
        piece.add(Ended {
            own: *parent,
            under: self.under,
            under_is_remote: self.first && self.under.span != opentelemetry::trace::SpanId::INVALID,
            name: std::mem::take(&mut self.name),
            kind: self.kind.clone(),
            from: self.from,
            to: Instant::now(),
            failure: self.failure.take(),
            attributes: std::mem::take(&mut self.attributes),
            links: std::mem::take(&mut self.links),
        });
        if self.first
            && (parent.sampled || piece.failed())
            && let Some(pipeline) = pipeline()
        {
            pipeline.send(piece);
        }
    }
}
