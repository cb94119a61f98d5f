//! `/config`, `/overview`, `/jobmanager/config`: the cluster as a whole, and which Flink it is.

use super::RestClient;
use crate::rest::RestError;
use crate::rest::wire::cluster::{ClusterOverview, DashboardConfig};
use crate::rest::wire::configuration::ConfigEntry;
use crate::rest::wire::environment::Environment;
use crate::version::FlinkVersion;

impl RestClient {
    /// What the dashboard asks first; the version among it.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn config(&self) -> Result<DashboardConfig, RestError> {
        self.fetch(self.get(&["config"], &[])).await
    }

    /// The cluster's version: as the builder was told, or asked once and remembered.
    ///
    /// # Errors
    /// The cluster cannot be asked, or does not tell a version.
    pub async fn version(&self) -> Result<FlinkVersion, RestError> {
        let version = self.0.version.get_or_try_init(|| async {
            let found = self.config().await?.flink_version;
            parse(&found).ok_or_else(|| RestError::Unexpected {
                call: format!("GET {}/v1/config", self.url()),
                why: "`flink-version` is no version".to_owned(),
                excerpt: found,
            })
        });
        version.await.copied()
    }

    /// TaskManagers, slots, and jobs by state.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn overview(&self) -> Result<ClusterOverview, RestError> {
        self.fetch(self.get(&["overview"], &[])).await
    }

    /// The configuration that the JobManager runs with; Flink hides the values of keys that look secret.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn jobmanager_config(&self) -> Result<Vec<ConfigEntry>, RestError> {
        self.fetch(self.get(&["jobmanager", "config"], &[])).await
    }

    /// The JVM that the JobManager runs in.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn jobmanager_environment(&self) -> Result<Environment, RestError> {
        self.fetch(self.get(&["jobmanager", "environment"], &[])).await
    }
}

/// The version of a cluster, which may be a vendor's (`1.18.0-amzn-1`), a snapshot, or one newer than this program.
fn parse(text: &str) -> Option<FlinkVersion> {
    let number = text.split(['-', '+', ' ']).next()?;
    let mut parts = number.split('.').map(str::parse::<u16>);
    let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let patch = parts.next().transpose().ok()?;
    Some(FlinkVersion::new(major, minor, patch.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_vendors_and_of_the_future_are_understood() {
        for (text, expected) in [
            ("1.18.1", Some("1.18.1")),
            ("1.18.0-amzn-1", Some("1.18.0")),
            ("2.4-SNAPSHOT", Some("2.4.0")),
            ("3.0.0", Some("3.0.0")),
            ("<unknown>", None),
            ("", None),
            ("1", None),
        ] {
            assert_eq!(parse(text).map(|version| version.to_string()).as_deref(), expected, "{text}");
        }
    }
}
