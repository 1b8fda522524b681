//! A private Postgres on a Unix socket: made on the first start, adopted if it still runs, ended with the process.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
};

use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};
use tokio::process::Command;

const OWNER: &str = "siddes";
const DATABASE: &str = "siddes";

/// A running Postgres of our own.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    account: Option<Account>,
}

/// The system account that Postgres runs as when we are root: it refuses to be root.
#[derive(Clone, Copy, Debug)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Whether every folder on the way lets it through.
    fn can_enter(self, folder: &Path) -> Result<(), PostgresError> {
        for path in folder.ancestors() {
            let failed = |source| PostgresError::Folder { path: path.to_owned(), source };
            let meta = fs::metadata(path).map_err(failed)?;
            let open = meta.mode() & 0o001 != 0
                || (meta.uid() == self.uid && meta.mode() & 0o100 != 0)
                || (meta.gid() == self.gid && meta.mode() & 0o010 != 0);
            if !open {
                return Err(PostgresError::Unreachable(path.to_owned()));
            }
        }
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error("{path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("{program} could not be run: {source}")]
    Program { program: &'static str, source: io::Error },
    #[error("{program} failed: {output}")]
    Failed { program: &'static str, output: String },
    #[error("running as root, and there is no system account 'postgres' to run the database as; install postgresql")]
    NoAccount,
    #[error("the database runs as the system account 'postgres', which may not enter {0}: give --data another folder")]
    Unreachable(PathBuf),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl Postgres {
    /// Starts the database below `folder`, making it if there is none. A live one of the same folder is adopted.
    ///
    /// `extra` are settings of the server, `name=value`.
    ///
    /// # Errors
    /// [`PostgresError`], in words that say what to do.
    pub async fn start(bin: PathBuf, folder: &Path, extra: &[&str]) -> Result<Self, PostgresError> {
        let (folder, account) = prepare(folder)?;
        let in_folder = |source| PostgresError::Folder { path: folder.clone(), source };
        let socket = socket_dir(&folder);
        let postgres = Self { bin, data: folder.join("postgres"), socket, account };
        postgres.own_folder(&postgres.socket)?;
        fs::write(folder.join("socket-dir"), format!("{}\n", postgres.socket.display())).map_err(in_folder)?;
        if !postgres.data.join("PG_VERSION").is_file() {
            postgres.init().await?;
        }
        if !postgres.is_running().await? {
            postgres.launch(extra).await?;
        }
        postgres.create_database().await?;
        Ok(postgres)
    }

    /// Whether a database could be started below `folder`: nothing but the folder is made.
    ///
    /// # Errors
    /// [`PostgresError`], in words that say what to do.
    pub fn could_start(folder: &Path) -> Result<(), PostgresError> {
        let (folder, _) = prepare(folder)?;
        let trial = folder.join(".siddes-may-write");
        let outcome = fs::write(&trial, "").and_then(|()| fs::remove_file(&trial));
        outcome.map_err(|source| PostgresError::Folder { path: folder, source })
    }

    /// The process of a database that runs below `folder` already.
    pub fn running(folder: &Path) -> Option<u32> {
        let pid = fs::read_to_string(folder.join("postgres/postmaster.pid")).ok()?.lines().next()?.parse().ok()?;
        Path::new(&format!("/proc/{pid}")).exists().then_some(pid)
    }

    /// A folder with a short path, which nobody else may enter.
    pub fn socket_dir(&self) -> &Path {
        &self.socket
    }

    /// How to reach the database that belongs to the system.
    pub fn options(&self) -> PgConnectOptions {
        self.server(DATABASE)
    }

    /// Ends the server: running statements are broken off, what was committed stays.
    ///
    /// # Errors
    /// [`PostgresError`].
    pub async fn stop(&self) -> Result<(), PostgresError> {
        let data = self.data.display().to_string();
        self.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "-s", "stop"]).await.map(|_| ())
    }

    fn server(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.socket).port(5432).username(OWNER).database(database)
    }

    async fn init(&self) -> Result<(), PostgresError> {
        self.own_folder(&self.data)?;
        let data = self.data.display().to_string();
        // Trust, because only the owner of the socket's folder can reach it.
        self.run("initdb", &["-D", &data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]).await?;
        Ok(())
    }

    async fn is_running(&self) -> Result<bool, PostgresError> {
        let data = self.data.display().to_string();
        match self.run("pg_ctl", &["-D", &data, "status"]).await {
            Ok(_) => Ok(true),
            Err(PostgresError::Failed { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn launch(&self, extra: &[&str]) -> Result<(), PostgresError> {
        let mut options = format!("-k {} -p 5432 -c listen_addresses= -c max_connections=200", self.socket.display());
        for setting in extra {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let data = self.data.display().to_string();
        let log = self.data.join("server.log").display().to_string();
        self.run("pg_ctl", &["-D", &data, "-l", &log, "-o", &options, "-w", "-s", "start"]).await?;
        Ok(())
    }

    async fn create_database(&self) -> Result<(), PostgresError> {
        let mut conn = PgConnection::connect_with(&self.server("postgres")).await?;
        let row =
            conn.fetch_one(sqlx::query("select exists (select from pg_database where datname = 'siddes')")).await?;
        if !row.try_get::<bool, _>(0)? {
            conn.execute("create database siddes").await?;
        }
        conn.close().await?;
        Ok(())
    }

    fn own_folder(&self, path: &Path) -> Result<(), PostgresError> {
        let failed = |source| PostgresError::Folder { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        if let Some(account) = self.account {
            chown(path, Some(account.uid), Some(account.gid)).map_err(failed)?;
        }
        Ok(())
    }

    async fn run(&self, program: &'static str, args: &[&str]) -> Result<String, PostgresError> {
        let mut command = Command::new(self.bin.join(program));
        // Its own process group: Ctrl-C is for us, and we end the server in order.
        // Never our output pipe: the server would hold it open for as long as it lives.
        let log = tempfile(&self.socket, program)?;
        let output = log.try_clone().map_err(|source| PostgresError::Program { program, source })?;
        command.args(args).current_dir("/").env("LC_ALL", "C.UTF-8").process_group(0).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(|source| PostgresError::Program { program, source })?);
        command.stderr(output);
        if let Some(account) = self.account {
            command.uid(account.uid).gid(account.gid);
        }
        let status = command.status().await.map_err(|source| PostgresError::Program { program, source })?;
        drop(log);
        let text = fs::read_to_string(self.socket.join(format!("{program}.log"))).unwrap_or_default();
        if status.success() { Ok(text) } else { Err(PostgresError::Failed { program, output: text.trim().to_owned() }) }
    }
}

/// Makes the folder, and finds the account that the database in it will run as.
fn prepare(folder: &Path) -> Result<(PathBuf, Option<Account>), PostgresError> {
    let failed = |source| PostgresError::Folder { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let found = folder.canonicalize().map_err(failed)?;
    // Root is asked by looking at what we may own: no libc to ask directly.
    let root = fs::metadata("/proc/self").map_err(failed)?.uid() == 0;
    let account = if root { Some(postgres_account().ok_or(PostgresError::NoAccount)?) } else { None };
    if let Some(account) = account {
        account.can_enter(&found)?;
    }
    Ok((found, account))
}

fn tempfile(dir: &Path, program: &'static str) -> Result<fs::File, PostgresError> {
    fs::File::create(dir.join(format!("{program}.log"))).map_err(|source| PostgresError::Program { program, source })
}

/// Socket paths end at 107 bytes, wherever the data may be: a short folder named after the data's path.
fn socket_dir(folder: &Path) -> PathBuf {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name = digest[..6].iter().fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    PathBuf::from("/tmp").join(format!("siddes-{name}"))
}

fn postgres_account() -> Option<Account> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let line = passwd.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some(Account { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}
