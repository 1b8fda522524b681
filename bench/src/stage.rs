//! What every measurement stands on: a Postgres of the bench's own, the dataset in it, the system under test.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::Context;
use siddes::private::{Postgres, postgres_bin};
use tokio::process::Command;
use tokio_postgres::{Client, NoTls};

use crate::{
    Place,
    dataset::{self, POSTS, TENFOLD},
    note, process, say,
    system::{self, System},
    tally::Meters,
};

/// What contestants beside the system connect as: the rights of all services, and not the owner's.
pub const ROLE: &str = "siddes_bench";
/// As every service's pool sets it.
pub const SESSION: &str = "-c statement_timeout=3000 -c plan_cache_mode=force_generic_plan";
/// `SIDDES_DB_MAX_CONNECTIONS`, unless it is set: the connections of a service, so of every contestant.
pub const CONNECTIONS: u32 = 10;

/// Postgres with the dataset, and where its programs and its socket are.
pub struct Stage {
    postgres: Postgres,
    pub client: Client,
    pub posts: i64,
    pub bin: PathBuf,
    pub socket: PathBuf,
    /// 5432 on 127.0.0.1 was free: it listens there too.
    pub tcp: bool,
    folder: PathBuf,
    place: Place,
}

/// Where results go.
pub fn out() -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("out");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

impl Stage {
    /// Starts Postgres, migrates with the executable under test, loads the dataset where it is not there yet.
    async fn open(place: &Place, anew: bool) -> anyhow::Result<Self> {
        let path = std::env::var_os("PATH");
        let bin = postgres_bin(None, path.as_deref().and_then(std::ffi::OsStr::to_str)).context("no Postgres")?;
        let posts = if place.tenfold { TENFOLD } else { POSTS };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(posts.to_string());
        let tcp = TcpListener::bind("127.0.0.1:5432").is_ok();
        let mut settings = vec!["shared_buffers=1GB", "max_wal_size=4GB"];
        settings.extend(tcp.then_some("listen_addresses=127.0.0.1"));
        let postgres = Postgres::start(bin.clone(), &folder, &settings).await?;
        let socket = PathBuf::from(fs::read_to_string(folder.join("socket-dir"))?.trim());
        let stage = Self {
            client: connect(&socket, "siddes").await?,
            postgres,
            posts,
            bin,
            socket,
            tcp,
            folder,
            place: place.clone(),
        };
        let prepared = stage.prepare(anew).await;
        if prepared.is_err() {
            stage.postgres.stop().await?;
        }
        prepared?;
        Ok(stage)
    }

    async fn prepare(&self, anew: bool) -> anyhow::Result<()> {
        let migrated = self.siddes()?.arg("migrate").status().await?;
        anyhow::ensure!(migrated.success(), "siddes migrate failed");
        let role = format!(
            "do $$ begin create role {ROLE} login; exception when duplicate_object then null; end $$;
             grant siddes_auth, siddes_social, siddes_safety, siddes_inbox to {ROLE}"
        );
        self.client.batch_execute(&role).await?;
        self.client.batch_execute("alter database siddes reset all").await?;
        for (name, value) in self.place.database.iter().filter_map(|setting| setting.split_once('=')) {
            self.client.batch_execute(&format!("alter database siddes set {name} = '{value}'")).await?;
        }
        if anew || !dataset::present(&self.client, self.posts).await {
            note(&format!("loading {} posts", self.posts));
            dataset::load(&self.client, self.posts).await?;
        }
        dataset::refresh(&self.client).await
    }

    fn siddes(&self) -> anyhow::Result<Command> {
        system::command(&self.place.siddes, &self.socket, &self.place.set)
    }

    /// The system under test on this data; settings beside those of the command line.
    pub async fn start_system(&self, settings: &[&str]) -> anyhow::Result<System> {
        let mut command = self.siddes()?;
        for (name, value) in settings.iter().filter_map(|setting| setting.split_once('=')) {
            command.env(name, value);
        }
        command.args(["serve", "all"]);
        System::start(command, out()?.join("siddes.log")).await
    }

    pub fn meters(&self, app: Option<&System>) -> anyhow::Result<Meters> {
        let postgres = process::named_by(&self.folder.join("postgres/postmaster.pid"))?;
        Ok(Meters { app: app.map(System::pid).transpose()?, postgres })
    }
}

/// Does something on the stage; whatever comes of it, Ctrl-C too, Postgres is ended afterwards.
pub async fn on<T>(
    place: &Place,
    anew: bool,
    work: impl AsyncFnOnce(&Stage) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let stage = Stage::open(place, anew).await?;
    let done = tokio::select! {
        done = work(&stage) => done,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    stage.postgres.stop().await?;
    done
}

/// A connection over the socket.
pub async fn connect(socket: &Path, role: &str) -> anyhow::Result<Client> {
    let mut config = tokio_postgres::Config::new();
    config.host_path(socket).user(role).dbname("siddes").options(SESSION);
    if role == "siddes" {
        config.options("");
    }
    let (client, connection) = config.connect(NoTls).await.context("the bench's database")?;
    // Its errors are told to the client.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

pub async fn load(place: &Place) -> anyhow::Result<()> {
    on(place, true, async |_| Ok(())).await
}

/// Until Ctrl-C.
pub async fn serve(place: &Place) -> anyhow::Result<()> {
    on(place, false, async |stage| {
        let system = stage.start_system(&[]).await?;
        say(&format!("http://{} is process {}; log in {}", system.address, system.pid()?, system.log.display()));
        say(&format!("GET /api/feed?side=friends&limit=20 with the cookie: {}", crate::client::cookie(7)));
        std::future::pending().await
    })
    .await
}
