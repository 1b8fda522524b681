//! The way out: pieces wait in a bounded queue, and a task hands them to the collector. A collector that is slow or
//! away costs spans, never a request.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use opentelemetry::KeyValue;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter as _},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

use super::{parent::Parent, piece::Piece};
use crate::{random::Random, telemetry::metrics::table::SPANS_DROPPED};

/// Pieces that may wait.
const QUEUE: usize = 1_024;
/// Spans of one message to the collector.
const BATCH: usize = 512;
/// A span waits this long for others.
const GATHER: Duration = Duration::from_secs(1);
const EXPORT_WITHIN: Duration = Duration::from_secs(5);
const FLUSH_WITHIN: Duration = Duration::from_secs(5);

/// Where spans go, and how many.
#[derive(Clone, Debug, PartialEq)]
pub struct Otlp {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, of an OTLP collector that speaks gRPC.
    pub endpoint: String,
    /// `OTEL_SERVICE_NAME`.
    pub service: String,
    pub version: String,
    /// `OTEL_TRACES_SAMPLER_ARG`: the part of all traces that is exported, failed or not.
    pub ratio: f64,
}

pub(super) struct Pipeline {
    sender: mpsc::Sender<Message>,
    ratio: f64,
}

enum Message {
    Piece(Arc<Piece>),
    /// Answered when everything before it is out.
    Flush(oneshot::Sender<()>),
}

static PIPELINE: OnceLock<Pipeline> = OnceLock::new();

/// `None` while tracing is off.
pub(super) fn pipeline() -> Option<&'static Pipeline> {
    PIPELINE.get()
}

/// Turns tracing on, for the whole process; a second call changes nothing. Wants to be called within a runtime.
///
/// # Errors
/// An endpoint that is no URL.
pub fn start(otlp: &Otlp) -> Result<(), ExporterBuildError> {
    let mut exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(otlp.endpoint.as_str())
        .with_timeout(EXPORT_WITHIN)
        .build()?;
    let version = KeyValue::new("service.version", otlp.version.clone());
    exporter.set_resource(
        &Resource::builder_empty().with_service_name(otlp.service.clone()).with_attribute(version).build(),
    );
    let (sender, receiver) = mpsc::channel(QUEUE);
    if PIPELINE.set(Pipeline { sender, ratio: otlp.ratio }).is_ok() {
        tokio::spawn(run(exporter, receiver));
    }
    Ok(())
}

/// Waits until what was traced so far is out, for 5 s at most.
pub async fn stop() {
    let Some(pipeline) = pipeline() else { return };
    let (done, out) = oneshot::channel();
    let flush = async {
        if pipeline.sender.send(Message::Flush(done)).await.is_ok() {
            let _task_ended = out.await;
        }
    };
    let _late = timeout(FLUSH_WITHIN, flush).await;
}

impl Pipeline {
    /// The head of a trace, sampled or not.
    pub fn new_trace(&self) -> Parent {
        let chance = f64::from(u32::from_be_bytes(Random::default().bytes())) / f64::from(u32::MAX);
        Parent::head(chance < self.ratio || self.ratio >= 1.0)
    }

    pub fn send(&self, piece: &Arc<Piece>) {
        if self.sender.try_send(Message::Piece(Arc::clone(piece))).is_err() {
            dropped(piece.take().len());
        }
    }
}

fn dropped(spans: usize) {
    SPANS_DROPPED.with([]).increment(spans as u64);
}

async fn run(exporter: SpanExporter, mut receiver: mpsc::Receiver<Message>) {
    let mut batch = Vec::new();
    while let Some(first) = receiver.recv().await {
        let mut flush = take(first, &mut batch);
        let gathered = sleep(GATHER);
        tokio::pin!(gathered);
        while flush.is_none() && batch.len() < BATCH {
            tokio::select! {
                message = receiver.recv() => match message {
                    Some(message) => flush = take(message, &mut batch),
                    None => break,
                },
                () = &mut gathered => break,
            }
        }
        export(&exporter, std::mem::take(&mut batch)).await;
        if let Some(done) = flush {
            let _nobody_waits = done.send(());
        }
    }
}

fn take(message: Message, batch: &mut Vec<SpanData>) -> Option<oneshot::Sender<()>> {
    match message {
        Message::Piece(piece) => {
            batch.extend(piece.take().into_iter().map(|span| piece.data(span)));
            None
        }
        Message::Flush(done) => Some(done),
    }
}

async fn export(exporter: &SpanExporter, batch: Vec<SpanData>) {
    let spans = batch.len();
    if spans > 0 && !matches!(timeout(EXPORT_WITHIN, exporter.export(batch)).await, Ok(Ok(()))) {
        dropped(spans);
        tracing::debug!(spans, "the trace collector does not answer");
    }
}
