//! `siddes admin email-test`: does mail arrive, with the settings of this system?

use anyhow::bail;
use platform::config::Source;
use svc_auth::mail::{self, Settings, Tried};

use super::super::say;

pub async fn run(to: &str) -> anyhow::Result<()> {
    let mut source = Source::from_env();
    let settings = Settings::read(&mut source);
    source.finish()?;
    match mail::trial(&settings, to).await? {
        Tried::Taken => say("the mail was taken: see whether it arrives"),
        Tried::Refused => bail!("the mail was refused for good: look at SD_EMAIL_FROM, and at the address"),
        Tried::NoProvider => bail!("nobody takes mail with these settings: set SD_EMAIL_PROVIDER"),
    }
    Ok(())
}
