//! HTTP/1.1 as plainly as it goes: a request is sent byte by byte as the step says it, with odd methods, doubled
//! slashes and broken bodies, which every good client library would mend.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rest_shape::Answer;

/// The longest answer that is read.
const LIMIT: u64 = 64 << 20;

const TIMEOUT: Duration = Duration::from_secs(30);

/// A request.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Sends a request over a connection of its own.
pub(super) fn send(address: SocketAddr, request: &Request<'_>) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_nodelay(true)?;
    let mut bytes =
        format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", request.method, request.target).into_bytes();
    for (name, value) in &request.headers {
        bytes.extend(format!("{name}: {value}\r\n").bytes());
    }
    let chunked = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    if chunked {
        bytes.extend(b"\r\n");
        for chunk in request.body.chunks(1000) {
            bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
    } else {
        if !request.body.is_empty() {
            bytes.extend(format!("content-length: {}\r\n", request.body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&request.body);
    }
    stream.write_all(&bytes)?;
    read(BufReader::new(stream), request.method == "HEAD")
}

fn read(mut reader: BufReader<TcpStream>, headers_only: bool) -> std::io::Result<Answer> {
    let broken = |what: &str| std::io::Error::other(format!("an answer without {what}"));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| broken("a status"))?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(broken("an end of its headers"));
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    if headers_only {
        return Ok(answer);
    }
    let length = answer.header("content-length").and_then(|value| value.parse().ok());
    reader.take(length.unwrap_or(LIMIT).min(LIMIT)).read_to_end(&mut answer.body)?;
    Ok(answer)
}
