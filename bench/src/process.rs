//! What processes used, as the kernel tells it.

use std::{fs, path::Path, time::Duration};

use anyhow::Context;

/// `/proc` counts CPU time in hundredths of a second, whatever the kernel's own clock.
const TICK: Duration = Duration::from_millis(10);

/// CPU time of one process, all threads.
pub fn cpu(pid: u32) -> anyhow::Result<Duration> {
    let stat = Stat::of(pid).with_context(|| format!("process {pid}"))?;
    Ok(stat.own)
}

/// CPU time of a process, its children and what they left behind: Postgres with its backends, ended ones too.
pub fn cpu_of_tree(pid: u32) -> anyhow::Result<Duration> {
    let root = Stat::of(pid).with_context(|| format!("process {pid}"))?;
    let children = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let children = children.filter_map(Stat::of).filter(|stat| stat.parent == pid);
    Ok(root.own + root.of_ended_children + children.map(|child| child.own).sum::<Duration>())
}

/// CPU time of the children of this process that have ended: load generators.
pub fn cpu_of_ended_children() -> anyhow::Result<Duration> {
    Ok(Stat::of(std::process::id()).context("this process")?.of_ended_children)
}

/// CPU time that this machine spent on anything.
pub fn cpu_of_everything() -> anyhow::Result<Duration> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<u32> = line.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // user, nice, system, (idle, iowait,) irq, softirq
    let busy = |place: usize| ticks.get(place).copied().unwrap_or(0);
    Ok(TICK * (busy(0) + busy(1) + busy(2) + busy(5) + busy(6)))
}

/// Resident memory in MB, and the most it ever was.
pub fn memory(pid: u32) -> anyhow::Result<(f64, f64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u32>().ok().map(|kilobytes| f64::from(kilobytes) / 1_024.0)
    };
    Ok((field("VmRSS:").context("VmRSS")?, field("VmHWM:").context("VmHWM")?))
}

/// The process whose number stands in the first line of a file.
pub fn named_by(file: &Path) -> anyhow::Result<u32> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.lines().next().unwrap_or_default().trim().parse().context("a process number")
}

struct Stat {
    parent: u32,
    own: Duration,
    of_ended_children: Duration,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |place: usize| fields.get(place).and_then(|field| field.parse::<u32>().ok());
        Some(Self {
            parent: number(1)?,
            own: TICK * (number(11)? + number(12)?),
            of_ended_children: TICK * (number(13)? + number(14)?),
        })
    }
}
