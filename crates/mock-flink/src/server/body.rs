//! The body of an answer: whole, or as a fault wants it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// What was sent so far gets the time to leave before the connection breaks.
const PAUSE: Duration = Duration::from_millis(20);

/// What is sent.
#[derive(Debug)]
pub(super) struct AnswerBody {
    rest: Bytes,
    /// What the answer's head says.
    length: u64,
    pace: Pace,
    end: End,
}

/// How fast.
#[derive(Debug)]
enum Pace {
    AtOnce,
    Pieces { bytes: usize, ticks: Interval },
}

/// How it ends.
#[derive(Debug)]
enum End {
    Whole,
    /// The connection closes; it is reset where the flag says so.
    Broken {
        reset: Option<Arc<AtomicBool>>,
        pause: Interval,
    },
}

impl AnswerBody {
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        let rest = bytes.into();
        Self { length: rest.len() as u64, rest, pace: Pace::AtOnce, end: End::Whole }
    }

    /// All of a whole body.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.rest.into()
    }

    /// So many bytes come, and then the connection closes, or is reset through the flag.
    pub(super) fn broken(bytes: Vec<u8>, after: usize, reset: Option<Arc<AtomicBool>>) -> Self {
        // Something has to be missing, also of an empty body.
        let length = (bytes.len() as u64).max(1);
        let cut = after.min(bytes.len().saturating_sub(1));
        Self {
            rest: Bytes::from(bytes).slice(..cut),
            length,
            pace: Pace::AtOnce,
            end: End::Broken { reset, pause: ticking(PAUSE) },
        }
    }

    /// Pieces of so many bytes, with a pause before each.
    pub(super) fn dripping(bytes: Vec<u8>, piece: usize, every: Duration) -> Self {
        let ticks = ticking(every.max(Duration::from_millis(1)));
        Self { pace: Pace::Pieces { bytes: piece.max(1), ticks }, ..Self::whole(bytes) }
    }
}

/// Ticks with this pause before each.
fn ticking(every: Duration) -> Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            return match &mut this.end {
                End::Whole => Poll::Ready(None),
                End::Broken { reset, pause } => {
                    ready!(pause.poll_tick(context));
                    if let Some(flag) = reset {
                        flag.store(true, Ordering::SeqCst);
                    }
                    Poll::Ready(Some(Err(io::Error::other("broken on purpose"))))
                }
            };
        }
        let piece = match &mut this.pace {
            Pace::AtOnce => this.rest.len(),
            Pace::Pieces { bytes, ticks } => {
                ready!(ticks.poll_tick(context));
                (*bytes).min(this.rest.len())
            }
        };
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && matches!(self.end, End::Whole)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
