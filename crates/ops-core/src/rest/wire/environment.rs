//! `GET /jobmanager/environment`.

use serde::{Deserialize, Serialize};

/// The JVM that the JobManager runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// The virtual machine.
    pub jvm: Jvm,
    /// The jars and directories that it was started with.
    pub classpath: Vec<String>,
}

/// A virtual machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jvm {
    /// `<name> - <vendor> - <specification>/<version>`: `OpenJDK 64-Bit Server VM - Debian - 17/17.0.15+6-Debian-1`.
    pub version: String,
    /// `amd64`.
    pub arch: String,
    /// What it was started with.
    pub options: Vec<String>,
}

impl Jvm {
    /// The release of Java: 8, 11, 17.
    pub fn release(&self) -> Option<u16> {
        let (_, specification) = self.version.rsplit_once(" - ")?;
        let specification =
            specification.split_once('/').map_or(specification, |(release, _)| release).trim();
        specification.strip_prefix("1.").unwrap_or(specification).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_the_specification_s() {
        for (version, expected) in [
            ("OpenJDK 64-Bit Server VM - Debian - 17/17.0.15+6-Debian-1deb12u1", Some(17)),
            ("OpenJDK 64-Bit Server VM - Temurin - 1.8/25.392-b08", Some(8)),
            ("OpenJDK 64-Bit Server VM - Eclipse Adoptium - 11/11.0.21+9", Some(11)),
            ("", None),
            ("something else", None),
        ] {
            let jvm = Jvm { version: version.to_owned(), ..Jvm::default() };
            assert_eq!(jvm.release(), expected, "{version}");
        }
    }
}
