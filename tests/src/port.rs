//! Free ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

/// `N` ports that nothing listened on a moment ago, all different. Another process can take one before it is used:
/// prefer port 0 and reading the real one back wherever the program under test can do that.
///
/// # Panics
/// The system has no port left.
pub fn free<const N: usize>() -> [u16; N] {
    let listeners: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("no free port"));
    listeners.map(|listener| listener.local_addr().expect("a bound socket has an address").port())
}
