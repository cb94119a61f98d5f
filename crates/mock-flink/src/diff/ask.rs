//! One request to a cluster, and its answer.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Request;
use hyper::header::CONTENT_TYPE;
use rest_shape::Answer;
use serde_json::Value;

use crate::target::{Target, TargetError};

/// The longest answer that is read.
const LIMIT: usize = 64 << 20;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Question {
    pub(super) fn get(target: impl Into<String>) -> Self {
        Self { method: "GET".to_owned(), target: target.into(), ..Self::default() }
    }
}

/// Asks. An answer that breaks off, or that is longer than anything sensible, is one with an empty body.
pub(super) async fn ask(cluster: &Target, question: &Question) -> Result<Answer, TargetError> {
    let no_url = |_| TargetError::Url(format!("{}{}", cluster.url(), question.target));
    let mut request = Request::builder().method(question.method.as_str()).uri(&question.target);
    if let Some(kind) = &question.content_type {
        request = request.header(CONTENT_TYPE, kind);
    }
    let request = request.body(Full::new(Bytes::from(question.body.clone()))).map_err(no_url)?;
    let (head, body) = cluster.send(request).await?.into_parts();
    let headers = head.headers.iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let body = Limited::new(body, LIMIT).collect().await.map(|body| body.to_bytes().to_vec());
    Ok(Answer { status: head.status.as_u16(), headers: headers.collect(), body: body.unwrap_or_default() })
}

/// Its JSON; null for what is none.
pub(super) fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}
