//! Values of configurations: sizes, durations, versions, ids, sources of secrets.

use ops_core::ids::JobId;
use ops_core::secret::SecretSource;
use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::FlinkVersion;
use pki::names::SubjectAltName;
use secure_conf::keytab::Principal;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "values", about: "sizes, durations, versions, ids and other values", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    // What is written down is read as the same.
    if let Ok(size) = text.parse::<MemorySize>() {
        assert_eq!(size.to_string().parse(), Ok(size));
    }
    if let Ok(version) = text.parse::<FlinkVersion>() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    if let Ok(id) = text.parse::<JobId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    let _ = text.parse::<FlinkDuration>();
    let _ = text.parse::<SecretSource>();
    let _ = text.parse::<SubjectAltName>();
    let _ = Principal::parse(text, Some("EXAMPLE.COM"));
}
