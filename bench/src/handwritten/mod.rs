//! The same reads written by hand: one process, axum and tokio-postgres, no service, no gRPC, no token, no limit.

mod answer;
mod pool;
mod read;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Query, State},
    response::IntoResponse,
    routing::get,
};
use clap::Args;
use http::{HeaderMap, StatusCode, header};
use platform::{Side, cursor::Cursors, identity::keys::RootSecret};
use serde::Deserialize;
use tokio::{net::TcpListener, process::Command};

use self::pool::Pool;
use crate::{
    say,
    stage::{self, CONNECTIONS},
    system::{SECRET, System},
};

#[derive(Args, Clone, Debug)]
pub struct Options {
    #[arg(long)]
    socket: PathBuf,
}

/// The running contestant.
pub struct ByHand(System);

impl ByHand {
    pub async fn start(socket: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("handwritten").arg("--socket").arg(socket);
        Ok(Self(System::start(command, stage::out()?.join("handwritten.log")).await?))
    }

    pub const fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub fn pid(&self) -> anyhow::Result<u32> {
        self.0.pid()
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        self.0.stop().await
    }
}

struct Handler {
    pool: Pool,
    cursors: Cursors,
}

#[derive(Deserialize)]
struct Asked {
    side: Measured,
    #[serde(default = "page")]
    limit: usize,
    #[serde(default)]
    cursor: String,
}

/// The two Sides that are measured.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Measured {
    Public,
    Friends,
}

const fn page() -> usize {
    20
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    let handler = Handler {
        pool: Pool::connect(&options.socket, CONNECTIONS as usize).await?,
        cursors: Cursors::new(&RootSecret::new(SECRET.to_owned().into())),
    };
    let router = Router::new().route("/api/feed", get(feed)).with_state(Arc::new(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("ready http://{}", listener.local_addr()?));
    Ok(axum::serve(listener, router).await?)
}

async fn feed(
    State(handler): State<Arc<Handler>>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> impl IntoResponse {
    match page_of(&handler, &headers, &asked).await {
        Ok(Some(body)) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body),
        Ok(None) => (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "text/plain")], Vec::new()),
        Err(error) => {
            let text = format!("{error:#}").into_bytes();
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], text)
        }
    }
}

/// `None`: nobody.
async fn page_of(handler: &Handler, headers: &HeaderMap, asked: &Asked) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(token) = token(headers) else { return Ok(None) };
    let conn = handler.pool.take().await?;
    let now = platform::Ambient::default().clock.now();
    let Some(viewer) = conn.authenticate(token, now).await? else { return Ok(None) };
    let side = match asked.side {
        Measured::Public => Side::Public,
        Measured::Friends => Side::Friends,
    };
    let list = format!("feed/me_{viewer}/{side}///");
    let place = handler.cursors.open(&list, &asked.cursor);
    let mut rows = conn.feed(viewer, side, asked.limit, place).await?;
    drop(conn);
    let more = rows.len() > asked.limit;
    rows.truncate(asked.limit);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| handler.cursors.seal(&list, &row.place()));
    Ok(Some(answer::write(viewer, side, rows, next, now)?))
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get(header::COOKIE)?.to_str().ok()?.split("; ");
    pairs.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == "siddes_session").map(|(_, token)| token)
}
