//! On which machine it was measured.

use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub memory_gb: f64,
    pub kernel: String,
    pub postgres: String,
    pub commit: String,
    pub measured_at: String,
}

impl Machine {
    pub fn here(pgbench: &std::path::Path) -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = after(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal");
        let kilobytes: f64 = memory.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0);
        Self {
            cpu: after(&cpuinfo, "model name"),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gb: (kilobytes / 1024.0 / 1024.0).round(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            postgres: output(Command::new(pgbench).arg("--version")),
            commit: output(Command::new("git").args(["describe", "--always", "--dirty"])),
            measured_at: platform::timestamp::iso(platform::Ambient::default().clock.now()),
        }
    }
}

/// Processes that ran or waited to run, over the last minute.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn output(command: &mut Command) -> String {
    let output = command.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    output.unwrap_or_default()
}
