//! Certificates, requests and whatever else comes as DER.

use jiff::Timestamp;
use pki::certificate::CertificateInfo;
use pki::import::Certificates;
use pki::inspect::inspect;
use pki::request::CertificateRequest;
use pki::store::{FileKind, ReadOptions};

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "der", about: "certificates, requests, keys and bundles in DER", run };

fn run(data: &[u8]) {
    let _ = FileKind::detect(data);
    let _ = CertificateInfo::parse(data);
    let _ = CertificateRequest::parse(data);
    let _ = Certificates::new().add("bytes", data);
    let _ = inspect(data, &ReadOptions::default(), Timestamp::UNIX_EPOCH);
    super::shared::store(data);
}
