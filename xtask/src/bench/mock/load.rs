//! Many connections kept alive, each with one request under way at a time.

use std::net::SocketAddr;
use std::time::Duration;

use super::http::Connection;
use crate::error::XtaskError;
use crate::process;

/// Connections; all of them are asked, then all of them are read, by one thread: server and client have a core each.
const CONNECTIONS: usize = 32;

/// Asks for a path for so long, and returns the answers per second.
pub(super) fn run(address: SocketAddr, path: &str, time: Duration) -> Result<f64, XtaskError> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let mut connections =
        (0..CONNECTIONS).map(|_| Connection::open(address)).collect::<Result<Vec<_>, XtaskError>>()?;
    let start = process::now();
    let mut answers = 0_u32;
    while start.elapsed() < time {
        for connection in &mut connections {
            connection.send(request.as_bytes())?;
        }
        for connection in &mut connections {
            connection.receive()?;
            answers += 1;
        }
    }
    Ok(f64::from(answers) / start.elapsed().as_secs_f64())
}
