//! Counter, gauge and histogram: each carries its name and the names of its labels, so that no caller can get them wrong.

use metrics::{Key, Label, Level, Metadata, SharedString, with_recorder};

/// The value of a label: of a closed set, never an id, a name, an address or a text of anybody's.
pub type Value = SharedString;

/// What a metric is, for those who describe them all.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Counter,
    Gauge,
    /// With the upper bounds of its buckets.
    Histogram(&'static [f64]),
}

/// A metric, whatever its kind.
pub trait Described: Sync {
    fn name(&self) -> &'static str;
    fn help(&self) -> &'static str;
    fn labels(&self) -> &'static [&'static str];
    fn kind(&self) -> Kind;

    /// Tells the recorder what the metric means.
    fn describe(&self) {
        let (name, help) = (self.name().into(), self.help().into());
        with_recorder(|recorder| match self.kind() {
            Kind::Counter => recorder.describe_counter(name, None, help),
            Kind::Gauge => recorder.describe_gauge(name, None, help),
            Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
        });
    }
}

static ABOUT: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

fn key<const N: usize>(name: &'static str, labels: &'static [&'static str; N], values: [Value; N]) -> Key {
    if N == 0 {
        return Key::from_static_name(name);
    }
    let labels: Vec<Label> = labels.iter().zip(values).map(|(label, value)| Label::new(*label, value)).collect();
    Key::from_parts(name, labels)
}

macro_rules! kind {
    ($(#[$about:meta])* $Type:ident, $register:ident, { $($extra:ident: $Extra:ty)? } => $kind:expr) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $Type<const N: usize> {
            pub name: &'static str,
            pub help: &'static str,
            pub labels: &'static [&'static str; N],
            $(pub $extra: $Extra,)?
        }

        impl<const N: usize> $Type<N> {
            /// The one under these label values: found by hashing them, so kept by those who ask often.
            pub fn with(&self, values: [Value; N]) -> metrics::$Type {
                let key = key(self.name, self.labels, values);
                with_recorder(|recorder| recorder.$register(&key, &ABOUT))
            }
        }

        impl<const N: usize> Described for $Type<N> {
            fn name(&self) -> &'static str {
                self.name
            }

            fn help(&self) -> &'static str {
                self.help
            }

            fn labels(&self) -> &'static [&'static str] {
                self.labels
            }

            fn kind(&self) -> Kind {
                let read: fn(&Self) -> Kind = $kind;
                read(self)
            }
        }
    };
}

kind!(
    /// Only grows.
    Counter, register_counter, {} => |_| Kind::Counter
);
kind!(
    /// Goes up and down.
    Gauge, register_gauge, {} => |_| Kind::Gauge
);
kind!(
    /// How often a value fell below each of its bounds.
    Histogram, register_histogram, { bounds: &'static [f64] } => |metric| Kind::Histogram(metric.bounds)
);
