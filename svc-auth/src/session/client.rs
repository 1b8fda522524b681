//! What the gateway knows of the device that asks.

use std::net::IpAddr;

use platform::security::Network;

use crate::region::Detected;

const MAX_AGENT: usize = 256;

/// Empty where the request came through the web client's server.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub address: Option<IpAddr>,
    /// At most 256 characters.
    pub agent: String,
    pub country: Option<Detected>,
}

impl Client {
    pub fn new(address: &str, agent: &str, country: &str, country_source: &str) -> Self {
        Self {
            address: address.parse().ok(),
            agent: agent.chars().filter(|char| *char != '\0').take(MAX_AGENT).collect(),
            country: Detected::parse(country, country_source),
        }
    }

    pub fn network(&self) -> Option<Network> {
        self.address.map(Network::from)
    }

    /// Two letters, or "".
    pub fn region(&self) -> &str {
        self.country.as_ref().map_or("", |country| &country.region)
    }
}
