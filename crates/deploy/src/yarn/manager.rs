//! YARN's ResourceManager over its REST API: which Flink clusters run there, where they are reached, and ending one.
//!
//! The paths and fields are those of Hadoop's `ResourceManagerRest` documentation, `ws/v1/cluster`. A ResourceManager that asks for Kerberos
//! over HTTP (SPNEGO) is not supported: it answers 401, and that is said.

use std::time::Duration;

use ops_core::tls::{ClientIdentity, TrustAnchors, client_config};
use reqwest::{Client, Method, StatusCode};
use serde::{Deserialize, Serialize};

/// Longer lists of applications are none; a cluster keeps 10,000 by default.
const MAX_BODY: usize = 256 << 20;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why YARN did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum YarnError {
    /// The address is none.
    #[error("`{url}` is no address of a ResourceManager: http://HOST:8088 is needed")]
    Address {
        /// What was given.
        url: String,
    },
    /// Nobody answers.
    #[error("the ResourceManager at {url} does not answer: {reason}")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It refuses.
    #[error("the ResourceManager at {url} answers {status}: {message}")]
    Refused {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// It asks for a login that this client has no way for.
    #[error("the ResourceManager at {url} asks for Kerberos over HTTP, which is not supported")]
    Login {
        /// What was asked.
        url: String,
    },
    /// No application has the id.
    #[error("YARN knows no application {id}")]
    NoApplication {
        /// What was asked for.
        id: String,
    },
    /// The answer is none of a ResourceManager.
    #[error("{url} is no ResourceManager: {reason}")]
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

/// A Flink cluster on YARN; its fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YarnApplication {
    /// `application_1700000000000_0001`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// YARN's state: `RUNNING`, `ACCEPTED`, `FINISHED` …
    pub state: String,
    /// How it ended; null while it has not.
    pub final_status: Option<String>,
    /// Its queue.
    pub queue: String,
    /// Who started it.
    pub user: String,
    /// Containers that it has now.
    pub containers: u64,
    /// Memory that it has now, in bytes.
    pub memory: u64,
    /// CPUs that it has now.
    pub vcores: u64,
    /// When it was started, in milliseconds since 1970.
    pub start_time: i64,
    /// Where Flink's REST endpoint is, as `HOST:PORT`; null before it has one.
    pub rest: Option<String>,
    /// What YARN says about it, if anything.
    pub diagnostics: Option<String>,
}

/// A ResourceManager.
#[derive(Debug)]
pub struct ResourceManager {
    client: Client,
    url: String,
}

#[derive(Deserialize)]
struct Applications {
    apps: Option<List>,
}

/// An empty list is sometimes `null`, sometimes `{}`.
#[derive(Deserialize)]
struct List {
    #[serde(default)]
    app: Vec<Wire>,
}

#[derive(Deserialize)]
struct One {
    app: Wire,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    #[serde(default)]
    name: String,
    state: String,
    #[serde(default)]
    final_status: String,
    #[serde(default)]
    queue: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    running_containers: i64,
    #[serde(default, rename = "allocatedMB")]
    allocated_mb: i64,
    #[serde(default, rename = "allocatedVCores")]
    allocated_vcores: i64,
    #[serde(default)]
    started_time: i64,
    #[serde(default, rename = "amRPCAddress")]
    am_rpc_address: String,
    #[serde(default)]
    diagnostics: String,
    #[serde(default)]
    application_type: String,
}

#[derive(Deserialize)]
struct State {
    state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    remote_exception: RemoteException,
}

#[derive(Deserialize)]
struct RemoteException {
    #[serde(default)]
    message: String,
}

impl From<Wire> for YarnApplication {
    fn from(wire: Wire) -> Self {
        // YARN counts what is not there as -1.
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let text = |text: String| (!text.trim().is_empty()).then_some(text);
        Self {
            id: wire.id,
            name: wire.name,
            state: wire.state,
            final_status: text(wire.final_status).filter(|status| status != "UNDEFINED"),
            queue: wire.queue,
            user: wire.user,
            containers: count(wire.running_containers),
            memory: count(wire.allocated_mb) << 20,
            vcores: count(wire.allocated_vcores),
            start_time: wire.started_time,
            // Flink registers its host and the port of its REST endpoint there.
            rest: text(wire.am_rpc_address).filter(|address| !address.starts_with("N/A")),
            diagnostics: text(wire.diagnostics),
        }
    }
}

impl ResourceManager {
    /// The one at an address, such as `http://rm:8088`.
    ///
    /// # Errors
    /// The address is none, or an anchor or identity cannot be used.
    pub fn at(
        url: &str,
        anchors: &TrustAnchors,
        identity: Option<&ClientIdentity>,
    ) -> Result<Self, YarnError> {
        let parsed = reqwest::Url::parse(url)
            .ok()
            .filter(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.host().is_some());
        if parsed.is_none() {
            return Err(YarnError::Address { url: url.to_owned() });
        }
        let url = url.trim_end_matches('/').to_owned();
        let client = Client::builder()
            .tls_backend_preconfigured(client_config(anchors, identity)?)
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| YarnError::Unreachable { url: url.clone(), reason: error.to_string() })?;
        Ok(Self { client, url })
    }

    /// The Flink clusters, newest first: those that have not ended, or all that YARN remembers.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn applications(&self, ended_too: Ended) -> Result<Vec<YarnApplication>, YarnError> {
        let states = match ended_too {
            Ended::Left => "&states=NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING",
            Ended::Shown => "",
        };
        let path = format!("apps?applicationTypes=Apache%20Flink{states}");
        let answer: Applications = self.ask(Method::GET, &path, None).await?;
        let mut all = answer.apps.map(|list| list.app).unwrap_or_default();
        // Older ResourceManagers pass over what they do not know of a query.
        all.retain(|one| one.application_type.is_empty() || one.application_type == "Apache Flink");
        all.sort_by_key(|one| std::cmp::Reverse(one.started_time));
        Ok(all.into_iter().map(YarnApplication::from).collect())
    }

    /// One application, by its id.
    ///
    /// # Errors
    /// YARN knows none, does not answer, or refuses.
    pub async fn application(&self, id: &str) -> Result<YarnApplication, YarnError> {
        is_id(id)?;
        let one: One =
            self.ask(Method::GET, &format!("apps/{id}"), None).await.map_err(|error| match error {
                YarnError::Refused { status: 404, .. } => YarnError::NoApplication { id: id.to_owned() },
                other => other,
            })?;
        Ok(one.app.into())
    }

    /// Ends an application; its jobs end without a savepoint. The state that YARN gives afterwards.
    ///
    /// # Errors
    /// YARN knows none, does not answer, or refuses.
    pub async fn kill(&self, id: &str, user: Option<&str>) -> Result<String, YarnError> {
        is_id(id)?;
        // Without Kerberos, YARN believes whoever asks; without a name, it would be its `dr.who`.
        let name = user.map(|user| format!("?user.name={}", encoded(user))).unwrap_or_default();
        let path = format!("apps/{id}/state{name}");
        let body = serde_json::json!({"state": "KILLED"});
        let state: State = self.ask(Method::PUT, &path, Some(body)).await.map_err(|error| match error {
            YarnError::Refused { status: 404, .. } => YarnError::NoApplication { id: id.to_owned() },
            other => other,
        })?;
        Ok(state.state)
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Result<T, YarnError> {
        let url = format!("{}/ws/v1/cluster/{path}", self.url);
        let mut request = self.client.request(method, &url).header("accept", "application/json");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let unreachable = |error: reqwest::Error| {
            let mut reason = error.without_url().to_string();
            reason.truncate(300);
            YarnError::Unreachable { url: self.url.clone(), reason }
        };
        let mut answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > MAX_BODY {
                let reason = "its answer is longer than any list of applications".to_owned();
                return Err(YarnError::Foreign { url, reason });
            }
            bytes.extend_from_slice(&chunk);
        }
        if status == StatusCode::UNAUTHORIZED {
            return Err(YarnError::Login { url });
        }
        if !status.is_success() {
            let said =
                serde_json::from_slice::<Refusal>(&bytes).map(|refusal| refusal.remote_exception.message);
            let message =
                said.unwrap_or_else(|_| status.canonical_reason().unwrap_or("no reason").to_owned());
            return Err(YarnError::Refused { url, status: status.as_u16(), message });
        }
        serde_json::from_slice(&bytes).map_err(|error| YarnError::Foreign {
            url,
            reason: format!("its answer is not the one expected: {error}"),
        })
    }
}

/// Whether applications that have ended are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Those too.
    Shown,
    /// They are left out.
    Left,
}

/// An id goes into a path.
fn is_id(id: &str) -> Result<(), YarnError> {
    let is_one = id.strip_prefix("application_").and_then(|rest| rest.split_once('_')).is_some_and(
        |(cluster, number)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits(cluster) && digits(number)
        },
    );
    if is_one { Ok(()) } else { Err(YarnError::NoApplication { id: id.to_owned() }) }
}

/// A name in a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
