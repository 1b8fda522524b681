//! What an operator may set for this service.

use platform::config::Source;

/// Nothing yet beyond what every service reads.
#[derive(Clone, Debug, Default)]
pub struct Settings {}

impl Settings {
    pub fn read(_source: &mut Source) -> Self {
        Self {}
    }
}
