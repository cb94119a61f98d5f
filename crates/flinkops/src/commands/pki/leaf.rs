//! What a leaf is to be: options that `issue`, `bulk`, `csr` and `sign` share.

use clap::Args;
use pki::key::KeyKind;
use pki::names::SubjectAltName;
use pki::profile::Validity;

use crate::failure::Failure;
use crate::output::Output;

/// The names of a leaf.
#[derive(Debug, Clone, Args)]
pub(super) struct NameOptions {
    /// A name that clients reach it by: dns:HOST, ip:ADDRESS or uri:URI. May be given several times.
    #[arg(long = "san", value_name = "NAME")]
    pub(super) names: Vec<SubjectAltName>,
    /// Add what is usually forgotten: the short name of each full one, and for a REST server localhost and 127.0.0.1.
    #[arg(long)]
    pub(super) complete_names: bool,
}

/// How long a leaf is valid.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct ValidityOptions {
    /// How long it is valid, in days [default: 397, the most that every client accepts].
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
}

impl ValidityOptions {
    pub(super) fn validity(self) -> Result<Validity, Failure> {
        Ok(self.days.map_or(Ok(Validity::LEAF), Validity::days)?)
    }
}

/// The kind of a leaf's key.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct KeyOptions {
    /// The kind of the key: rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519. Flink's default cipher suites take RSA
    /// only.
    #[arg(long, value_name = "KIND", default_value = "rsa-2048")]
    pub(super) key_type: KeyKind,
}

impl KeyOptions {
    /// Says what else has to be set for keys that Flink's defaults do not go with.
    pub(super) fn warn(self, output: &Output) {
        if !self.key_type.is_rsa() {
            output.warning(format!(
                "Flink's default cipher suites do not go with {} keys; set security.ssl.algorithms, as `flinkops pki verify` shows",
                self.key_type
            ));
        }
    }
}
