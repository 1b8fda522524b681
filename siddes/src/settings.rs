//! All settings of a process, read once at start.

use std::{collections::HashMap, net::SocketAddr};

use platform::{
    Role,
    config::{self, Common, Problems, Source},
    pg::DbSettings,
};
use sqlx::postgres::PgConnectOptions;

/// What the roles of this process need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    pub common: Common,
    /// What migrations run as; `None` where each service has only its own database.
    pub owner: Option<PgConnectOptions>,
    pub databases: HashMap<Role, DbSettings>,
    pub network: HashMap<Role, Network>,
    pub gateway: gateway::Settings,
    pub auth: svc_auth::Settings,
    pub social: svc_social::Settings,
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
        let common = Common::read(&mut source);
        let own = database.is_some();
        let owner = database.or_else(|| config::owner_database(&mut source));
        let mut databases = HashMap::new();
        let mut network = HashMap::new();
        for (role, port) in Role::SERVICES.into_iter().zip(FIRST_PORT..) {
            let settings = match &owner {
                Some(options) if own => Some(config::shared_database(&mut source, options.clone())),
                _ => config::service_database(&mut source, role),
            };
            databases.extend(settings.map(|settings| (role, settings)));
            network.insert(role, Network::read(&mut source, role, port));
        }
        let settings = Self {
            common,
            owner,
            databases,
            network,
            gateway: gateway::Settings::read(&mut source),
            auth: svc_auth::Settings::read(&mut source),
            social: svc_social::Settings::read(&mut source),
        };
        source.finish()?;
        Ok(settings)
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
        Self {
            bind: bind.unwrap_or(SocketAddr::from(([127, 0, 0, 1], port))),
            bind_asked: asked.is_some(),
            address: source.text(&format!("SIDDES_{name}_GRPC_ADDR"), &format!("http://127.0.0.1:{port}")),
        }
    }
}
