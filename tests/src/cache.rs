//! Where real Flink distributions are kept between runs, outside the repository. `cargo xtask flink get` fills it.

use std::path::{Path, PathBuf};

use crate::environment;

/// The cache: `FLINKOPS_CACHE`, else `flinkops` in `XDG_CACHE_HOME`, else `~/.cache/flinkops`.
/// `None`: none of the three variables is set.
pub fn directory() -> Option<PathBuf> {
    choose(
        environment::path(environment::CACHE),
        environment::path("XDG_CACHE_HOME"),
        environment::path("HOME"),
    )
}

/// Where the distribution of `version` stands, or would stand.
pub fn flink_home(cache: &Path, version: &str) -> PathBuf {
    cache.join("flink").join(version)
}

/// Where packages of Python's index are, which tests use.
pub fn python_packages(cache: &Path) -> PathBuf {
    cache.join("python")
}

/// What keeps `home` from being a complete distribution of `version`; `None` if nothing does.
pub fn missing_part(home: &Path, version: &str) -> Option<PathBuf> {
    let conf = home.join("conf");
    let parts = [
        home.join("bin/flink"),
        home.join("bin/config.sh"),
        home.join("bin/bash-java-utils.jar"),
        home.join(format!("lib/flink-dist-{version}.jar")),
        home.join("plugins"),
    ];
    let has_configuration = ["flink-conf.yaml", "config.yaml"].iter().any(|name| conf.join(name).is_file());
    parts.into_iter().find(|part| !part.exists()).or((!has_configuration).then_some(conf))
}

fn choose(own: Option<PathBuf>, xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    own.or_else(|| xdg.filter(absolute).map(|cache| cache.join("flinkops")))
        .or_else(|| home.filter(absolute).map(|home| home.join(".cache/flinkops")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_variable_wins_and_relative_ones_do_not_count() {
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(choose(path("/own"), path("/xdg"), path("/h")), path("/own"));
        assert_eq!(choose(None, path("/xdg"), path("/h")), path("/xdg/flinkops"));
        assert_eq!(choose(None, path("xdg"), path("/h")), path("/h/.cache/flinkops"));
        assert_eq!(choose(None, None, None), None);
    }

    #[test]
    fn a_distribution_is_complete_only_with_all_its_parts() {
        let home = tempfile::tempdir().unwrap();
        for directory in ["bin", "conf", "lib", "plugins"] {
            std::fs::create_dir(home.path().join(directory)).unwrap();
        }
        for file in ["bin/flink", "bin/config.sh", "bin/bash-java-utils.jar", "lib/flink-dist-1.18.1.jar"] {
            assert!(missing_part(home.path(), "1.18.1").is_some_and(|part| part.ends_with(file)), "{file}");
            std::fs::write(home.path().join(file), "").unwrap();
        }
        assert!(missing_part(home.path(), "1.18.1").is_some_and(|part| part.ends_with("conf")));
        std::fs::write(home.path().join("conf/flink-conf.yaml"), "").unwrap();
        assert_eq!(missing_part(home.path(), "1.18.1"), None);
        assert!(missing_part(home.path(), "1.20.5").is_some());
    }
}
