//! What a process tells of itself, caught: its log lines, and the spans that reach a trace collector.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use platform::{
    config::Environment,
    telemetry::{self, logs::Lines, traces::Otlp},
};
use serde_json::Value;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, codegen::tokio_stream::wrappers::TcpListenerStream, transport::Server};
use tracing_subscriber::fmt::MakeWriter;

/// Telemetry of this test's process as in production, with every line of ours and with a collector.
#[derive(Clone, Default)]
pub struct Watched {
    lines: Arc<Mutex<Vec<u8>>>,
    exported: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Watched {
    /// `ratio` = the part of all traces that is exported, failed or not.
    pub async fn start(ratio: f64) -> Self {
        let watched = Self::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let collector = TraceServiceServer::new(watched.clone());
        tokio::spawn(Server::builder().add_service(collector).serve_with_incoming(TcpListenerStream::new(listener)));
        let settings = telemetry::Settings {
            environment: Environment::Production,
            rust_log: Some("trace".to_owned()),
            log_level: "info".to_owned(),
            otlp: Some(Otlp { endpoint, service: "test".to_owned(), version: "0".to_owned(), ratio }),
        };
        telemetry::start(&settings, Lines::json_to(watched.clone()));
        watched
    }

    pub fn log(&self) -> String {
        String::from_utf8(self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text")
    }

    /// The lines of the access log.
    pub fn access_log(&self) -> Vec<Value> {
        let log = self.log();
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("every line is JSON"));
        lines.filter(|line| line["event"] == "api_request").collect()
    }

    /// Everything that has reached the collector, as text.
    pub async fn exported(&self) -> String {
        telemetry::stop().await;
        format!("{:?}", self.exported.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub async fn spans(&self) -> Vec<Span> {
        telemetry::stop().await;
        let exported = self.exported.lock().unwrap_or_else(PoisonError::into_inner);
        let scopes = exported.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }
}

#[tonic::async_trait]
impl TraceService for Watched {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.exported.lock().unwrap_or_else(PoisonError::into_inner).push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl io::Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Watched {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
