//! What an operator may set for this service.

use platform::{
    config::Source,
    quota::{Action, Quotas},
};

/// Read once at start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much an account may make in a day.
    pub quotas: Quotas,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        Self { quotas: Quotas::read(source, &[Action::PostCreate]) }
    }
}
