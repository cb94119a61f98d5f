//! UDP and TCP to a KDC, with bounded patience.

use std::cell::Cell;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _, UdpSocket};
use std::time::Duration;

use jiff::Timestamp;

use super::message::error_code;
use crate::kerberos::krb5_conf::{KdcAddress, Protocol};

/// A way to ask a KDC.
pub trait Transport {
    /// Sends a request, and waits for the answer.
    ///
    /// # Errors
    /// Nobody answered.
    fn ask(&self, kdc: &KdcAddress, request: &[u8]) -> Result<Vec<u8>, TransportError>;
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kdc} does not answer: {}", attempts.join("; "))]
pub struct TransportError {
    /// Who was asked.
    pub kdc: String,
    /// What was tried, and how it ended.
    pub attempts: Vec<String>,
}

/// The network. Datagrams first, then a connection; what answers is believed to be the KDC until a key proves it.
#[derive(Clone, Debug)]
pub struct Network {
    timeout: Duration,
    clock: fn() -> Timestamp,
    /// Whether a datagram was waited for in vain, and a connection worked: then datagrams are lost on the way.
    datagrams_are_lost: Cell<bool>,
}

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 4;
/// A longer request goes over TCP at once, as MIT and Java do by default.
const MAX_DATAGRAM: usize = 1465;
/// Tickets with Active Directory's group lists take tens of kilobytes.
const MAX_ANSWER: usize = 1 << 20;
/// How often a datagram is sent before it is given up.
const DATAGRAMS: u32 = 2;
/// `KRB_ERR_RESPONSE_TOO_BIG`: ask again over TCP.
const TOO_BIG: i32 = 52;

impl Transport for Network {
    fn ask(&self, kdc: &KdcAddress, request: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut attempts = Vec::new();
        let addresses = match (kdc.host.as_str(), kdc.port).to_socket_addrs() {
            Ok(addresses) => addresses.take(MAX_ADDRESSES).collect(),
            Err(error) => {
                attempts.push(format!("its address is not to be found ({error})"));
                Vec::new()
            }
        };
        for address in addresses {
            let mut late = false;
            let fits = request.len() <= MAX_DATAGRAM && !self.datagrams_are_lost.get();
            if kdc.protocol == Some(Protocol::Udp) || kdc.protocol.is_none() && fits {
                match self.datagram(address, request) {
                    Ok(answer) if error_code(&answer) == Some(TOO_BIG) => {}
                    Ok(answer) => return Ok(answer),
                    Err(error) => {
                        late = is_late(&error);
                        attempts.push(format!("udp {address}: {}", told(&error)));
                    }
                }
            }
            if kdc.protocol != Some(Protocol::Udp) {
                match self.connection(address, request) {
                    Ok(answer) => {
                        self.datagrams_are_lost.set(late || self.datagrams_are_lost.get());
                        return Ok(answer);
                    }
                    Err(error) => attempts.push(format!("tcp {address}: {}", told(&error))),
                }
            }
        }
        Err(TransportError { kdc: kdc.to_string(), attempts })
    }
}

impl Network {
    /// A network in which one KDC may take `timeout` over each protocol.
    pub fn new(timeout: Duration, clock: fn() -> Timestamp) -> Self {
        Self { timeout, clock, datagrams_are_lost: Cell::new(false) }
    }

    fn datagram(&self, address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
        let any = if address.is_ipv4() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        } else {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED)
        };
        let socket = UdpSocket::bind((any, 0))?;
        // Connected: only that address is listened to, and its refusal is told.
        socket.connect(address)?;
        socket.set_read_timeout(Some((self.timeout / DATAGRAMS).max(Duration::from_millis(1))))?;
        let mut buffer = vec![0; 1 << 16];
        let mut last = io::ErrorKind::TimedOut.into();
        for _ in 0..DATAGRAMS {
            socket.send(request)?;
            match socket.recv(&mut buffer) {
                Ok(length) => {
                    buffer.truncate(length);
                    return Ok(buffer);
                }
                Err(error) if is_late(&error) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    fn connection(&self, address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
        let end = (self.clock)() + self.timeout;
        let left = || {
            let left = Duration::try_from((self.clock)().until(end).unwrap_or_default()).unwrap_or_default();
            if left.is_zero() {
                Err(io::Error::from(io::ErrorKind::TimedOut))
            } else {
                Ok(left.min(self.timeout))
            }
        };
        let mut stream = TcpStream::connect_timeout(&address, self.timeout.max(Duration::from_millis(1)))?;
        stream.set_write_timeout(Some(left()?))?;
        let length = u32::try_from(request.len()).unwrap_or(u32::MAX);
        stream.write_all(&[&length.to_be_bytes()[..], request].concat())?;
        let mut read = |buffer: &mut [u8]| {
            let mut filled = 0;
            while filled < buffer.len() {
                stream.set_read_timeout(Some(left()?))?;
                match stream.read(&mut buffer[filled..])? {
                    0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                    more => filled += more,
                }
            }
            Ok(())
        };
        let mut prefix = [0; 4];
        read(&mut prefix)?;
        let length = usize::try_from(u32::from_be_bytes(prefix)).unwrap_or(usize::MAX);
        if length > MAX_ANSWER {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "what answers is no KDC"));
        }
        let mut answer = vec![0; length];
        read(&mut answer)?;
        Ok(answer)
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::ConnectionRefused => "refused, nobody listens there".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed without an answer".to_owned(),
        _ => error.to_string(),
    }
}
