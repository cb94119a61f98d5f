//! A live Prometheus, or whatever answers like one: which series it has.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ops_core::tls::{ClientIdentity, TrustAnchors, client_config};
use reqwest::{Client, StatusCode};
use serde::Deserialize;

use super::query::Query;
use super::subject::Subject;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Larger answers are none.
const MAX_BODY: usize = 64 << 20;

/// Why Prometheus did not say.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrometheusError {
    /// The address is none.
    #[error("`{url}` is no address of a Prometheus: http://HOST:9090 is needed")]
    Address {
        /// What was given.
        url: String,
    },
    /// Nobody answers.
    #[error("Prometheus at {url} does not answer: {reason}")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It refuses.
    #[error("Prometheus at {url} answers {status}: {message}")]
    Refused {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// The answer is none of Prometheus.
    #[error("{url} is no Prometheus: {reason}")]
    Foreign {
        /// What was asked.
        url: String,
        /// What was expected.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] ops_core::tls::TlsError),
}

/// The server.
#[derive(Debug)]
pub struct Prometheus {
    client: Client,
    url: String,
}

/// The labels of each selection that has series.
#[derive(Clone, Debug, Default)]
pub struct Seen(BTreeMap<String, BTreeSet<String>>);

impl Seen {
    /// Whether the selection has series.
    pub fn has(&self, selector: &str) -> bool {
        self.0.contains_key(selector)
    }

    /// The labels of its series.
    pub fn labels(&self, selector: &str) -> Option<&BTreeSet<String>> {
        self.0.get(selector)
    }
}

/// An alert that fires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Firing {
    /// `firing`.
    state: String,
    /// What it is about; its name and severity are among them.
    pub labels: BTreeMap<String, String>,
    /// What it says.
    pub annotations: BTreeMap<String, String>,
}

impl Firing {
    /// Its name.
    pub fn name(&self) -> &str {
        self.labels.get("alertname").map_or("", String::as_str)
    }
}

#[derive(Deserialize)]
struct Alerts {
    alerts: Vec<Firing>,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Loaded {
    groups: Vec<LoadedGroup>,
}

#[derive(Deserialize)]
struct LoadedGroup {
    rules: Vec<LoadedRule>,
}

#[derive(Deserialize)]
struct LoadedRule {
    name: String,
    query: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl Prometheus {
    /// The one at an address, such as `http://prometheus:9090`.
    ///
    /// # Errors
    /// The address is none, or an anchor or identity cannot be used.
    pub fn at(
        url: &str,
        anchors: &TrustAnchors,
        identity: Option<&ClientIdentity>,
    ) -> Result<Self, PrometheusError> {
        let parsed = reqwest::Url::parse(url)
            .ok()
            .filter(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.host().is_some());
        if parsed.is_none() {
            return Err(PrometheusError::Address { url: url.to_owned() });
        }
        let url = url.trim_end_matches('/').to_owned();
        let client = Client::builder()
            .tls_backend_preconfigured(client_config(anchors, identity)?)
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| PrometheusError::Unreachable { url: url.clone(), reason: error.to_string() })?;
        Ok(Self { client, url })
    }

    /// Which of the selections of these have series that were there after `since`, in seconds since 1970.
    ///
    /// # Errors
    /// It does not answer, refuses, or is none.
    pub async fn see(&self, subjects: &[Subject], since: i64) -> Result<Seen, PrometheusError> {
        let queries = subjects.iter().filter_map(|subject| Query::parse(&subject.expression).ok());
        let selectors: BTreeSet<String> =
            queries.flat_map(|query| query.selected()).map(|selected| selected.selector).collect();
        let mut seen = Seen::default();
        for selector in selectors {
            let query = [("match[]", selector.clone()), ("start", since.to_string())];
            let labels: Vec<String> = self.ask("api/v1/labels", &query).await?;
            if !labels.is_empty() {
                seen.0.insert(selector, labels.into_iter().collect());
            }
        }
        Ok(seen)
    }

    /// The rules that it has loaded.
    ///
    /// # Errors
    /// It does not answer, refuses, or is none.
    pub async fn rules(&self) -> Result<Vec<Subject>, PrometheusError> {
        let loaded: Loaded = self.ask("api/v1/rules", &[]).await?;
        let rules = loaded.groups.into_iter().flat_map(|group| group.rules).map(|rule| Subject {
            records: (rule.kind == "recording").then(|| rule.name.clone()),
            name: rule.name,
            expression: rule.query,
            annotations: rule.annotations.into_values().collect(),
        });
        Ok(rules.collect())
    }

    /// The alerts about Flink that fire.
    ///
    /// # Errors
    /// It does not answer, refuses, or is none.
    pub async fn firing(&self) -> Result<Vec<Firing>, PrometheusError> {
        let all: Alerts = self.ask("api/v1/alerts", &[]).await?;
        let about_flink = |alert: &Firing| alert.state == "firing" && alert.name().starts_with("Flink");
        Ok(all.alerts.into_iter().filter(about_flink).collect())
    }

    async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, PrometheusError> {
        let url = format!("{}/{path}", self.url);
        let unreachable = |error: reqwest::Error| {
            let mut reason = error.without_url().to_string();
            reason.truncate(300);
            PrometheusError::Unreachable { url: self.url.clone(), reason }
        };
        let mut response = self.client.get(&url).query(query).send().await.map_err(unreachable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                let reason = format!("its answer is longer than {} MiB", MAX_BODY >> 20);
                return Err(PrometheusError::Foreign { url, reason });
            }
        }
        let answer: Option<Answer<T>> = serde_json::from_slice(&body).ok();
        if status != StatusCode::OK {
            let message = answer.and_then(|answer| answer.error).unwrap_or_else(|| "no reason".to_owned());
            return Err(PrometheusError::Refused { url, status: status.as_u16(), message });
        }
        let reason = "the answer is not that of Prometheus' HTTP API".to_owned();
        answer.and_then(|answer| answer.data).ok_or(PrometheusError::Foreign { url, reason })
    }
}
