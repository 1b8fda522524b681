//! `siddes admin panic`: the switch that refuses writes in every gateway.

use clap::ValueEnum;
use platform::{Role, clock::Clock, config::Source, timestamp};
use svc_auth::runtime;

use super::super::say;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum State {
    On,
    Off,
}

pub async fn run(state: Option<State>, by: Option<String>) -> anyhow::Result<()> {
    let mut source = Source::from_env();
    let db = super::database(&mut source, Role::Auth)?;
    if let Some(state) = state {
        let by = by.unwrap_or_else(|| operator(&mut source));
        runtime::set_panic_mode(&db, state == State::On, &by, Clock::default().now()).await?;
    }
    say(&match runtime::panic_flag(&db).await? {
        None => "panic mode is off: it never was on".to_owned(),
        Some(flag) => {
            let word = if flag.active { "on" } else { "off" };
            format!("panic mode is {word}: set {} by {}", timestamp::iso(flag.set_at), flag.set_by)
        }
    });
    Ok(())
}

/// Who is at the keyboard, as the machine knows it.
fn operator(source: &mut Source) -> String {
    let names = ["SUDO_USER", "USER", "LOGNAME"];
    names.into_iter().find_map(|name| source.optional(name)).unwrap_or_else(|| "somebody".to_owned())
}
