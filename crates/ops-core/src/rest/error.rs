//! What can go wrong between a request and its answer, and the questions a caller asks about it.

use std::time::Duration;

use super::Failure;
use crate::files::FileError;
use crate::tls::TlsError;

/// A call that did not succeed. `call` is method and URL, `GET https://host:8081/v1/overview`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestError {
    /// The cluster's address cannot be used.
    #[error("`{url}` is not the address of a Flink cluster: {why}")]
    InvalidUrl {
        /// As it was given.
        url: String,
        /// What is wrong with it, and how it should look.
        why: String,
    },
    /// The certificates, keys or stores for the connection cannot be used.
    #[error(transparent)]
    Material(#[from] TlsError),
    /// The jar cannot be read.
    #[error(transparent)]
    Jar(#[from] FileError),
    /// The HTTP client cannot be set up.
    #[error("cannot set up the connection to the cluster: {why}")]
    Setup {
        /// What the HTTP library said.
        why: String,
    },
    /// No connection came about: no such host, nobody listens, no route.
    #[error(
        "{call}: cannot connect: {why}; check that the cluster runs and that host and port are its REST address"
    )]
    Unreachable {
        /// Method and URL.
        call: String,
        /// What the system said.
        why: String,
    },
    /// The two sides do not accept each other's certificates, or do not both speak TLS.
    #[error("{call}: TLS failed: {why}; {mend}")]
    Handshake {
        /// Method and URL.
        call: String,
        /// What was refused, and by whom.
        why: String,
        /// What to do.
        mend: &'static str,
    },
    /// The connection broke before the answer was complete.
    #[error("{call}: the connection broke: {why}; {mend}")]
    Broken {
        /// Method and URL.
        call: String,
        /// What was seen.
        why: String,
        /// What to do.
        mend: &'static str,
    },
    /// No connection, or no complete answer, in time.
    #[error("{call}: no {awaited} within {}; {mend}", seconds(*after))]
    TimedOut {
        /// Method and URL.
        call: String,
        /// `connection` or `answer`.
        awaited: &'static str,
        /// The limit that passed.
        after: Duration,
        /// What to do.
        mend: &'static str,
    },
    /// The cluster, or a proxy before it, answered with an error.
    #[error("{call}: the cluster answered {status}: {failure}{}", hint(*status))]
    Refused {
        /// Method and URL.
        call: String,
        /// The HTTP status.
        status: u16,
        /// Why, as the cluster tells it. The stack trace is in it.
        failure: Failure,
        /// When to ask again, where the answer says so in seconds (`Retry-After`): a proxy or gateway that is overloaded.
        retry_after: Option<Duration>,
    },
    /// The answer points elsewhere. Flink does so where TLS is spoken and plain HTTP came.
    #[error(
        "{call}: the answer is a redirection ({status}) to {location}, which is not followed; {}",
        redirect_hint(call, location)
    )]
    Redirected {
        /// Method and URL.
        call: String,
        /// The HTTP status.
        status: u16,
        /// Where to.
        location: String,
    },
    /// The answer is no JSON.
    #[error(
        "{call}: the answer is not JSON but {content_type}, beginning with `{excerpt}`; \
         check that the address is the JobManager's REST address, not a proxy's or another service's"
    )]
    NotJson {
        /// Method and URL.
        call: String,
        /// The answer's content type, or `of no stated type`.
        content_type: String,
        /// Its first characters.
        excerpt: String,
    },
    /// The answer is JSON, but not of the shape that Flink gives it.
    #[error("{call}: the answer is not what Flink answers ({why}): `{excerpt}`")]
    Unexpected {
        /// Method and URL.
        call: String,
        /// What does not fit, and where.
        why: String,
        /// The part of the answer around it.
        excerpt: String,
    },
    /// The answer is longer than any that is read.
    #[error("{call}: the answer is longer than {limit} bytes, and was not read further")]
    TooLarge {
        /// Method and URL.
        call: String,
        /// The most that is read.
        limit: u64,
    },
}

impl RestError {
    /// The cluster answered 404: no such job, jar, TaskManager, operation or path.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// The cluster answered that a leader is being elected. The request was not carried out.
    pub fn is_leader_change(&self) -> bool {
        match self {
            Self::Refused { status: 503, failure, .. } => {
                failure.stack().to_ascii_lowercase().contains("leader")
            }
            _ => false,
        }
    }

    /// The same call may well succeed soon, without anybody mending anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Broken { .. } => true,
            Self::Refused { status, .. } => {
                matches!(status, 502 | 504) || self.is_leader_change() || self.retry_after().is_some()
            }
            _ => false,
        }
    }

    /// When to ask again, as who is overloaded says (429 and 503).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { status: 429 | 503, retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Nothing that could answer was reached, or the connection did not last.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Broken { .. } | Self::TimedOut { awaited: "connection", .. }
        )
    }

    /// Whether the time ran out.
    pub fn is_timed_out(&self) -> bool {
        matches!(self, Self::TimedOut { .. })
    }

    /// The cluster answered, with an error.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// TLS failed: certificates, or the material for the connection.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Handshake { .. } | Self::Material(_))
    }

    /// It is unknown whether the cluster carried out the request: it was sent, but no answer came.
    pub fn is_unknown_outcome(&self) -> bool {
        matches!(
            self,
            Self::Broken { .. }
                | Self::TimedOut { awaited: "answer", .. }
                | Self::Refused { status: 502 | 504, .. }
        )
    }

    /// The HTTP status of an error answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::Redirected { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Everything the cluster said about its failure, for those who want more than the root cause.
    pub fn stack(&self) -> Option<&str> {
        self.failure().map(Failure::stack)
    }

    /// What the cluster said about its failure.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Refused { failure, .. } => Some(failure),
            _ => None,
        }
    }
}

/// A limit as people write it: `30 s`, `1.5 s`.
fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 | 407 => " (something before the cluster demands a login; Flink itself has none)",
        413 => " (raise `rest.server.max-content-length` on the cluster)",
        502 | 504 => " (a proxy answers in place of the JobManager)",
        _ => "",
    }
}

fn redirect_hint(call: &str, location: &str) -> &'static str {
    if call.contains(" http://") && location.starts_with("https://") {
        "the cluster speaks TLS: write https:// in its address, and give its authority with --cacert FILE"
    } else {
        "if that is the cluster, give it as the address"
    }
}
