//! PEM output of certificates. Private keys write themselves, see [`PrivateKey::to_pem`](crate::key::PrivateKey::to_pem).

use der::pem::{LineEnding, encode_string};
use rustls_pki_types::CertificateDer;

/// Certificates one after another, in the order given: a chain starts with its leaf.
pub fn certificates(certificates: &[CertificateDer<'_>]) -> String {
    certificates.iter().map(|certificate| block("CERTIFICATE", certificate)).collect()
}

/// One PEM block.
pub(crate) fn block(label: &str, der: &[u8]) -> String {
    encode_string(label, LineEnding::LF, der).expect("a PEM block of bytes in memory always encodes")
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::pem::PemObject as _;

    use super::*;

    #[test]
    fn certificates_read_back_in_order() {
        let all: Vec<_> = (1..4_u8).map(|byte| CertificateDer::from(vec![byte; 100])).collect();
        let text = certificates(&all);
        let read: Vec<_> = CertificateDer::pem_slice_iter(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(read, all);
        assert!(text.ends_with("-----END CERTIFICATE-----\n") && text.lines().all(|line| line.len() <= 64));
    }
}
