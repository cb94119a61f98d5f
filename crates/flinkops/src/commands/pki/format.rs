//! In which format stores are written.

use std::path::Path;

use clap::{Args, ValueEnum};
use pki::store::{Format, StoreProfile};

/// The format of new stores.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct FormatOptions {
    /// The format of the stores. Flink reads p12 and jks.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoreFormat,
    /// For which JVMs PKCS#12 stores are encrypted.
    #[arg(long, value_enum, default_value_t, value_name = "JVMS")]
    compat: Compat,
}

/// The formats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum StoreFormat {
    /// PKCS#12, what Java and Flink expect.
    #[default]
    P12,
    /// Java's older format.
    Jks,
    /// Certificates and the key as text, for what is not Java.
    Pem,
}

/// The profiles of PKCS#12.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Compat {
    /// AES-256 and HMAC-SHA256: Java 8u301, 11.0.12 and later.
    #[default]
    Modern,
    /// Triple DES and SHA-1: older ones. It keeps secrets less well.
    Legacy,
}

impl FormatOptions {
    pub(super) fn format(self) -> Format {
        self.format.with(self.compat)
    }
}

impl StoreFormat {
    pub(super) fn with(self, compat: Compat) -> Format {
        match (self, compat) {
            (Self::P12, Compat::Modern) => Format::Pkcs12(StoreProfile::Modern),
            (Self::P12, Compat::Legacy) => Format::Pkcs12(StoreProfile::Legacy),
            (Self::Jks, _) => Format::Jks,
            (Self::Pem, _) => Format::Pem,
        }
    }

    /// The format that a file's name promises.
    pub(super) fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "p12" | "pfx" | "pkcs12" => Some(Self::P12),
            "jks" => Some(Self::Jks),
            "pem" | "crt" | "cer" => Some(Self::Pem),
            _ => None,
        }
    }
}
