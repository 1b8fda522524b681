//! The whole system in one process, on a database and ports of its own.

use std::net::Ipv4Addr;

use platform::{
    Ambient, Role,
    config::{Environment, Source},
    grpc::Channel,
    identity::{
        ServiceIdentity,
        keys::{RootSecret, SigningKey},
    },
    telemetry,
};
use siddes::{Running, Settings, System};
use sqlx::postgres::PgConnectOptions;
use svc_auth::Hasher;
use tokio::net::TcpListener;

use crate::{chaos::Chaos, database::TestDatabase, http::Http, person::Person};

/// A system that serves, and everything a test may want to hold of it.
pub struct World {
    pub http: Http,
    pub ambient: Ambient,
    pub database: TestDatabase,
    /// Where social's schema is: the same database, unless the world was built with social apart.
    pub social: TestDatabase,
    pub running: Running,
    /// Stands before Postgres, if the world was built with it.
    pub chaos: Option<Chaos>,
    /// What all keys of this world follow from.
    pub secret: RootSecret,
}

/// Settings of a world that differ from the ordinary.
#[derive(Default)]
pub struct WorldBuilder {
    vars: Vec<(String, String)>,
    chaos: bool,
    without_worker: bool,
    ambient: Ambient,
    database: Option<TestDatabase>,
    social_apart: bool,
}

impl WorldBuilder {
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.vars.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Puts a proxy that can fail between the services and Postgres.
    #[must_use]
    pub fn chaos(mut self) -> Self {
        self.chaos = true;
        self
    }

    /// Jobs are written and not run.
    #[must_use]
    pub fn without_worker(mut self) -> Self {
        self.without_worker = true;
        self
    }

    /// Gives social a database of its own, so that no lock of the other services is seen there.
    #[must_use]
    pub fn social_apart(mut self) -> Self {
        self.social_apart = true;
        self
    }

    /// A second system on the database of another.
    #[must_use]
    pub fn beside(mut self, world: &World) -> Self {
        self.database = Some(world.database.clone());
        self
    }

    pub async fn build(self) -> World {
        if let Some(filter) = std::env::var_os("RUST_LOG") {
            telemetry::init(Environment::Development, filter.to_str(), "info");
        }
        let database = match self.database {
            Some(database) => database,
            None => TestDatabase::create().await,
        };
        let mut social = database.clone();
        let chaos = if self.chaos { Some(Chaos::before(&database.options).await) } else { None };
        let options = chaos.as_ref().map_or(&database.options, |chaos| &chaos.options);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let mut settings = settings(self.vars, options);
        if self.social_apart {
            let apart = TestDatabase::create().await;
            settings.databases.get_mut(&Role::Social).expect("social has a database").options = apart.options.clone();
            social = apart;
        }
        let secret = settings.common.secret.clone();
        let system = System {
            settings,
            ambient: self.ambient.clone(),
            roles: Role::ALL.to_vec(),
            worker: !self.without_worker,
            hasher: Hasher::cheap(),
            gateway: Some(listener),
        };
        let running = system.start().await.expect("the system starts");
        let address = running.gateway.expect("a gateway");
        World {
            http: Http::new(format!("http://{address}")),
            ambient: self.ambient,
            database,
            social,
            running,
            chaos,
            secret,
        }
    }
}

fn settings(vars: Vec<(String, String)>, options: &PgConnectOptions) -> Settings {
    let development = ("SIDDES_ENV".to_owned(), "development".to_owned());
    let source = Source::from_vars(vars.into_iter().chain([development]));
    Settings::read(source, Some(options.clone())).expect("settings of a test")
}

impl World {
    /// An ordinary world.
    pub async fn new() -> Self {
        Self::builder().build().await
    }

    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    /// People with accounts, in the order of their names.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::with_capacity(N);
        for name in names {
            people.push(Person::sign_up(self.http.clone(), name).await);
        }
        people.try_into().unwrap_or_else(|_| unreachable!("as many people as names"))
    }

    /// A browser without a session.
    pub fn anonymous(&self) -> Person {
        Person::anonymous(self.http.clone())
    }

    /// The auth service, for what only operators and other services do.
    pub fn auth(&self) -> &svc_auth::Service {
        self.running.auth.as_ref().expect("auth runs here")
    }

    /// A channel on which one role calls another, with its own key.
    pub fn channel(&self, caller: Role, target: Role) -> Channel {
        let key = SigningKey::derived(&self.secret, caller).expect("a key");
        let identity = ServiceIdentity::new(caller, key, self.ambient.clock.clone());
        Channel::local(target, identity, self.running.local.clone())
    }

    /// Waits until the gateway has heard from every service.
    pub async fn ready(&self) {
        for _ in 0..5_000 {
            if self.anonymous().get("/readyz").await.status == 200 {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the system does not become ready");
    }

    /// Waits until no service has a job left to run.
    pub async fn jobs_done(&self) {
        let left =
            "select (select count(*) from auth_jobs._private_jobs) + (select count(*) from safety_jobs._private_jobs)";
        for _ in 0..1_000 {
            if self.count(left).await == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("jobs are still waiting");
    }

    /// One number out of the database, as its owner sees it.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut conn = self.database.connect().await;
        sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a count")
    }
}
