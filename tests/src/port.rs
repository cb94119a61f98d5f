//! Free ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the range that systems take the ports of outgoing connections from: a JVM takes seconds until it binds.
const FIRST: u16 = 12_000;
const COUNT: u32 = 8_000;

/// `N` ports that nothing listened on a moment ago, all different. Another process can take one before it is used:
/// prefer port 0 and reading the real one back wherever the program under test can do that.
///
/// # Panics
/// The system has no port left.
pub fn free<const N: usize>() -> [u16; N] {
    // Tests in other processes start elsewhere in the range.
    let start = std::process::id().wrapping_mul(7919);
    // Tests of this process get others each time: what one was given may not be bound yet.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut candidates = (0..COUNT).filter_map(|_| {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + u16::try_from(start.wrapping_add(offset) % COUNT).unwrap_or(0);
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
    });
    let listeners: [TcpListener; N] = std::array::from_fn(|_| candidates.next().expect("no free port"));
    listeners.map(|listener| listener.local_addr().expect("a bound socket has an address").port())
}
