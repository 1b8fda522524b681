//! Any set of roles in one process: each with its own database role, identity and routes; nothing but gRPC between them.

use std::{collections::HashMap, net::SocketAddr};

use anyhow::{Context, anyhow};
use gateway::Gateway;
use platform::{
    Ambient, Role,
    cursor::Cursors,
    grpc::{self, Channel, LocalServices},
    identity::{
        Issuer, ServiceIdentity,
        keys::{PublicKeys, SigningKey},
    },
    jobs::Worker,
    pg::{Db, DbSettings, ServiceSchema},
    redis::Redis,
    seal::Seals,
    status::StatusRpc,
    telemetry::metrics,
    vitals::Vitals,
};
use svc_auth::Hasher;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{settings::Settings, watch::Watch};

/// How the process is to be put together.
pub struct System {
    pub settings: Settings,
    pub ambient: Ambient,
    pub roles: Vec<Role>,
    /// Run the jobs of the services that live here.
    pub worker: bool,
    pub hasher: Hasher,
    /// Where the gateway listens; none without the gateway's role.
    pub gateway: Option<TcpListener>,
    /// Where metrics and health with details are; none where nobody asks for them.
    pub private: Option<TcpListener>,
}

/// A running process.
pub struct Running {
    /// Where the gateway answers.
    pub gateway: Option<SocketAddr>,
    pub local: LocalServices,
    pub auth: Option<svc_auth::Service>,
    pub databases: Vec<Db>,
    /// Where the private port is.
    pub private: Option<SocketAddr>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    watch: Watch,
}

/// The schemas of all services, in the order in which they are migrated.
pub fn schemas() -> Vec<ServiceSchema> {
    vec![svc_auth::schema(), svc_social::schema(), svc_safety::schema(), svc_inbox::schema()]
}

impl System {
    /// Starts every role; returns when all of them serve.
    ///
    /// # Errors
    /// A key, an address or a port that cannot be used.
    pub async fn start(mut self) -> anyhow::Result<Running> {
        metrics::install();
        let (listener, private) = (self.gateway.take(), self.private.take());
        let mut running = Running {
            gateway: None,
            local: LocalServices::default(),
            auth: None,
            databases: Vec::new(),
            private: None,
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            watch: Watch::default(),
        };
        for role in Role::SERVICES.into_iter().filter(|role| self.roles.contains(role)) {
            Box::pin(self.start_service(role, &mut running)).await.with_context(|| format!("service {role}"))?;
        }
        if let Some(listener) = listener {
            Box::pin(self.start_gateway(listener, &mut running)).await?;
        }
        running.tasks.close();
        running.private = running.watch.start(&self.settings.gateway.build, private);
        Ok(running)
    }

    async fn start_service(&self, role: Role, running: &mut Running) -> anyhow::Result<()> {
        let settings = self.settings.databases.get(&role).ok_or_else(|| anyhow!("no database"))?;
        let db = Db::new(role, settings)?;
        running.databases.push(db.clone());
        let channels = self.channels(role, &running.local)?;
        let channel = |target: Role| channels.get(&target).cloned().ok_or_else(|| anyhow!("no channel to {target}"));
        let ambient = self.ambient.clone();
        let own = match role {
            Role::Gateway => return Err(anyhow!("the gateway is no gRPC service")),
            Role::Auth => {
                let issuer = Issuer::new(SigningKey::derived(&self.settings.common.secret, Role::Auth)?);
                let service = svc_auth::Service::new(svc_auth::Deps {
                    db: db.clone(),
                    ambient,
                    settings: self.settings.auth.clone(),
                    seals: Seals::new(&self.settings.common.secret),
                    post: svc_auth::mail::Post::new(&self.settings.auth.mail),
                    app_base: self.settings.common.app_base.clone().unwrap_or_default(),
                    hasher: self.hasher.clone(),
                    issuer,
                    social: channel(Role::Social)?,
                    safety: channel(Role::Safety)?,
                    inbox: channel(Role::Inbox)?,
                });
                running.auth = Some(service.clone());
                self.start_worker(service.worker(), settings, running);
                service.routes()
            }
            Role::Social => {
                let service = svc_social::Service::new(svc_social::Deps {
                    db: db.clone(),
                    ambient,
                    settings: self.settings.social.clone(),
                    cursors: Cursors::new(&self.settings.common.secret),
                    inbox: channel(Role::Inbox)?,
                    directory: channel(Role::Auth)?,
                });
                self.start_worker(service.worker(), settings, running);
                service.routes()
            }
            Role::Safety => {
                let service = svc_safety::Service::new(svc_safety::Deps {
                    db: db.clone(),
                    ambient,
                    directory: channel(Role::Auth)?,
                    social: channel(Role::Social)?,
                    inbox: channel(Role::Inbox)?,
                });
                self.start_worker(service.worker(), settings, running);
                service.routes()
            }
            Role::Inbox => {
                let deps = svc_inbox::Deps { db: db.clone(), ambient, social: channel(Role::Social)? };
                let service = svc_inbox::Service::new(deps);
                self.start_worker(service.worker(), settings, running);
                service.routes()
            }
        };
        let schema = schemas().into_iter().find(|schema| schema.role == role).ok_or_else(|| anyhow!("no schema"))?;
        let vitals = running.watch.service(Vitals::new(db, schema, self.ambient.clock.clone())).await;
        let server = grpc::Server {
            role,
            keys: PublicKeys::derived(&self.settings.common.secret)?,
            clock: self.ambient.clock.clone(),
            status: StatusRpc::new(vitals),
        };
        let router = server.router(own).await?;
        self.listen(role, router.clone(), running).await?;
        running.local.insert(role, router);
        Ok(())
    }

    /// Opens the service's port where somebody outside this process may call it.
    async fn listen(&self, role: Role, router: axum::Router, running: &Running) -> anyhow::Result<()> {
        let network = self.settings.network.get(&role).ok_or_else(|| anyhow!("no address"))?;
        let whole = Role::ALL.iter().all(|role| self.roles.contains(role));
        if whole && !network.bind_asked {
            return Ok(());
        }
        let listener = TcpListener::bind(network.bind).await.with_context(|| format!("gRPC port {}", network.bind))?;
        let shutdown = running.shutdown.clone();
        running.tasks.spawn(async move {
            if let Err(error) = grpc::serve(router, listener, shutdown.cancelled_owned()).await {
                tracing::error!(%role, %error, "gRPC server ended");
            }
        });
        Ok(())
    }

    fn start_worker<S: Clone + Send + Sync + 'static>(
        &self,
        worker: Worker<S>,
        settings: &DbSettings,
        running: &Running,
    ) {
        if self.worker {
            let concurrency = self.settings.common.jobs_concurrency;
            running.tasks.spawn(worker.run(settings.clone(), concurrency, running.shutdown.clone()));
        }
    }

    async fn start_gateway(&self, listener: TcpListener, running: &mut Running) -> anyhow::Result<()> {
        let mut channels = self.channels(Role::Gateway, &running.local)?;
        let mut channel = |target: Role| channels.remove(&target).ok_or_else(|| anyhow!("no channel to {target}"));
        let gateway = Gateway::new(gateway::Deps {
            settings: self.settings.gateway.clone(),
            secret: self.settings.common.secret.clone(),
            ambient: self.ambient.clone(),
            auth: channel(Role::Auth)?,
            social: channel(Role::Social)?,
            safety: channel(Role::Safety)?,
            inbox: channel(Role::Inbox)?,
            redis: self.redis().await?,
        });
        running.gateway = Some(listener.local_addr()?);
        running.watch.gateway(gateway.clone());
        let shutdown = running.shutdown.clone();
        running.tasks.spawn(async move { gateway.serve(listener, shutdown).await });
        Ok(())
    }

    /// Redis, where it is set: then it has to answer, since an operator counts on limits that all gateways share.
    async fn redis(&self) -> anyhow::Result<Option<Redis>> {
        let Some(settings) = &self.settings.redis else { return Ok(None) };
        let redis = Redis::start(settings).await.map_err(|away| {
            anyhow!(
                "REDIS_URL is set, and Redis {away}: mend that, or unset REDIS_URL; without it, each gateway counts limits \
                 on its own"
            )
        });
        redis.map(Some)
    }

    /// Channels from one role to every service: direct where the service lives here, by address where it does not.
    fn channels(&self, caller: Role, local: &LocalServices) -> anyhow::Result<HashMap<Role, Channel>> {
        let key = SigningKey::derived(&self.settings.common.secret, caller)?;
        let identity = ServiceIdentity::new(caller, key, self.ambient.clock.clone());
        let mut channels = HashMap::new();
        for target in Role::SERVICES {
            let channel = if self.roles.contains(&target) {
                Channel::local(target, identity.clone(), local.clone())
            } else {
                let network = self.settings.network.get(&target).ok_or_else(|| anyhow!("no address of {target}"))?;
                Channel::remote(target, identity.clone(), network.address.clone())?
            };
            channels.insert(target, channel);
        }
        Ok(channels)
    }
}

impl Running {
    /// Looks at every database now; for tests, which do not wait until the background does.
    pub async fn ask_databases(&self) {
        self.watch.ask().await;
    }

    /// Ends everything: no new requests, those in progress finish, then the connections close.
    pub async fn stop(self) {
        self.watch.drain();
        self.shutdown.cancel();
        self.tasks.wait().await;
        self.watch.stop().await;
        for db in &self.databases {
            db.close().await;
        }
    }
}
