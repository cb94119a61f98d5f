//! Answers, and how failures look: status, `{"errors": […]}`, and which header goes with them.

use ops_core::ids::JobId;
use ops_core::rest::wire::error::ErrorBody;
use serde::Serialize;

use crate::sim::{Throwable, job_not_found};

const REST_HANDLER_EXCEPTION: &str = "org.apache.flink.runtime.rest.handler.RestHandlerException";

/// Whether an answer says that other origins may read it. Flink's handlers say so, its static files do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cors {
    Any,
    Unsaid,
}

/// What an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Json,
    /// A log, standard output, a profile.
    Text,
    /// A static file of this type, last modified then (milliseconds since 1970).
    File(&'static str, i64),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) cors: Cors,
    pub(crate) content: Content,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        // The wire types have string keys only, so that they always serialize.
        Self {
            status,
            body: serde_json::to_vec(body).unwrap_or_default(),
            cors: Cors::Any,
            content: Content::Json,
        }
    }

    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::json(200, body)
    }

    /// An answer whose JSON is written already.
    pub(crate) fn written(body: Vec<u8>) -> Self {
        Self { status: 200, body, cors: Cors::Any, content: Content::Json }
    }

    /// `{}`.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, ..Self::written(b"{}".to_vec()) }
    }

    /// A text, such as a log.
    pub(crate) fn text(text: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, body: text.into(), cors: Cors::Unsaid, content: Content::Text }
    }

    /// A static file.
    pub(crate) fn file(kind: &'static str, modified: i64, body: Vec<u8>) -> Self {
        Self { status: 200, body, cors: Cors::Unsaid, content: Content::File(kind, modified) }
    }

    pub(crate) fn without_cors(mut self) -> Self {
        self.cors = Cors::Unsaid;
        self
    }
}

/// Why a request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RestError {
    /// The handler refuses, with an exception.
    Refused(u16, Throwable),
    /// Something before the handler refuses, with a text.
    Plain(u16, String, Cors),
    /// The handler breaks.
    Internal(Throwable),
}

impl RestError {
    /// A `RestHandlerException`.
    pub(crate) fn refused(status: u16, message: impl Into<String>) -> Self {
        Self::Refused(status, Throwable::new(REST_HANDLER_EXCEPTION, message))
    }

    /// A `RestHandlerException` with a cause.
    pub(crate) fn refused_by(status: u16, message: impl Into<String>, cause: Throwable) -> Self {
        Self::Refused(status, cause.wrapped(REST_HANDLER_EXCEPTION, message))
    }

    /// A job that most resources answer 404 for.
    pub(crate) fn unknown_job(job: JobId) -> Self {
        let class = "org.apache.flink.runtime.rest.NotFoundException";
        Self::Refused(404, job_not_found(job).wrapped(class, format!("Job {job} not found")))
    }

    /// A path or query parameter that does not parse.
    pub(crate) fn parameter(kind: &str, name: &str, value: &str) -> Self {
        let message = format!("Cannot resolve {kind} parameter ({name}) from value \"{value}\".");
        let cause =
            Throwable::new("org.apache.flink.runtime.rest.handler.HandlerRequestException", message.clone());
        Self::refused_by(400, format!("Bad request, could not parse parameters: {message}"), cause)
    }

    /// No such path: the static file handler's answer to a `GET`, the router's to everything else.
    pub(crate) fn no_such_path(method: &str, path: &str) -> Self {
        if method == "GET" {
            let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
            let message = format!("Unable to load requested file {path}.");
            Self::Plain(404, message, Cors::Unsaid)
        } else {
            Self::Plain(404, format!("Not found: {path}"), Cors::Any)
        }
    }

    pub(crate) fn reply(&self) -> Reply {
        let (status, errors, cors) = match self {
            Self::Refused(status, cause) => (*status, vec![cause.stack_trace()], Cors::Any),
            Self::Plain(status, message, cors) => (*status, vec![message.clone()], *cors),
            Self::Internal(cause) => {
                let framed = format!(
                    "<Exception on server side:\n{}\nEnd of exception on server side>",
                    cause.stack_trace()
                );
                (500, vec!["Internal server error.".to_owned(), framed], Cors::Any)
            }
        };
        Reply { cors, ..Reply::json(status, &ErrorBody { errors }) }
    }
}
