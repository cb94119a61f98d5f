//! A Flink installation on this machine: where it is, which version it is, what its stock configuration says.

use std::path::{Path, PathBuf};

use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};

use crate::adapters;
use crate::failure::Failure;

/// A directory that holds a Flink.
#[derive(Debug, Clone)]
pub(crate) struct FlinkHome {
    root: PathBuf,
    version: FlinkVersion,
    dist_jar: PathBuf,
}

impl FlinkHome {
    /// Looks at a directory. Nothing in it is ever changed.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let not = |why: String| {
            Failure::usage(format!("{} is no Flink home: {why}", path.display())).help(
                "give the directory that holds bin/, conf/ and lib/ of an unpacked Flink, 1.18 or later",
            )
        };
        let root = path.canonicalize().map_err(|error| not(error.to_string()))?;
        let lib = root.join("lib");
        let entries =
            std::fs::read_dir(&lib).map_err(|error| not(format!("lib/ cannot be read: {error}")))?;
        let found = entries.flatten().find_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix("flink-dist-")?.strip_suffix(".jar")?.to_owned();
            Some((entry.path(), version))
        });
        let (dist_jar, version) =
            found.ok_or_else(|| not("lib/flink-dist-VERSION.jar is missing".to_owned()))?;
        for script in ["jobmanager.sh", "taskmanager.sh"] {
            if !root.join("bin").join(script).is_file() {
                return Err(not(format!("bin/{script} is missing")));
            }
        }
        // A build of somebody's own may be called 1.20.5-patched; what counts is the release in front.
        let release = version.split('-').next().unwrap_or(&version);
        let version = release.parse().map_err(|error| not(format!("{error}")))?;
        Ok(Self { root, version, dist_jar })
    }

    pub(crate) fn version(&self) -> FlinkVersion {
        self.version
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn dist_jar(&self) -> &Path {
        &self.dist_jar
    }

    /// The value of a key in the configuration that came with it, if that can be read.
    pub(crate) fn stock_value(&self, key: &str) -> Option<String> {
        let conf = self.root.join("conf");
        [Dialect::Legacy, Dialect::Yaml].into_iter().find_map(|dialect| {
            let document = ConfDocument::read(&conf.join(dialect.file_name())).ok()?;
            document.get(key).map(str::to_owned)
        })
    }

    /// Whether there is a Java to run it with.
    pub(crate) fn check_java() -> Result<(), Failure> {
        let home = adapters::environment("JAVA_HOME").filter(|home| !home.is_empty());
        let path = adapters::environment("PATH").unwrap_or_default();
        let found = match &home {
            Some(home) => Path::new(home).join("bin/java").is_file(),
            None => std::env::split_paths(&path).any(|dir| dir.join("java").is_file()),
        };
        if found {
            return Ok(());
        }
        let message = match home {
            Some(home) => format!("JAVA_HOME is {home}, but {home}/bin/java is not there"),
            None => "there is no Java: JAVA_HOME is not set and no java is on the PATH".to_owned(),
        };
        Err(Failure::usage(message).help(
            "install Java 11 or 17 (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let why = |dir: &Path| FlinkHome::open(dir).unwrap_err().message;
        assert!(why(&dir.path().join("none")).contains("is no Flink home"));
        assert!(why(dir.path()).contains("lib/ cannot be read"));
        std::fs::create_dir_all(dir.path().join("lib")).unwrap();
        assert!(why(dir.path()).contains("lib/flink-dist-VERSION.jar is missing"));
        std::fs::write(dir.path().join("lib/flink-dist-1.20.5.jar"), "").unwrap();
        assert!(why(dir.path()).contains("bin/jobmanager.sh is missing"));
        std::fs::create_dir_all(dir.path().join("bin")).unwrap();
        for script in ["jobmanager.sh", "taskmanager.sh"] {
            std::fs::write(dir.path().join("bin").join(script), "").unwrap();
        }
        assert_eq!(FlinkHome::open(dir.path()).unwrap().version(), FlinkVersion::new(1, 20, 5));
        std::fs::rename(
            dir.path().join("lib/flink-dist-1.20.5.jar"),
            dir.path().join("lib/flink-dist-1.9.0.jar"),
        )
        .unwrap();
        assert!(why(dir.path()).contains("`1.9.0` is not a Flink version"));
    }
}
