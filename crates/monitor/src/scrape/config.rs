//! What is to be written, and when there is nothing to scrape.

use ops_core::spec::{ClusterSpec, Platform};

use super::{Tls, hosts, kubernetes};

/// How targets are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discovery {
    /// In the configuration itself.
    #[default]
    Static,
    /// In a file beside it, which Prometheus reads again when it changes.
    File,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scrape {
    /// The part `scrape_configs` of Prometheus' configuration.
    pub config: String,
    /// The file of targets, JSON; only for [`Discovery::File`].
    pub targets: Option<String>,
}

/// Why there is nothing to scrape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScrapeError {
    /// The processes export nothing.
    #[error(
        "the processes of {cluster} export no metrics: set `metrics: {{prometheus: 9249}}` in cluster.yaml and render it again"
    )]
    NoReporter {
        /// The cluster.
        cluster: String,
    },
    /// The description names no hosts.
    #[error("the description of {cluster} names no hosts; {}", hint(*platform))]
    NoHosts {
        /// The cluster.
        cluster: String,
        /// What it is scraped as.
        platform: Platform,
    },
}

fn hint(platform: Platform) -> &'static str {
    match platform {
        Platform::Yarn => {
            "YARN chooses them anew each time: let the processes push (`flinkops monitor reporter --pushgateway URL`)"
        }
        _ => "give `hosts` to jobManagers and taskManagers, or --platform kubernetes",
    }
}

/// The name of the file of targets, as the configuration names it.
pub fn targets_file(spec: &ClusterSpec) -> String {
    format!("flink-{}.json", spec.name)
}

/// The scrape configuration of a cluster.
///
/// # Errors
/// Nothing is exported, or nothing is known of where.
pub fn scrape(
    spec: &ClusterSpec,
    platform: Platform,
    discovery: Discovery,
    tls: Option<&Tls>,
) -> Result<Scrape, ScrapeError> {
    let cluster = spec.name.to_string();
    let port = spec.metrics.prometheus.ok_or(ScrapeError::NoReporter { cluster: cluster.clone() })?;
    match platform {
        Platform::Kubernetes | Platform::Operator => Ok(kubernetes::scrape(spec, port, tls)),
        Platform::Standalone | Platform::Yarn => {
            if platform == Platform::Yarn || spec.hosts().is_empty() {
                return Err(ScrapeError::NoHosts { cluster, platform });
            }
            Ok(hosts::scrape(spec, port, discovery, tls))
        }
    }
}

/// Labels that every target of a cluster gets; rules and dashboards group by them.
pub(super) fn job_name(role: &str) -> String {
    format!("flink-{role}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CLUSTER: &str = "apiVersion: flinkops/v1
name: prod
flinkVersion: '2.3'
metrics: {prometheus: 9249}
highAvailability: {mode: zookeeper, quorum: ['zk-1:2181'], storage: 'file:///ha'}
jobManagers:
  hosts: [jm-1, jm-2]
taskManagers:
  - hosts: [tm-1, 'fd00::7', jm-2]
    slots: 4
";

    fn spec(text: &str) -> ClusterSpec {
        ClusterSpec::parse(text, Path::new("cluster.yaml")).unwrap()
    }

    #[test]
    fn every_form() {
        let spec = spec(CLUSTER);
        let tls = Tls {
            authority: Some("/etc/prometheus/ca.pem".into()),
            identity: Some(("/a.pem".into(), "/a.key".into())),
        };
        let text = |platform, discovery, tls| scrape(&spec, platform, discovery, tls).unwrap();
        insta::assert_snapshot!("hosts", text(Platform::Standalone, Discovery::Static, None).config);
        let file = text(Platform::Standalone, Discovery::File, Some(&tls));
        insta::assert_snapshot!("file", format!("{}---\n{}", file.config, file.targets.unwrap()));
        insta::assert_snapshot!("kubernetes", text(Platform::Operator, Discovery::Static, None).config);
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = |text: &str, platform| {
            scrape(&spec(text), platform, Discovery::Static, None).unwrap_err().to_string()
        };
        assert!(
            error(&CLUSTER.replace("metrics: {prometheus: 9249}\n", ""), Platform::Standalone)
                .contains("metrics: {prometheus: 9249}")
        );
        assert!(error(CLUSTER, Platform::Yarn).contains("--pushgateway"));
    }
}
