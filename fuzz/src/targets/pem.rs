//! Text in PEM.

use pki::import::Certificates;
use pki::pem;
use pki::request::CertificateRequest;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "pem", about: "certificates, requests, keys and bundles in PEM", run };

fn run(data: &[u8]) {
    let _ = pem::looks_like_pem(data);
    let _ = pem::blocks(data);
    let _ = CertificateRequest::parse(data);
    let _ = Certificates::new().add("bytes", data);
    super::shared::store(data);
}
