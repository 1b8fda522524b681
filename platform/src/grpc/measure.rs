//! What is measured of a call between services, on either side of it: its time, its gRPC code, its span.

use std::{
    sync::{Arc, LazyLock, OnceLock},
    time::Instant,
};

use http::{HeaderMap, HeaderValue, Request};
use metrics::{Counter, Histogram};
use tonic::Code;

use super::header;
use crate::{
    role::Role,
    telemetry::{
        metrics::{Handles, table},
        traces::{self, Parent, Place, Span, SpanKind},
    },
};

/// Which side of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Client,
    Server,
}

/// The handles of one rpc.
#[derive(Debug)]
struct Rpc {
    end: End,
    service: Role,
    /// Without the package, which the service tells: `Feed/List`.
    method: String,
    seconds: Histogram,
    by_code: [OnceLock<Counter>; 17],
}

impl Rpc {
    fn new(end: End, service: Role, path: &str) -> Self {
        let method = path.rsplit_once('.').map_or(path, |(_, method)| method).to_owned();
        let labels = [service.as_str().into(), method.clone().into()];
        let seconds = match end {
            End::Client => table::GRPC_CLIENT_SECONDS.with(labels),
            End::Server => table::GRPC_SERVER_SECONDS.with(labels),
        };
        Self { end, service, method, seconds, by_code: [const { OnceLock::new() }; 17] }
    }

    fn count(&self, code: Code) {
        let Some(counter) = self.by_code.get(code as usize) else { return };
        let counter = counter.get_or_init(|| {
            let labels = [self.service.as_str().into(), self.method.clone().into(), word(code).into()];
            match self.end {
                End::Client => table::GRPC_CLIENT.with(labels),
                End::Server => table::GRPC_SERVER.with(labels),
            }
        });
        counter.increment(1);
    }
}

fn rpc(end: End, service: Role, path: &str) -> Arc<Rpc> {
    static CLIENT: LazyLock<Handles<String, Rpc>> = LazyLock::new(Handles::default);
    static SERVER: LazyLock<Handles<String, Rpc>> = LazyLock::new(Handles::default);
    let known = if end == End::Client { &*CLIENT } else { &*SERVER };
    known.of(path, || Rpc::new(end, service, path))
}

/// A call on its way: counted when it is dropped, as cancelled if nobody waited for its end.
#[derive(Debug)]
pub struct Measured {
    rpc: Arc<Rpc>,
    began: Instant,
    code: Code,
    span: Option<Span>,
}

impl Measured {
    /// A call that we make: the span's place is put beside it.
    pub fn client<B>(service: Role, request: &mut Request<B>) -> Self {
        let span = traces::step(|| span_name(request.uri().path()), SpanKind::Client);
        let beside = span.as_ref().and_then(|span| HeaderValue::from_str(&span.parent().to_string()).ok());
        if let Some(beside) = beside {
            request.headers_mut().insert(header::TRACE_PARENT, beside);
        }
        Self::new(rpc(End::Client, service, request.uri().path()), span)
    }

    /// A call that we answer. It has no span before its caller is known: see [`Measured::admitted`].
    pub fn server(service: Role, path: &str) -> Self {
        Self::new(rpc(End::Server, service, path), None)
    }

    fn new(rpc: Arc<Rpc>, span: Option<Span>) -> Self {
        Self { rpc, began: Instant::now(), code: Code::Cancelled, span }
    }

    /// The caller is one of ours: his trace goes on here.
    pub fn admitted(&mut self, path: &str, headers: &HeaderMap) -> Option<Place> {
        let parent = header::text(headers, header::TRACE_PARENT).and_then(Parent::parse);
        // A call without a trace, such as those that ask for health, begins none.
        self.span = traces::begin(|| span_name(path), SpanKind::Server, Some(parent?));
        self.span.as_ref().map(Span::place)
    }

    pub fn answered(&mut self, code: Code) {
        self.code = code;
    }
}

/// In an answer's head only if it is all there is: an answer with a message had no failure before it.
pub fn code(headers: &HeaderMap) -> Code {
    let code = header::text(headers, header::STATUS).and_then(|text| text.parse::<i32>().ok());
    code.map_or(Code::Ok, Code::from_i32)
}

impl Drop for Measured {
    fn drop(&mut self) {
        self.rpc.seconds.record(self.began.elapsed());
        self.rpc.count(self.code);
        if let Some(span) = &mut self.span {
            span.set("rpc.system.name", "grpc");
            span.set("rpc.response.status_code", i64::from(self.code as i32));
            if ours(self.code) {
                span.fail(word(self.code));
            }
        }
    }
}

/// Codes that say that we failed, not that we refused.
const fn ours(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}

fn span_name(path: &str) -> std::borrow::Cow<'static, str> {
    path.trim_start_matches('/').to_owned().into()
}

const fn word(code: Code) -> &'static str {
    match code {
        Code::Ok => "ok",
        Code::Cancelled => "cancelled",
        Code::Unknown => "unknown",
        Code::InvalidArgument => "invalid_argument",
        Code::DeadlineExceeded => "deadline_exceeded",
        Code::NotFound => "not_found",
        Code::AlreadyExists => "already_exists",
        Code::PermissionDenied => "permission_denied",
        Code::ResourceExhausted => "resource_exhausted",
        Code::FailedPrecondition => "failed_precondition",
        Code::Aborted => "aborted",
        Code::OutOfRange => "out_of_range",
        Code::Unimplemented => "unimplemented",
        Code::Internal => "internal",
        Code::Unavailable => "unavailable",
        Code::DataLoss => "data_loss",
        Code::Unauthenticated => "unauthenticated",
    }
}

#[cfg(test)]
mod tests {
    use tonic::Status;

    use super::*;

    #[test]
    fn the_code_is_in_the_head_of_a_failure_and_nowhere_in_that_of_an_answer() {
        let refused = Status::not_found("nobody").into_http::<tonic::body::Body>();
        assert_eq!(code(refused.headers()), Code::NotFound);
        assert_eq!(code(&HeaderMap::new()), Code::Ok);
    }

    #[test]
    fn a_method_goes_by_its_service_and_name() {
        assert_eq!(Rpc::new(End::Client, Role::Social, "/siddes.social.v1.Feed/List").method, "Feed/List");
    }
}
