//! All settings of a process, read once at start.

use std::{collections::HashMap, fmt, net::SocketAddr};

use platform::{
    Role,
    config::{self, Common, Problem, Problems, Source},
    pg::DbSettings,
    redis::RedisSettings,
};
use sqlx::postgres::PgConnectOptions;

use crate::private_port::PrivatePort;

/// What the roles of this process need to know.
#[derive(Clone)]
pub struct Settings {
    pub common: Common,
    /// What migrations run as; `None` where each service has only its own database.
    pub owner: Option<PgConnectOptions>,
    pub databases: HashMap<Role, DbSettings>,
    pub network: HashMap<Role, Network>,
    pub private: PrivatePort,
    pub redis: Option<RedisSettings>,
    pub gateway: gateway::Settings,
    pub auth: svc_auth::Settings,
    pub social: svc_social::Settings,
    /// What to tell the operator of, though the start is allowed.
    pub warnings: Vec<Problem>,
    /// Set, known, and used by nothing in this release.
    pub without_effect: Vec<String>,
}

/// A database URL holds a password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

/// Where a service listens, and where others find it when it is another process.
#[derive(Clone, Debug)]
pub struct Network {
    /// `SIDDES_<ROLE>_GRPC_BIND`; its default is used only where a role is missing from the process.
    pub bind: SocketAddr,
    pub bind_asked: bool,
    /// `SIDDES_<ROLE>_GRPC_ADDR`.
    pub address: String,
}

/// First of the default ports of the services, in the order of [`Role::SERVICES`].
const FIRST_PORT: u16 = 9101;

impl Settings {
    /// Reads everything; `database` stands for `DATABASE_URL` where the process brings its own.
    ///
    /// # Errors
    /// All problems at once, a sentence each.
    pub fn read(mut source: Source, database: Option<PgConnectOptions>) -> Result<Self, Problems> {
        let settings = Self::gather(&mut source, database);
        source.finish()?;
        Ok(settings)
    }

    /// Reads everything, and leaves what is wrong with it to the source.
    pub fn gather(source: &mut Source, database: Option<PgConnectOptions>) -> Self {
        let common = Common::read(source);
        let own = database.is_some();
        let owner = database.or_else(|| config::owner_database(source));
        let mut databases = HashMap::new();
        let mut network = HashMap::new();
        for (role, port) in Role::SERVICES.into_iter().zip(FIRST_PORT..) {
            source.reader(role.as_str());
            let settings = match &owner {
                Some(options) if own => Some(config::shared_database(source, options.clone())),
                owner => config::service_database(source, role, owner.as_ref()),
            };
            databases.extend(settings.map(|settings| (role, settings)));
            source.reader("every process");
            network.insert(role, Network::read(source, role, port));
        }
        let private = PrivatePort::read(source);
        source.reader("gateway");
        let redis = RedisSettings::read(source);
        let gateway = gateway::Settings::read(source);
        source.reader("auth");
        let auth = svc_auth::Settings::read(source);
        source.reader("social");
        let social = svc_social::Settings::read(source);
        Self {
            common,
            owner,
            databases,
            network,
            private,
            redis,
            gateway,
            auth,
            social,
            warnings: source.warnings(),
            without_effect: source.without_effect().into_iter().map(str::to_owned).collect(),
        }
    }

    /// Puts every service on one database.
    pub fn move_to(&mut self, database: &PgConnectOptions) {
        self.owner = Some(database.clone());
        for settings in self.databases.values_mut() {
            settings.options = database.clone();
        }
    }

    /// Tells the operator in the log what he should know of his settings. Call it once logging runs.
    pub fn tell(&self) {
        for warning in &self.warnings {
            tracing::warn!(event = "setting", code = warning.code, setting = %warning.name, "{}", warning.rule);
        }
        if !self.without_effect.is_empty() {
            let settings = self.without_effect.join(" ");
            tracing::info!(event = "setting", %settings, "set, and without effect in this release");
        }
    }
}

impl Network {
    fn read(source: &mut Source, role: Role, port: u16) -> Self {
        let name = role.as_str().to_uppercase();
        let bind_name = format!("SIDDES_{name}_GRPC_BIND");
        let asked = source.optional(&bind_name);
        let bind = asked.as_ref().map_or(Ok(SocketAddr::from(([127, 0, 0, 1], port))), |text| text.parse());
        if bind.is_err() {
            source.problem(&bind_name, "is an address and a port, such as 0.0.0.0:9101");
        }
        let address_name = format!("SIDDES_{name}_GRPC_ADDR");
        let address = source.text(&address_name, &format!("http://127.0.0.1:{port}"));
        let uri = address.parse::<http::Uri>().ok();
        if uri.is_none_or(|uri| uri.scheme().is_none() || uri.authority().is_none()) {
            source.problem(&address_name, "is a URL such as http://social.internal:9102");
        }
        Self { bind: bind.unwrap_or(SocketAddr::from(([127, 0, 0, 1], port))), bind_asked: asked.is_some(), address }
    }
}
