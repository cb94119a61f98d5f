//! A body that is passed on as it comes, and remembered up to a limit.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::format::Content;

/// What is done with a body once it has passed whole.
type Then = Box<dyn FnOnce(Content) + Send>;

/// A body that passes by. One that breaks off is forgotten.
pub(crate) struct Tee {
    body: Incoming,
    seen: Vec<u8>,
    length: u64,
    limit: usize,
    then: Option<Then>,
}

impl Tee {
    pub(super) fn new(body: Incoming, limit: usize, then: impl FnOnce(Content) + Send + 'static) -> Self {
        let mut tee = Self { body, seen: Vec::new(), length: 0, limit, then: Some(Box::new(then)) };
        if tee.body.is_end_stream() {
            tee.finish();
        }
        tee
    }

    fn finish(&mut self) {
        let Some(then) = self.then.take() else { return };
        let whole = self.length == self.seen.len() as u64;
        then(if whole { Content::of(std::mem::take(&mut self.seen)) } else { Content::TooLong(self.length) });
    }
}

impl Body for Tee {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.length += data.len() as u64;
                    if self.seen.len() + data.len() <= self.limit {
                        self.seen.extend_from_slice(data);
                    }
                }
                if self.body.is_end_stream() {
                    self.finish();
                }
            }
            Poll::Ready(None) => self.finish(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
