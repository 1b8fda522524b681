//! COPY in text form, in pieces of a megabyte.

use std::fmt::Write;

use anyhow::Context;
use bytes::Bytes;
use futures::SinkExt;
use tokio_postgres::{Client, CopyInSink};

const PIECE: usize = 1 << 20;

/// Rows on their way into one table.
pub struct Copy {
    sink: std::pin::Pin<Box<CopyInSink<Bytes>>>,
    text: String,
    table: &'static str,
}

impl Copy {
    /// `columns` is what stands between the parentheses.
    pub async fn into(client: &Client, table: &'static str, columns: &str) -> anyhow::Result<Self> {
        let sink = client.copy_in(&format!("copy {table} ({columns}) from stdin")).await.context(table)?;
        Ok(Self { sink: Box::pin(sink), text: String::with_capacity(PIECE + 4_096), table })
    }

    /// Fields must hold no tab, no line end and no backslash; `\N` is null.
    pub async fn row(&mut self, fields: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
        writeln!(self.text, "{fields}")?;
        if self.text.len() >= PIECE {
            self.send().await?;
        }
        Ok(())
    }

    pub async fn end(mut self) -> anyhow::Result<()> {
        self.send().await?;
        self.sink.as_mut().finish().await.context(self.table)?;
        Ok(())
    }

    async fn send(&mut self) -> anyhow::Result<()> {
        let piece = Bytes::copy_from_slice(self.text.as_bytes());
        self.text.clear();
        self.sink.send(piece).await.context(self.table)
    }
}
