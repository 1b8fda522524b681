//! What a channel may try a second time: a read that got no answer. A call of which nothing was sent is not tried yet:
//! see [`super::outage`].

use std::{
    collections::HashMap,
    error::Error,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use http::Response;
use prost_reflect::DescriptorPool;
use prost_types::method_options::IdempotencyLevel;
use tonic::{Code, ConnectError, Status, body::Body};

use super::header;

/// What an rpc allows, as its `.proto` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Declares that it changes nothing (`idempotency_level = NO_SIDE_EFFECTS`).
    Read,
    Write,
    /// Streams, or is no rpc of ours.
    Never,
}

/// A call that no answer came to.
pub(super) struct Failed {
    pub status: Status,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is certain that the peer has nothing of it.
    NotSent,
    /// The connection broke: the peer may have done everything, or nothing.
    Broken,
    /// Its time is over, or we did not make it.
    Over,
}

impl Repeat {
    /// Of the rpc behind a gRPC path.
    pub fn of(path: &str) -> Self {
        static DECLARED: LazyLock<HashMap<String, Repeat>> = LazyLock::new(declared);
        DECLARED.get(path).copied().unwrap_or(Self::Never)
    }

    /// Whether the call may be made once more after this outcome.
    pub(super) fn after(self, outcome: &Result<Response<Body>, Failed>) -> bool {
        match outcome {
            Ok(response) => self == Self::Read && unanswered(response),
            Err(failed) => match failed.why {
                Why::Broken => self == Self::Read,
                Why::NotSent | Why::Over => false,
            },
        }
    }
}

/// Every rpc by its path. A set that cannot be read stops the start elsewhere, where access is read from it.
fn declared() -> HashMap<String, Repeat> {
    let Ok(pool) = DescriptorPool::decode(proto::DESCRIPTOR_SET) else { return HashMap::new() };
    let services = pool.services();
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    let repeat = |method: &prost_reflect::MethodDescriptor| {
        let options = method.method_descriptor_proto().options.as_ref();
        if method.is_client_streaming() || method.is_server_streaming() {
            Repeat::Never
        } else if options.is_some_and(|options| options.idempotency_level() == IdempotencyLevel::NoSideEffects) {
            Repeat::Read
        } else {
            Repeat::Write
        }
    };
    methods
        .map(|method| (format!("/{}/{}", method.parent_service().full_name(), method.name()), repeat(&method)))
        .collect()
}

/// UNAVAILABLE without a word of ours: from a peer that is going away, or from something before it. With a refusal it
/// is an answer: the service is there, what it needs is not, and asking again would only add to the load.
fn unanswered(response: &Response<Body>) -> bool {
    let headers = response.headers();
    header::text(headers, header::STATUS).and_then(|code| code.parse().ok()) == Some(Code::Unavailable as i32)
        && !headers.contains_key(header::DETAILS)
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self { status, why: Why::Over }
    }
}

impl From<tonic::transport::Error> for Failed {
    fn from(error: tonic::transport::Error) -> Self {
        let why = if unsent(&error) { Why::NotSent } else { Why::Broken };
        Self { status: Status::unavailable("unreachable"), why }
    }
}

/// No connection came about, or the one there was closed before it took the request.
fn unsent(error: &(dyn Error + 'static)) -> bool {
    error.is::<ConnectError>()
        || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
        || error.source().is_some_and(unsent)
}

/// How many second tries a channel has left: one for every ten answers, and ten in a row at most. So a peer that is
/// down gets a tenth more calls than are made, not twice as many.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    tenths: Arc<AtomicU32>,
}

const TRY: u32 = 10;
const FULL: u32 = 10 * TRY;

impl Default for Budget {
    fn default() -> Self {
        Self { tenths: Arc::new(AtomicU32::new(FULL)) }
    }
}

impl Budget {
    pub fn earn(&self) {
        self.change(|tenths| Some(tenths.saturating_add(1).min(FULL)));
    }

    /// False: there is none left.
    pub fn spend(&self) -> bool {
        self.change(|tenths| tenths.checked_sub(TRY))
    }

    fn change(&self, to: impl FnMut(u32) -> Option<u32>) -> bool {
        self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, to).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_declared_and_everything_else_is_a_write() {
        assert_eq!(Repeat::of("/siddes.social.v1.Feed/List"), Repeat::Read);
        assert_eq!(Repeat::of("/siddes.social.v1.Posts/Create"), Repeat::Write);
        assert_eq!(Repeat::of("/siddes.social.v1.Copies/PutPersons"), Repeat::Write);
        assert_eq!(Repeat::of("/grpc.health.v1.Health/Watch"), Repeat::Never);
    }

    #[test]
    fn a_typed_refusal_is_an_answer() {
        let of = |status: Status| Ok(status.into_http());
        assert!(Repeat::Read.after(&of(Status::unavailable("going away"))));
        assert!(!Repeat::Write.after(&of(Status::unavailable("going away"))));
        assert!(!Repeat::Read.after(&of(crate::Refusal::unavailable().into())));
        assert!(!Repeat::Read.after(&of(Status::internal("a bug"))));
        assert!(!Repeat::Read.after(&of(Status::deadline_exceeded("late"))));
    }

    #[test]
    fn what_may_have_been_sent_is_no_write_to_repeat() {
        let all = [Repeat::Read, Repeat::Write, Repeat::Never];
        for (why, again) in [
            (Why::NotSent, [false, false, false]),
            (Why::Broken, [true, false, false]),
            (Why::Over, [false, false, false]),
        ] {
            let failed = || Err(Failed { status: Status::unavailable(""), why });
            assert_eq!(all.map(|repeat| repeat.after(&failed())), again, "{why:?}");
        }
    }

    #[test]
    fn ten_answers_earn_one_second_try() {
        let budget = Budget::default();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
        (0..1_000).for_each(|_| budget.earn());
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10, "no more is saved up");
    }
}
