//! Logs: one line an event, with the request's id and trace in each. What libraries have to say is heard from a
//! warning on: below that they tell of headers and bodies.

use std::{
    cell::RefCell,
    io::{IsTerminal, Write},
};

use tracing::{Event, Level, Metadata, Subscriber, subscriber::Interest};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::LevelFilter,
    fmt::{MakeWriter, writer::BoxMakeWriter},
    layer::Context,
};

use super::line;
use crate::config::Environment;

/// Our own crates, by the beginnings of their targets.
const OURS: [&str; 5] = ["siddes", "platform", "gateway", "svc_", "testkit"];

/// Writes lines: JSON in production, text for people in development.
pub struct Lines {
    writer: BoxMakeWriter,
    json: bool,
    colours: bool,
}

impl Lines {
    /// On standard error.
    pub fn standard(environment: Environment) -> Self {
        let json = environment == Environment::Production;
        let colours = !json && std::io::stderr().is_terminal();
        Self { writer: BoxMakeWriter::new(std::io::stderr), json, colours }
    }

    /// JSON, wherever a test wants it.
    pub fn json_to(writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static) -> Self {
        Self { writer: BoxMakeWriter::new(writer), json: true, colours: false }
    }
}

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        BUFFER.with(|buffer| {
            // A value that logs while it is written gets a buffer of its own.
            let mut own = Vec::new();
            let mut kept = buffer.try_borrow_mut();
            let line = kept.as_deref_mut().unwrap_or(&mut own);
            line.clear();
            if self.json {
                line::json(event, line);
            } else {
                line::text(event, self.colours, line);
            }
            // A closed standard error is no reason to fail a request.
            let _lost = self.writer.make_writer_for(event.metadata()).write_all(line);
        });
    }
}

/// What is written: by `RUST_LOG`, else by `SD_LOG_LEVEL`. Spans are not: a line says itself what it belongs to.
pub struct Wanted {
    asked: EnvFilter,
    /// Libraries are kept to warnings, whatever was asked.
    quiet_libraries: bool,
}

impl Wanted {
    pub fn new(environment: Environment, rust_log: Option<&str>, level: &str) -> Self {
        let asked = rust_log.and_then(|directives| EnvFilter::try_new(directives).ok());
        let quiet_libraries = environment == Environment::Production || asked.is_none();
        let asked = asked.or_else(|| EnvFilter::try_new(level.to_lowercase()).ok());
        Self { asked: asked.unwrap_or_else(|| EnvFilter::new("info")), quiet_libraries }
    }

    fn possible(&self, metadata: &Metadata<'_>) -> bool {
        let ours = || OURS.iter().any(|name| metadata.target().starts_with(name));
        metadata.is_event() && (!self.quiet_libraries || *metadata.level() <= Level::WARN || ours())
    }
}

/// For the whole subscriber, not for a layer of it: the state in which filters of single layers keep what they decided
/// is left behind by records of the `log` crate, and the next line would be lost.
impl<S: Subscriber> Layer<S> for Wanted {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.possible(metadata) { Layer::<S>::register_callsite(&self.asked, metadata) } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        self.possible(metadata) && Layer::<S>::enabled(&self.asked, metadata, context)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Layer::<S>::max_level_hint(&self.asked)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };

    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Caught(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Caught {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines of what `work` logs, in production with this `RUST_LOG`.
    fn logged(rust_log: &str, work: impl FnOnce()) -> Vec<Value> {
        let caught = Caught::default();
        let writer = caught.clone();
        let lines = Lines::json_to(move || writer.clone());
        let wanted = Wanted::new(Environment::Production, Some(rust_log), "info");
        tracing::subscriber::with_default(tracing_subscriber::registry().with(wanted).with(lines), work);
        let text = String::from_utf8(caught.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn libraries_are_heard_from_a_warning_on_whatever_is_asked() {
        let lines = logged("trace", || {
            tracing::trace!(target: "hyper::proto", "cookie: secret");
            tracing::info!(target: "sqlx::query", "a statement");
            tracing::warn!(target: "h2::server", "trouble");
            tracing::trace!(target: "svc_social::post", "a detail");
        });
        let targets: Vec<&str> = lines.iter().filter_map(|line| line["target"].as_str()).collect();
        assert_eq!(targets, ["h2::server", "svc_social::post"]);
    }

    #[test]
    fn a_line_has_its_time_its_level_its_fields_and_is_one_line() {
        let lines = logged("info", || {
            tracing::info!(target: "siddes.api", event = "tested", count = 3_u64, good = true, text = "a\n\"b\"");
            tracing::debug!(target: "siddes.api", "not wanted");
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        let members: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(members, ["ts", "level", "event", "count", "good", "text"], "the access log needs no target");
        assert_eq!((line["level"].as_str(), line["count"].as_u64()), (Some("info"), Some(3)));
        assert_eq!(line["text"], "a\n\"b\"");
    }

    #[test]
    fn a_panic_tells_its_place_and_not_its_words() {
        let lines = logged("info", || {
            crate::telemetry::quiet_panics();
            let ended = std::panic::catch_unwind(|| panic!("{}", "what somebody sent"));
            let _default = std::panic::take_hook();
            assert!(ended.is_err());
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line["place"].as_str().is_some_and(|place| place.contains("logs.rs")), "{line}");
        assert!(!line.to_string().contains("what somebody sent"));
    }
}
