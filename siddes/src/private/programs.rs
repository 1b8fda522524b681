//! Finds the programs of Postgres on this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder that holds `initdb` and `pg_ctl`: `SIDDES_POSTGRES_BIN`, the newest Debian one, or one on `PATH`.
pub fn postgres_bin(given: Option<&Path>, path: Option<&str>) -> Option<PathBuf> {
    let complete = |dir: &Path| dir.join("initdb").is_file() && dir.join("pg_ctl").is_file();
    if let Some(given) = given {
        return complete(given).then(|| given.to_owned());
    }
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, dir)| complete(dir))
        .collect();
    debian.sort();
    let on_path = || path?.split(':').map(PathBuf::from).find(|dir| complete(dir));
    debian.pop().map(|(_, dir)| dir).or_else(on_path)
}
