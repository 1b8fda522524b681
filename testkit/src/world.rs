//! The whole system in one process, on a database and ports of its own.

use std::{net::Ipv4Addr, sync::Arc};

use platform::{
    Ambient, Role,
    config::{Environment, Source},
    grpc::Channel,
    identity::{
        ServiceIdentity,
        keys::{RootSecret, SigningKey},
    },
    telemetry::{self, logs::Lines},
};
use siddes::{Running, Settings, System};
use sqlx::{AssertSqlSafe, postgres::PgConnectOptions};
use svc_auth::Hasher;
use tokio::net::TcpListener;

use crate::{
    chaos::Chaos,
    database::TestDatabase,
    http::Http,
    mail::TestMail,
    oidc::{APPLE_ID, GOOGLE_ID, TestIssuer},
    person::Person,
    redis::TestRedis,
};

/// A system that serves, and everything a test may want to hold of it.
pub struct World {
    pub http: Http,
    /// Metrics, and health with details.
    pub private: Http,
    pub ambient: Ambient,
    pub database: TestDatabase,
    /// Where social's schema is: the same database, unless the world was built with social apart.
    pub social: TestDatabase,
    pub running: Running,
    /// Stands before Postgres, if the world was built with it.
    pub chaos: Option<Chaos>,
    /// The world's mail server, if it was built with one: mails go nowhere otherwise.
    pub mail: Option<Arc<TestMail>>,
    /// Whoever stands for Google and Apple, if the world was built with it: nobody signs in by them otherwise.
    pub issuer: Option<Arc<TestIssuer>>,
    /// The world's Redis, if it was built with one.
    pub redis: Option<Arc<TestRedis>>,
    /// What all keys of this world follow from.
    pub secret: RootSecret,
}

/// Settings of a world that differ from the ordinary.
#[derive(Default)]
pub struct WorldBuilder {
    vars: Vec<(String, String)>,
    chaos: bool,
    mail: Option<Arc<TestMail>>,
    issuer: Option<Arc<TestIssuer>>,
    redis: WithRedis,
    without_worker: bool,
    ambient: Ambient,
    database: Option<TestDatabase>,
    social_apart: bool,
}

#[derive(Default)]
enum WithRedis {
    #[default]
    No,
    Own,
    Of(Arc<TestRedis>),
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

    /// Starts a Redis for this world, and for those beside it.
    #[must_use]
    pub fn redis(mut self) -> Self {
        self.redis = WithRedis::Own;
        self
    }

    /// Starts a mail server for this world, and for those beside it.
    #[must_use]
    pub fn mail(mut self) -> Self {
        self.mail = Some(Arc::new(TestMail::start()));
        self
    }

    /// Puts somebody in the place of Google and Apple, for this world and for those beside it.
    #[must_use]
    pub fn oidc(mut self) -> Self {
        self.issuer = Some(Arc::new(TestIssuer::start()));
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

    /// A second system on the database, and the Redis, of another.
    #[must_use]
    pub fn beside(mut self, world: &World) -> Self {
        self.database = Some(world.database.clone());
        self.mail.clone_from(&world.mail);
        self.issuer.clone_from(&world.issuer);
        self.redis = world.redis.as_ref().map_or(WithRedis::No, |redis| WithRedis::Of(Arc::clone(redis)));
        self
    }

    /// On this database, which may be anybody's.
    #[must_use]
    pub fn on(mut self, database: TestDatabase) -> Self {
        self.database = Some(database);
        self
    }

    pub async fn build(mut self) -> World {
        if let Some(filter) = std::env::var_os("RUST_LOG") {
            let rust_log = filter.into_string().ok();
            let environment = Environment::Development;
            let settings = telemetry::Settings { environment, rust_log, log_level: "info".to_owned(), otlp: None };
            telemetry::start(&settings, Lines::standard(environment));
        }
        let database = match self.database {
            Some(database) => database,
            None => TestDatabase::create().await,
        };
        let mut social = database.clone();
        let chaos = if self.chaos { Some(Chaos::before(&database.options).await) } else { None };
        let options = chaos.as_ref().map_or(&database.options, |chaos| &chaos.options);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let redis = match self.redis {
            WithRedis::No => None,
            WithRedis::Own => Some(Arc::new(TestRedis::new().await)),
            WithRedis::Of(redis) => Some(redis),
        };
        if let Some(redis) = &redis {
            // On a busy machine all are slow, and a test that is not about that wants Redis to be waited for.
            let patience = ("SIDDES_REDIS_TIMEOUT_MS".to_owned(), "5000".to_owned());
            self.vars.splice(0..0, [patience, ("REDIS_URL".to_owned(), redis.url())]);
        }
        if let Some(mail) = &self.mail {
            let vars = [
                ("SD_EMAIL_PROVIDER", "smtp".to_owned()),
                ("SD_SMTP_HOST", mail.address.ip().to_string()),
                ("SD_SMTP_PORT", mail.address.port().to_string()),
                ("SD_SMTP_USE_TLS", "0".to_owned()),
            ];
            self.vars.splice(0..0, vars.map(|(name, value)| (name.to_owned(), value)));
        }
        if self.issuer.is_some() {
            let ids = [("GOOGLE_OAUTH_CLIENT_ID", GOOGLE_ID), ("APPLE_OAUTH_CLIENT_ID", APPLE_ID)];
            self.vars.splice(0..0, ids.map(|(name, id)| (name.to_owned(), id.to_owned())));
        }
        let mut settings = settings(self.vars, options);
        if let Some(issuer) = &self.issuer {
            settings.auth.identities.google.keys = issuer.keys();
            settings.auth.identities.apple.keys = issuer.keys();
        }
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
            private: Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port")),
        };
        let running = system.start().await.expect("the system starts");
        let address = running.gateway.expect("a gateway");
        let private = running.private.expect("a private port");
        World {
            http: Http::new(format!("http://{address}")),
            private: Http::private(format!("http://{private}")),
            ambient: self.ambient,
            database,
            social,
            running,
            chaos,
            redis,
            mail: self.mail,
            issuer: self.issuer,
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

    /// The mail server, once every job has run.
    pub async fn mail(&self) -> &TestMail {
        self.jobs_done().await;
        self.mail.as_ref().expect("a world with mail")
    }

    /// Whoever stands for Google and Apple.
    pub fn issuer(&self) -> &TestIssuer {
        self.issuer.as_ref().expect("a world with an issuer")
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
            "select (select count(*) from auth_jobs._private_jobs) + (select count(*) from safety_jobs._private_jobs)
                    + (select count(*) from inbox_jobs._private_jobs)";
        self.database.until(left, 0).await;
        self.social.until("select count(*) from social_jobs._private_jobs", 0).await;
    }

    /// Runs a job that has a schedule, as if its time had come.
    pub async fn run_scheduled(&self, service: Role, task: &str) {
        let database = if service == Role::Social { &self.social } else { &self.database };
        let sql = format!("select from {service}_jobs.add_job($1, '{{}}'::json)");
        sqlx::query(AssertSqlSafe(sql)).bind(task).execute(&mut database.connect().await).await.expect("a job");
        self.jobs_done().await;
    }

    /// One number out of the database, as its owner sees it.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.database.count(sql).await
    }
}
