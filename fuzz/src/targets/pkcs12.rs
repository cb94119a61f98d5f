//! PKCS#12 stores.

use ops_core::secret::Secret;
use pki::store::read;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "pkcs12", about: "PKCS#12 stores, with and without a proof of integrity", run };

fn run(data: &[u8]) {
    let _ = read(data, &Secret::new(super::shared::PASSWORD));
    super::shared::store(data);
}
