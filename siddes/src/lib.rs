//! The parts put together: settings, the system of roles in one process, and the private database of `siddes up`.

pub mod files;
pub mod private;
pub mod private_port;
pub mod settings;
pub mod settings_table;
pub mod system;
mod watch;

pub use settings::Settings;
pub use system::{Running, System};
