//! The keys by which Flink exports metrics: to Prometheus, which fetches them, or to a PushGateway.
//!
//! Names of options are those of the reporters' own classes in the plugin `metrics-prometheus`, 1.18 to 2.3. The reporters
//! speak HTTP and no TLS; a proxy beside the process may.

/// The name of the reporter in the configuration.
pub const NAME: &str = "prometheus";

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// Every process listens, and Prometheus fetches.
    Prometheus {
        /// The first port.
        port: u16,
        /// The last one: processes on one host each take the next that is free.
        last: u16,
    },
    /// Every process pushes, for jobs that end before Prometheus comes by.
    PushGateway(PushGateway),
}

/// A PushGateway and how metrics are grouped there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushGateway {
    /// Where it is, `http://HOST:9091`.
    pub url: String,
    /// The name of the group; a random suffix makes each process' own.
    pub job: String,
    /// Further labels of the group.
    pub grouping: Vec<(String, String)>,
    /// Seconds between two pushes.
    pub interval: u32,
}

/// What is exported, and with which labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// `SCOPE:NAME:KIND` patterns that are exported; all when there is none.
    pub includes: Vec<String>,
    /// Patterns that are not.
    pub excludes: Vec<String>,
    /// Labels that are left out.
    pub without_labels: Vec<String>,
    /// Labels that are added.
    pub labels: Vec<(String, String)>,
}

/// The keys with their values.
pub fn keys(reporter: &Reporter, selection: &Selection) -> Vec<(String, String)> {
    let mut keys = Vec::new();
    let mut set =
        |option: &str, value: String| keys.push((format!("metrics.reporter.{NAME}.{option}"), value));
    match reporter {
        Reporter::Prometheus { port, last } => {
            set("factory.class", "org.apache.flink.metrics.prometheus.PrometheusReporterFactory".to_owned());
            set("port", if port == last { port.to_string() } else { format!("{port}-{last}") });
        }
        Reporter::PushGateway(gateway) => {
            set(
                "factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory".to_owned(),
            );
            // `host` and `port` are gone with 2.0; `hostUrl` is there in every version.
            set("hostUrl", gateway.url.clone());
            set("jobName", gateway.job.clone());
            set("randomJobNameSuffix", "true".to_owned());
            // A process that is killed deletes nothing: what it pushed last stays until somebody deletes it.
            set("deleteOnShutdown", "true".to_owned());
            set("interval", format!("{} s", gateway.interval));
            if !gateway.grouping.is_empty() {
                let pairs = gateway.grouping.iter().map(|(name, value)| format!("{name}={value}"));
                set("groupingKey", pairs.collect::<Vec<_>>().join(";"));
            }
        }
    }
    let lists = [
        ("filter.includes", selection.includes.join(";")),
        ("filter.excludes", selection.excludes.join(";")),
        ("scope.variables.excludes", selection.without_labels.join(";")),
    ];
    for (option, value) in lists {
        if !value.is_empty() {
            set(option, value);
        }
    }
    if !selection.labels.is_empty() {
        let pairs = selection.labels.iter().map(|(name, value)| format!("{name}:{value}"));
        set("scope.variables.additional", pairs.collect::<Vec<_>>().join(","));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(reporter: &Reporter, selection: &Selection) -> String {
        keys(reporter, selection).iter().map(|(key, value)| format!("{key}: {value}\n")).collect()
    }

    #[test]
    fn both_reporters() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let listening = Reporter::Prometheus { port: 9249, last: 9260 };
        let selection = Selection {
            excludes: vec!["*:*:histogram".to_owned()],
            without_labels: vec!["task_attempt_id".to_owned()],
            labels: vec![pair("region", "eu")],
            ..Selection::default()
        };
        let pushing = Reporter::PushGateway(PushGateway {
            url: "http://gateway:9091".to_owned(),
            job: "flink".to_owned(),
            grouping: vec![pair("cluster", "prod")],
            interval: 15,
        });
        insta::assert_snapshot!(format!(
            "{}\n{}",
            text(&listening, &selection),
            text(&pushing, &Selection::default())
        ));
    }
}
