//! Generates RSA 2048 keys and nothing else, on all cores: what bulk issuing of RSA leaves cannot be faster than.
//! `cargo run --release -p flinkops-pki --example keygen -- 100` prints the milliseconds that 100 keys took.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement: it takes time and tells it"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).ok_or("usage: keygen COUNT")?.parse()?;
    let threads = std::thread::available_parallelism()?.get();
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let generate = || {
        while next.fetch_add(1, Ordering::Relaxed) < count {
            KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        }
        Ok::<(), rcgen::Error>(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(generate)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    println!("{}", start.elapsed().as_millis());
    Ok(())
}
