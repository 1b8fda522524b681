//! The line of an event: its time, its level, its own fields, and the call in progress.

use std::{fmt, io::Write};

use tracing::{
    Event, Level,
    field::{Field, Visit},
};

use crate::{call, clock::Clock, timestamp};

/// The access log, whose lines are known by their one event.
const ACCESS: &str = "siddes.api";

/// One JSON object. Every line but those of the access log says where it comes from.
pub fn json(event: &Event<'_>, line: &mut Vec<u8>) {
    let metadata = event.metadata();
    line.extend_from_slice(b"{\"ts\":\"");
    line.extend_from_slice(now().as_bytes());
    line.extend_from_slice(b"\",\"level\":\"");
    line.extend_from_slice(level(*metadata.level()).as_bytes());
    line.push(b'"');
    let fields = metadata.fields();
    if metadata.target() != ACCESS {
        member(line, "target", metadata.target());
    }
    event.record(&mut Members(line));
    if let Some(call) = call::current() {
        if fields.field("request_id").is_none() {
            member(line, "request_id", &call.request_id);
        }
        if let Some(trace) = call.trace_id().filter(|_| fields.field("trace_id").is_none()) {
            member(line, "trace_id", &trace);
        }
    }
    line.extend_from_slice(b"}\n");
}

/// For people: time, level, where, what, and the request's id.
pub fn text(event: &Event<'_>, colours: bool, line: &mut Vec<u8>) {
    let metadata = event.metadata();
    let (colour, plain) = if colours { (colour(*metadata.level()), "\x1b[0m") } else { ("", "") };
    let level = level(*metadata.level());
    let _memory = write!(line, "{} {colour}{level:5}{plain} {}", now(), metadata.target());
    event.record(&mut Words(line));
    if let Some(call) = call::current().filter(|_| metadata.fields().field("request_id").is_none()) {
        let _memory = write!(line, " request_id={}", call.request_id);
    }
    line.push(b'\n');
}

fn now() -> String {
    timestamp::iso(Clock::default().now())
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        _ => "\x1b[2m",
    }
}

fn member(line: &mut Vec<u8>, name: &str, value: &str) {
    let _memory = write!(line, ",\"{name}\":");
    let _memory = serde_json::to_writer(&mut *line, value);
}

/// Fields as JSON members.
struct Members<'a>(&'a mut Vec<u8>);

impl Members<'_> {
    fn plain(&mut self, field: &Field, value: impl fmt::Display) {
        let _memory = write!(self.0, ",\"{}\":{value}", field.name());
    }
}

impl Visit for Members<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        member(self.0, field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.plain(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        member(self.0, field.name(), &format!("{value:?}"));
    }
}

/// Fields as words.
struct Words<'a>(&'a mut Vec<u8>);

impl Visit for Words<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let _memory = match field.name() {
            "message" => write!(self.0, " {value}"),
            name => write!(self.0, " {name}={value}"),
        };
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
