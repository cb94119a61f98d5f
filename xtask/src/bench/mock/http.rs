//! A client that costs next to nothing, so that the server is measured: blocking connections that are kept alive.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::error::XtaskError;

/// No answer takes longer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection over which one request goes after the other.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Result<Self, XtaskError> {
        let connect = || {
            let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(TIMEOUT))?;
            Ok(stream)
        };
        let stream = connect().map_err(|error: io::Error| failed(&error))?;
        Ok(Self { stream, buffer: Vec::new(), host: address.to_string() })
    }

    /// Sends `GET path`, and returns the body of the answer, which must be 200.
    pub(super) fn get(&mut self, path: &str) -> Result<&[u8], XtaskError> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        self.send(request.as_bytes())?;
        self.receive()
    }

    /// Sends `POST path` with a JSON body, and returns the body of the answer, which must be 200.
    pub(super) fn post(&mut self, path: &str, body: &str) -> Result<&[u8], XtaskError> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.send(request.as_bytes())?;
        self.receive()
    }

    pub(super) fn send(&mut self, request: &[u8]) -> Result<(), XtaskError> {
        self.stream.write_all(request).map_err(|error| failed(&error))
    }

    /// Reads one answer: its head, then as many bytes as it says, or its chunks.
    pub(super) fn receive(&mut self) -> Result<&[u8], XtaskError> {
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
            self.more()?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 200") {
            let answer = text.lines().next().unwrap_or_default().to_owned();
            return Err(XtaskError::Answer { what: self.host.clone(), answer });
        }
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let Some(length) = length.and_then(|value| value.trim().parse::<usize>().ok()) else {
            // Chunked: the last chunk is empty.
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.more()?;
            }
            return Ok(&self.buffer[head..]);
        };
        while self.buffer.len() < head + length {
            self.more()?;
        }
        Ok(&self.buffer[head..head + length])
    }

    fn more(&mut self) -> Result<(), XtaskError> {
        let mut bytes = [0; 64 << 10];
        match self.stream.read(&mut bytes) {
            Ok(0) => {
                let answer = "closed the connection".to_owned();
                Err(XtaskError::Answer { what: self.host.clone(), answer })
            }
            Ok(read) => {
                self.buffer.extend_from_slice(&bytes[..read]);
                Ok(())
            }
            Err(error) => Err(failed(&error)),
        }
    }
}

fn failed(error: &io::Error) -> XtaskError {
    XtaskError::Answer { what: "the server".to_owned(), answer: error.to_string() }
}
