//! A gateway for unit tests: development settings, and services that are not there unless a test puts them there.

pub mod fakes;

use platform::{
    Ambient, Role,
    config::Source,
    grpc::{Channel, LocalServices},
    identity::{
        ServiceIdentity,
        keys::{RootSecret, SigningKey},
    },
};

use crate::{Deps, Settings};

pub fn deps(vars: &[(&str, &str)]) -> Deps {
    deps_before(&LocalServices::default(), vars)
}

pub fn deps_before(services: &LocalServices, vars: &[(&str, &str)]) -> Deps {
    let vars =
        [("SIDDES_ENV", "development")].iter().chain(vars).map(|(name, value)| (name.to_string(), value.to_string()));
    let mut source = Source::from_vars(vars);
    let settings = Settings::read(&mut source);
    source.finish().expect("settings");
    let secret = RootSecret::new("a secret of at least thirty-two characters".to_owned().into());
    let key = SigningKey::derived(&secret, Role::Gateway).expect("key");
    let ambient = Ambient::default();
    let identity = ServiceIdentity::new(Role::Gateway, key, ambient.clock.clone());
    let channel = |role| Channel::local(role, identity.clone(), services.clone());
    let (auth, social) = (channel(Role::Auth), channel(Role::Social));
    let (safety, inbox) = (channel(Role::Safety), channel(Role::Inbox));
    Deps { settings, secret, ambient, auth, social, safety, inbox, redis: None }
}
