//! The parts put together: settings, the system of roles in one process, and the private database of `siddes up`.

pub mod private;
pub mod settings;
pub mod system;

pub use settings::Settings;
pub use system::{Running, System};
