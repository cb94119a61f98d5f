//! JKS and JCEKS stores.

use ops_core::secret::Secret;
use pki::store::{ReadOptions, Unauthenticated, read_any};

use crate::Target;

pub(super) const TARGET: Target = Target { name: "jks", about: "JKS and JCEKS stores", run };

fn run(data: &[u8]) {
    super::shared::store(data);
    // Without a password the digest is not looked at, so that what was changed behind it is.
    let unchecked = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..ReadOptions::default() };
    let _ = read_any(data, &unchecked);
    let _ = read_any(data, &ReadOptions::with_password(Secret::new("another")));
}
