//! W3C `traceparent`: how a trace goes from one process to the next.

use std::fmt;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::random::Random;

/// A span of this process or of another, as others may be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    pub trace: TraceId,
    pub span: SpanId,
    /// Whether the trace is exported, decided at its head.
    pub sampled: bool,
}

impl Parent {
    /// The head of a new trace: `span` is nobody.
    pub(super) fn head(sampled: bool) -> Self {
        Self { trace: TraceId::from_bytes(Random::default().bytes()), span: SpanId::INVALID, sampled }
    }

    pub(super) fn child(self) -> Self {
        Self { span: SpanId::from_bytes(Random::default().bytes()), ..self }
    }

    /// `00-<32 hex>-<16 hex>-<2 hex>`; later versions are read as far as they agree with it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str, digits: usize| {
            text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let good = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2) && version != "ff";
        if !good || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        (trace != TraceId::INVALID && span != SpanId::INVALID).then_some(Self { trace, span, sampled })
    }

    pub(super) fn context(self, remote: bool) -> SpanContext {
        // What is exported is sampled from here on, whatever the head of the trace thought.
        SpanContext::new(self.trace, self.span, TraceFlags::SAMPLED, remote, TraceState::NONE)
    }
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-0{}", self.trace, self.span, u8::from(self.sampled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_survives_the_wire() {
        let parent = Parent::parse(GOOD).expect("good");
        assert!(parent.sampled);
        assert_eq!(parent.to_string(), GOOD);
        assert_eq!(Parent::parse(&parent.child().to_string()).map(|child| child.trace), Some(parent.trace));
    }

    #[test]
    fn what_is_no_traceparent_begins_no_trace() {
        for bad in [
            "",
            "00",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é",
        ] {
            assert_eq!(Parent::parse(bad), None, "{bad}");
        }
    }
}
