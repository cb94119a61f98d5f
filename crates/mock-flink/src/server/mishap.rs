//! Faults on the wire: what they answer instead, and what they do to an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::Response;

use super::body::AnswerBody;
use crate::faults::Action;
use crate::rest::{Cors, Reply, RestError};

/// What Flink says while nobody leads.
const NO_LEADER: &str = "Service temporarily unavailable due to an ongoing leader election. Please refresh.";

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was broken on purpose")]
pub(super) struct Broken;

/// The answer to a request that is not carried out.
pub(super) fn refusal(action: &Action) -> Option<Reply> {
    match action {
        Action::Status { code, body: Some(body) } => {
            Some(Reply { status: *code, ..Reply::written(body.clone().into_bytes()) })
        }
        Action::Status { code, body: None } => {
            Some(RestError::Plain(*code, "Refused on purpose.".to_owned(), Cors::Any).reply())
        }
        Action::LeaderChange => Some(RestError::Plain(503, NO_LEADER.to_owned(), Cors::Any).reply()),
        Action::Reset { in_body: false } | Action::Late { .. } => Some(nothing()),
        _ => None,
    }
}

/// No answer at all, as the journal has it.
fn nothing() -> Reply {
    Reply { status: 0, ..Reply::written(Vec::new()) }
}

/// Breaks an answer.
pub(super) fn spoil(
    answer: Response<AnswerBody>,
    action: &Action,
    reset: &Arc<AtomicBool>,
) -> Result<Response<AnswerBody>, Broken> {
    let (head, body) = answer.into_parts();
    let body = match action {
        Action::Reset { in_body: false } | Action::Late { .. } => {
            reset.store(true, Ordering::SeqCst);
            return Err(Broken);
        }
        Action::Malformed => AnswerBody::whole(malformed(body.into_bytes())),
        Action::Truncated { after } => AnswerBody::broken(body.into_bytes(), *after, None),
        Action::Reset { in_body: true } => {
            let bytes = body.into_bytes();
            let half = bytes.len() / 2;
            AnswerBody::broken(bytes, half, Some(Arc::clone(reset)))
        }
        Action::Drip { bytes: piece, every } => AnswerBody::dripping(body.into_bytes(), *piece, every.0),
        Action::Status { .. } | Action::LeaderChange | Action::Latency(_) => body,
    };
    Ok(Response::from_parts(head, body))
}

/// JSON that no parser takes, and that still looks like the answer.
fn malformed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes.extend_from_slice(b"\"}{");
    bytes
}
