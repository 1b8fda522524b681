//! Every metric of the product, with the meaning of its numbers. Labels have closed sets of values.

use super::kinds::{Counter, Described, Gauge, Histogram};

/// Seconds of a whole request.
const REQUEST: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Seconds of a part of one: a call between services, a statement.
const PART: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
/// Statements of a request.
const COUNT: &[f64] = &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 15.0, 25.0];

macro_rules! table {
    ($($ident:ident = $Type:ident $name:literal [$($label:ident)*] $(bounds $bounds:ident)? $help:literal;)*) => {
        $(
            #[doc = $help]
            pub static $ident: $Type<{ <[&str]>::len(&[$(stringify!($label)),*]) }> =
                $Type { name: $name, help: $help, labels: &[$(stringify!($label)),*], $(bounds: $bounds)? };
        )*

        /// All of them.
        pub static ALL: &[&dyn Described] = &[$(&$ident),*];
    };
}

table! {
    HTTP_REQUESTS = Counter "siddes_http_requests_total" [route method status]
        "Requests answered, by route template and class of status (2xx and so on).";
    HTTP_SECONDS = Histogram "siddes_http_request_seconds" [route method] bounds REQUEST
        "Time from the head of a request to its answer.";
    IN_FLIGHT = Gauge "siddes_http_in_flight" []
        "Requests in progress.";
    HTTP_ERRORS = Counter "siddes_http_errors_total" [route code]
        "Answers with an error code, by that code.";
    GUARD_REFUSED = Counter "siddes_guard_refused_total" [guard scope]
        "Requests stopped by a guard of the gateway; scope is that of a throttle or quota, else empty.";
    SQL_PER_REQUEST = Histogram "siddes_sql_per_request" [route] bounds COUNT
        "SQL statements of a request, in all services together.";

    THROTTLE_BACKEND = Gauge "siddes_throttle_backend" [kind]
        "1 for what counts the limits now: redis, or local where Redis is unset or silent.";
    PANIC_MODE = Gauge "siddes_panic_mode" []
        "1 while writes are refused.";

    GRPC_CLIENT_SECONDS = Histogram "siddes_grpc_client_seconds" [service method] bounds PART
        "Time of a call to a service, as its caller sees it.";
    GRPC_CLIENT = Counter "siddes_grpc_client_total" [service method code]
        "Calls to a service, by gRPC code, as their callers see them.";
    GRPC_RETRIES = Counter "siddes_grpc_client_retries_total" [service]
        "Calls that were made a second time, since no answer came to the first.";
    GRPC_SERVER_SECONDS = Histogram "siddes_grpc_server_seconds" [service method] bounds PART
        "Time of a call in the service.";
    GRPC_SERVER = Counter "siddes_grpc_server_total" [service method code]
        "Calls answered by a service, by gRPC code.";

    DB_QUERY_SECONDS = Histogram "siddes_db_query_seconds" [service query] bounds PART
        "Time of a statement, by its name, from its sending to the end of its answer.";
    DB_POOL = Gauge "siddes_db_pool" [service state]
        "Connections that are idle or busy, the most there may be (max), and callers waiting for one (waiting).";
    READY = Gauge "siddes_ready" [service]
        "1 while a service's database answers and has this binary's schema.";

    JOBS = Counter "siddes_jobs_total" [task result]
        "Runs of jobs: ok, or failed and to be tried again.";
    JOBS_OLDEST_DUE = Gauge "siddes_jobs_oldest_due_seconds" [service]
        "How long the oldest job that is due has waited to be taken up.";
    JOBS_DEAD = Gauge "siddes_jobs_dead" [service]
        "Jobs that failed ten times or more: they are tried only a few times a day now.";

    AUTH = Counter "siddes_auth_total" [action result]
        "Attempts to sign in or up: ok, refused, or error where we failed.";
    SESSIONS_AUTHENTICATED = Counter "siddes_sessions_authenticated_total" [result]
        "Requests with a session cookie: found live in the database (db), or dead.";

    SPANS_DROPPED = Counter "siddes_trace_spans_dropped_total" []
        "Spans that the collector did not take in time.";
    BUILD_INFO = Gauge "siddes_build_info" [version sha]
        "Always 1; says what runs.";
}
