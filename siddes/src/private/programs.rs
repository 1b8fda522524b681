//! Finds the programs of Postgres and Redis on this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use platform::config::Source;

/// As the operator's settings have it.
pub fn find_postgres(source: &mut Source) -> Option<PathBuf> {
    source.reader("siddes up");
    let given = source.optional("SIDDES_POSTGRES_BIN");
    let path = source.optional("PATH");
    postgres_bin(given.as_deref().map(Path::new), path.as_deref())
}

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

/// As the operator's settings have it.
pub fn find_redis(source: &mut Source) -> Option<PathBuf> {
    source.reader("siddes up");
    redis_program(source.optional("PATH").as_deref())
}

/// `valkey-server`, else `redis-server`, on `PATH`.
pub fn redis_program(path: Option<&str>) -> Option<PathBuf> {
    let on_path = |name: &str| path?.split(':').map(|dir| Path::new(dir).join(name)).find(|program| program.is_file());
    on_path("valkey-server").or_else(|| on_path("redis-server"))
}
