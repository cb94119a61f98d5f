//! PEM (RFC 7468): output of certificates, and the blocks of a text. Private keys write themselves, see
//! [`PrivateKey::to_pem`](crate::key::PrivateKey::to_pem).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use der::pem::{LineEnding, encode_string};
use rustls_pki_types::CertificateDer;
use zeroize::Zeroizing;

/// Some tools leave the padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Every public CA together is a few hundred.
const MAX_BLOCKS: usize = 4096;

const BEGIN: &[u8] = b"-----BEGIN ";

/// Certificates one after another, in the order given: a chain starts with its leaf.
pub fn certificates(certificates: &[CertificateDer<'_>]) -> String {
    certificates.iter().map(|certificate| block("CERTIFICATE", certificate)).collect()
}

/// One PEM block.
pub(crate) fn block(label: &str, der: &[u8]) -> String {
    encode_string(label, LineEnding::LF, der).expect("a PEM block of bytes in memory always encodes")
}

/// One block of a PEM text. Its bytes may be a private key; they are wiped when dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// What it says that it is: `CERTIFICATE`, `PRIVATE KEY` …
    pub label: String,
    /// The line that it begins on, counted from 1.
    pub line: usize,
    /// Whether it is encrypted in openssl's old way, by `Proc-Type` and `DEK-Info` lines.
    pub is_encrypted_in_the_old_way: bool,
    /// Its contents.
    pub der: Zeroizing<Vec<u8>>,
}

/// A PEM text that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PEM block that begins on line {line} {problem}")]
pub struct PemError {
    /// The line of the block's `BEGIN`, counted from 1.
    pub line: usize,
    problem: &'static str,
}

/// Whether a text has PEM blocks in it.
pub fn looks_like_pem(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGIN)
        || bytes
            .windows(BEGIN.len() + 1)
            .any(|window| matches!(window[0], b'\n' | b'\r' | b' ' | b'\t' | 0xbf) && &window[1..] == BEGIN)
}

/// The blocks of a text, in its order. What stands between them is left out.
///
/// # Errors
/// A block has no end, holds other characters than base64, or there are more than 4096.
pub fn blocks(bytes: &[u8]) -> Result<Vec<Block>, PemError> {
    let mut blocks = Vec::new();
    let mut open: Option<(Block, Zeroizing<Vec<u8>>)> = None;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (number, line) in bytes.split(|byte| matches!(byte, b'\n')).enumerate() {
        let line = line.trim_ascii();
        let error = |line, problem| Err(PemError { line, problem });
        match &mut open {
            None => {
                let label = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(b"-----"));
                if let Some(label) = label {
                    if blocks.len() == MAX_BLOCKS {
                        return error(number + 1, "is one too many: 4096 are the most that flinkops reads");
                    }
                    let label = String::from_utf8_lossy(label).into_owned();
                    let block = Block {
                        label,
                        line: number + 1,
                        is_encrypted_in_the_old_way: false,
                        der: Zeroizing::default(),
                    };
                    open = Some((block, Zeroizing::default()));
                }
            }
            Some((block, text)) => {
                if line.starts_with(BEGIN) {
                    return error(block.line, "has no end: another one begins before it");
                }
                if line.starts_with(b"-----END ") {
                    let end = line.strip_prefix(b"-----END ").and_then(|rest| rest.strip_suffix(b"-----"));
                    if end != Some(block.label.as_bytes()) {
                        return error(block.line, "ends with another label than it begins with");
                    }
                    match BASE64.decode(&**text) {
                        Ok(der) => block.der = Zeroizing::new(der),
                        Err(_) => return error(block.line, "is not base64"),
                    }
                    blocks.extend(open.take().map(|(block, _)| block));
                } else if line.contains(&b':') {
                    block.is_encrypted_in_the_old_way |= line.starts_with(b"DEK-Info:");
                } else {
                    text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
                }
            }
        }
    }
    match open {
        Some((block, _)) => {
            Err(PemError { line: block.line, problem: "has no end: the text stops before it" })
        }
        None => Ok(blocks),
    }
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

    #[test]
    fn blocks_are_found_among_other_text() {
        let one = block("CERTIFICATE", &[1; 50]).replace('\n', "\r\n");
        let text =
            format!("\u{feff}Bag Attributes\n    friendlyName: a\n{one}junk\n{}", block("X509 CRL", &[2; 5]));
        assert!(looks_like_pem(text.as_bytes()));
        let found = blocks(text.as_bytes()).unwrap();
        let found: Vec<_> =
            found.iter().map(|block| (block.label.as_str(), block.line, block.der.as_slice())).collect();
        assert_eq!(found, [("CERTIFICATE", 3, &[1; 50][..]), ("X509 CRL", 8, &[2; 5])]);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        let good = block("CERTIFICATE", &[1; 50]);
        for (text, expected) in [
            (format!("\n{}", good.replace("-----END CERTIFICATE-----\n", "")), "line 2 has no end"),
            (good.replace("END CERTIFICATE", "END X"), "line 1 ends with another label"),
            (good.replace("AQEB", "*QEB"), "line 1 is not base64"),
            (format!("-----BEGIN X-----\n{good}"), "line 1 has no end: another one"),
        ] {
            let error = blocks(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(blocks(b"no block").unwrap(), []);
    }
}
