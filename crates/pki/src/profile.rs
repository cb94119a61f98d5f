//! What each role of a Flink cluster gets into its certificate, and for how long.
//!
//! Every extension is set here, by role. Nothing is taken over from a request.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};

use crate::constraints::NameConstraints;
use crate::error::PkiError;
use crate::names::SubjectAltName;
use crate::public_key::PublicKeyKind;

/// Certificates begin this long before they are issued, so that a host whose clock is a little slow accepts them.
pub const BACKDATE: SignedDuration = SignedDuration::from_mins(5);

/// How long a certificate is valid, counted from when it is issued.
///
/// Authorities are valid for ten years by default. Leaves are valid for 397 days: a renewal every year with a month
/// to spare, and within the 398 days beyond which some clients refuse a server certificate. Flink never reloads its
/// stores, so each renewal costs a restart, and shorter is not simply better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    days: u32,
}

impl Validity {
    /// Ten years.
    pub const AUTHORITY: Self = Self { days: 3652 };
    /// Five years.
    pub const INTERMEDIATE: Self = Self { days: 1826 };
    /// 397 days.
    pub const LEAF: Self = Self { days: 397 };

    /// A number of days.
    ///
    /// # Errors
    /// None, or more than a hundred years.
    pub fn days(days: u32) -> Result<Self, PkiError> {
        if (1..=36500).contains(&days) { Ok(Self { days }) } else { Err(PkiError::Validity { days }) }
    }

    /// The first and the last second of validity of a certificate issued at `now`.
    pub(crate) fn period(self, now: Timestamp) -> Result<(Timestamp, Timestamp), PkiError> {
        let out_of_range = |_| PkiError::Validity { days: self.days };
        let now = Timestamp::from_second(now.as_second()).map_err(out_of_range)?;
        let length = SignedDuration::from_hours(24 * i64::from(self.days));
        // What lies before 1970 is no time to issue a certificate at, and the encoder starts there.
        let start = (now - BACKDATE).max(Timestamp::UNIX_EPOCH);
        Ok((start, now.checked_add(length).map_err(out_of_range)?))
    }
}

/// What the holder of a leaf does in a Flink cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
#[non_exhaustive]
pub enum Role {
    /// RPC, data and blob connections between Flink's own processes. Each process is server and client, and Flink
    /// uses one keystore for both: the leaf needs both extended key usages.
    Internal,
    /// The REST endpoint and the dashboard.
    RestServer,
    /// Who talks to the REST endpoint where it demands client certificates.
    RestClient,
    /// Something beside Flink, with the usages given.
    Custom(CustomUsage),
}

/// For what a leaf with the role `custom` may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomUsage {
    /// No extended key usage at all, which restricts nothing.
    Any,
    /// Accepting connections.
    Server,
    /// Opening connections.
    Client,
    /// Both.
    ServerAndClient,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Internal,
        Self::RestServer,
        Self::RestClient,
        Self::Custom(CustomUsage::Any),
        Self::Custom(CustomUsage::Server),
        Self::Custom(CustomUsage::Client),
        Self::Custom(CustomUsage::ServerAndClient),
    ];

    /// `internal`, `rest-server`, `rest-client`, `custom`, `custom:server`, `custom:client` or `custom:server+client`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::RestServer => "rest-server",
            Self::RestClient => "rest-client",
            Self::Custom(CustomUsage::Any) => "custom",
            Self::Custom(CustomUsage::Server) => "custom:server",
            Self::Custom(CustomUsage::Client) => "custom:client",
            Self::Custom(CustomUsage::ServerAndClient) => "custom:server+client",
        }
    }

    /// Whether the holder accepts TLS connections.
    pub fn is_server(self) -> bool {
        !matches!(self, Self::RestClient | Self::Custom(CustomUsage::Client))
    }

    /// Whether the holder opens TLS connections with its certificate.
    pub fn is_client(self) -> bool {
        !matches!(self, Self::RestServer | Self::Custom(CustomUsage::Server))
    }

    fn extended_key_usages(self) -> Vec<ExtendedKeyUsagePurpose> {
        if self == Self::Custom(CustomUsage::Any) {
            return Vec::new();
        }
        let server = self.is_server().then_some(ExtendedKeyUsagePurpose::ServerAuth);
        let client = self.is_client().then_some(ExtendedKeyUsagePurpose::ClientAuth);
        server.into_iter().chain(client).collect()
    }

    /// A server with an RSA key also decrypts: Flink up to 1.19 negotiates static RSA by default.
    fn key_usages(self, key: PublicKeyKind) -> Vec<KeyUsagePurpose> {
        let mut usages = vec![KeyUsagePurpose::DigitalSignature];
        if self.is_server() && key.is_rsa() {
            usages.push(KeyUsagePurpose::KeyEncipherment);
        }
        usages
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a role; use internal, rest-server, rest-client, custom, custom:server, custom:client or custom:server+client"
)]
pub struct RoleError {
    found: String,
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = || RoleError { found: text.to_owned() };
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or_else(found)
    }
}

impl TryFrom<String> for Role {
    type Error = RoleError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Role> for &'static str {
    fn from(role: Role) -> Self {
        role.name()
    }
}

/// The certificate of an authority, with as many authorities below it as `path_length` says.
pub(crate) fn authority(
    common_name: &str,
    path_length: u8,
    constraints: &NameConstraints,
    period: (Timestamp, Timestamp),
    serial: &[u8],
) -> CertificateParams {
    let mut params = base(common_name, period, serial);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = constraints.to_rcgen();
    params
}

/// What an authority asks another one to certify. The other one decides on all of it.
pub(crate) fn authority_request(common_name: &str, path_length: u8) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name_only(common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// What the holder of a key asks an authority to certify: most authorities take over names and usages, or override them.
pub(crate) fn leaf_request(
    common_name: &str,
    role: Role,
    key: PublicKeyKind,
    names: &[SubjectAltName],
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name_only(common_name);
    params.key_usages = role.key_usages(key);
    params.extended_key_usages = role.extended_key_usages();
    params.subject_alt_names = names.iter().map(SubjectAltName::to_rcgen).collect::<Result<_, _>>()?;
    Ok(params)
}

/// The certificate of a leaf.
pub(crate) fn leaf(
    common_name: &str,
    role: Role,
    key: PublicKeyKind,
    names: &[SubjectAltName],
    period: (Timestamp, Timestamp),
    serial: &[u8],
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = base(common_name, period, serial);
    // Not `NoCa`, which would leave out the basic constraints and the subject key identifier.
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = role.key_usages(key);
    params.extended_key_usages = role.extended_key_usages();
    params.subject_alt_names = names.iter().map(SubjectAltName::to_rcgen).collect::<Result<_, _>>()?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn base(common_name: &str, (start, end): (Timestamp, Timestamp), serial: &[u8]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(start);
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(end);
    params.serial_number = Some(serial.to_vec().into());
    params.distinguished_name = common_name_only(common_name);
    params
}

fn common_name_only(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Times of certificates begin with 1970.
pub(crate) fn since_epoch(time: Timestamp) -> Duration {
    Duration::from_secs(time.as_second().try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_is_backdated_and_counted_in_days() {
        let now: Timestamp = "2026-03-01T12:00:00.75Z".parse().unwrap();
        let (start, end) = Validity::LEAF.period(now).unwrap();
        assert_eq!(
            (start.to_string(), end.to_string()),
            ("2026-03-01T11:55:00Z".into(), "2027-04-02T12:00:00Z".into())
        );
        for days in [0, 36501] {
            assert!(Validity::days(days).unwrap_err().to_string().contains(&days.to_string()));
        }
        let (start, _) = Validity::LEAF.period(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(start, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn roles_read_back_by_name() {
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
            assert_eq!(serde_json::from_value::<Role>(role.name().into()).unwrap(), role);
        }
        assert!("server".parse::<Role>().unwrap_err().to_string().contains("rest-server"));
    }
}
