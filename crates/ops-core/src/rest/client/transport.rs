//! How a request travels: sent, repeated where that is harmless, its answer read within limits and decoded.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::address::Address;
use super::builder::{RestClientBuilder, Timeouts};
use super::diagnosis;
use super::jars::{JarSource, UploadProgress};
use super::retry::{Repeat, RetryPolicy};
use crate::rest::wire::error::ErrorBody;
use crate::rest::{Failure, RestError};
use crate::version::FlinkVersion;

/// A client of one cluster's REST API. Cheap to clone; clones share connections and the cluster's version.
#[derive(Clone)]
pub struct RestClient(pub(super) Arc<Inner>);

pub(super) struct Inner {
    /// For requests that may be repeated: connections are kept.
    pub(super) pooled: reqwest::Client,
    /// For those that may not: a kept connection that the cluster closes at that moment would leave it unknown
    /// whether the request was carried out.
    pub(super) fresh: reqwest::Client,
    pub(super) address: Address,
    pub(super) timeouts: Timeouts,
    pub(super) retries: RetryPolicy,
    pub(super) longest_answer: u64,
    pub(super) shows_identity: bool,
    pub(super) version: OnceCell<FlinkVersion>,
}

/// What to send.
pub(super) struct Request<'a> {
    method: Method,
    url: Url,
    body: Body<'a>,
    repeat: Repeat,
    limit: Duration,
}

enum Body<'a> {
    Empty,
    Json(Result<Vec<u8>, String>),
    Jar(&'a JarSource, Option<&'a UploadProgress>),
}

impl<'a> Request<'a> {
    /// With a body of JSON.
    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_vec(body).map_err(|error| error.to_string()));
        self
    }

    /// With a jar as multipart form.
    pub(super) fn jar(mut self, jar: &'a JarSource, progress: Option<&'a UploadProgress>) -> Self {
        self.body = Body::Jar(jar, progress);
        self
    }

    /// Sending it twice is as good as sending it once.
    pub(super) fn harmless_to_repeat(mut self) -> Self {
        self.repeat = Repeat::Harmless;
        self
    }

    /// With this limit instead of the ordinary one.
    pub(super) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

/// A complete, successful answer.
struct Answer {
    content_type: Option<String>,
    body: Vec<u8>,
}

impl RestClient {
    /// Begins to set up a client of the cluster at `url` (`http://host:8081`, `https://host/prefix`).
    pub fn builder(url: &str) -> RestClientBuilder {
        RestClientBuilder::new(url)
    }

    /// The cluster's address, without a trailing slash.
    pub fn url(&self) -> &str {
        self.0.address.as_text()
    }

    pub(super) fn timeouts(&self) -> Timeouts {
        self.0.timeouts
    }

    pub(super) fn get(&self, segments: &[&str], query: &[(&str, &str)]) -> Request<'static> {
        let url = self.0.address.resource(segments, query);
        let limit = self.0.timeouts.answer;
        Request { method: Method::GET, url, body: Body::Empty, repeat: Repeat::Harmless, limit }
    }

    /// A request that does something. It may not be repeated, unless it is said to be harmless.
    pub(super) fn act(&self, method: Method, segments: &[&str], query: &[(&str, &str)]) -> Request<'static> {
        Request { method, repeat: Repeat::Harmful, ..self.get(segments, query) }
    }

    /// Sends, and reads the answer as JSON.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, request: Request<'_>) -> Result<T, RestError> {
        let call = call(&request);
        let answer = self.send(request).await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            diagnosis::of_answer(&call, answer.content_type.as_deref(), &answer.body, &error)
        })
    }

    /// Sends, and gives the answer as it is.
    pub(super) async fn bytes(&self, request: Request<'_>) -> Result<Vec<u8>, RestError> {
        self.send(request).await.map(|answer| answer.body)
    }

    /// Sends, and is content with any success.
    pub(super) async fn carry_out(&self, request: Request<'_>) -> Result<(), RestError> {
        self.send(request).await.map(drop)
    }

    async fn send(&self, request: Request<'_>) -> Result<Answer, RestError> {
        let mut repeated = 0;
        loop {
            let error = match self.send_once(&request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(wait) = self.0.retries.next(&error, request.repeat, repeated) else { return Err(error) };
            tracing::debug!(%error, ?wait, "asking again");
            repeated += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn send_once(&self, request: &Request<'_>) -> Result<Answer, RestError> {
        let inner = &*self.0;
        let call = call(request);
        let http = match request.repeat {
            Repeat::Harmless => &inner.pooled,
            Repeat::Harmful => &inner.fresh,
        };
        let mut sending = http.request(request.method.clone(), request.url.clone()).timeout(request.limit);
        sending = match &request.body {
            Body::Empty => sending,
            Body::Json(Ok(json)) => sending.header(CONTENT_TYPE, "application/json").body(json.clone()),
            Body::Json(Err(why)) => return Err(RestError::Setup { why: why.clone() }),
            Body::Jar(jar, progress) => sending.multipart(jar.form(*progress).await?),
        };
        let failed = |error| diagnosis::of_failure(inner, &call, request.limit, &error);
        let response = sending.send().await.map_err(failed)?;
        let status = response.status();
        tracing::debug!(%call, status = status.as_u16(), "answered");
        if status.is_redirection() {
            return Err(redirected(call, &response));
        }
        let content_type = header(&response, CONTENT_TYPE.as_str());
        let retry_after =
            header(&response, RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok());
        let body = self.read(&call, request.limit, response).await?;
        if status.is_success() {
            Ok(Answer { content_type, body })
        } else {
            let retry_after = retry_after.map(Duration::from_secs);
            let failure = failure(status, content_type.as_deref(), &body);
            Err(RestError::Refused { call, status: status.as_u16(), failure, retry_after })
        }
    }

    /// The whole body, unless it is too long.
    async fn read(&self, call: &str, limit: Duration, mut response: Response) -> Result<Vec<u8>, RestError> {
        let longest = self.0.longest_answer;
        let too_large = || RestError::TooLarge { call: call.to_owned(), limit: longest };
        if response.content_length().is_some_and(|length| length > longest) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|error| diagnosis::of_failure(&self.0, call, limit, &error))?;
            let Some(chunk) = chunk else { return Ok(body) };
            if (body.len() + chunk.len()) as u64 > longest {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
    }
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RestClient({})", self.url())
    }
}

fn call(request: &Request<'_>) -> String {
    format!("{} {}", request.method, request.url)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(ToOwned::to_owned)
}

fn redirected(call: String, response: &Response) -> RestError {
    let location = header(response, LOCATION.as_str()).unwrap_or_else(|| "nowhere".to_owned());
    RestError::Redirected { call, status: response.status().as_u16(), location }
}

/// What an answer says about its failure.
fn failure(status: StatusCode, content_type: Option<&str>, body: &[u8]) -> Failure {
    match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) if !body.errors.is_empty() => Failure::from_errors(&body.errors),
        _ if body.is_empty() => {
            Failure::from_stack(status.canonical_reason().unwrap_or("no reason was given"))
        }
        _ => {
            let kind = content_type.unwrap_or("text of no stated type");
            Failure::from_stack(format!("{kind}: {}", diagnosis::excerpt(body)))
        }
    }
}
