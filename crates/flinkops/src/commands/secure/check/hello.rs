//! A ClientHello of TLS 1.0 to 1.2 with chosen suites, and how the server answers: rustls speaks neither the old protocols
//! nor the old suites, and here nothing but the first answer matters.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

/// Protocol versions as they stand on the wire.
pub(super) const TLS10: u16 = 0x0301;
pub(super) const TLS11: u16 = 0x0302;
pub(super) const TLS12: u16 = 0x0303;

/// Every suite of TLS 1.0 to 1.2 that a Java server may have, but for those with forward secrecy and authenticated
/// encryption.
pub(super) const OUTDATED: [(u16, &str); 22] = [
    (0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    (0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    (0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
    (0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"),
    (0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
    (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
    (0x000a, "SSL_RSA_WITH_3DES_EDE_CBC_SHA"),
    (0x0005, "SSL_RSA_WITH_RC4_128_SHA"),
    (0x0004, "SSL_RSA_WITH_RC4_128_MD5"),
    (0x0001, "SSL_RSA_WITH_NULL_MD5"),
    (0x0002, "SSL_RSA_WITH_NULL_SHA"),
    (0x003b, "TLS_RSA_WITH_NULL_SHA256"),
    (0xc025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256"),
    (0xc029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256"),
    (0xc02d, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256"),
    (0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"),
    (0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA"),
    (0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA"),
    (0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256"),
    (0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"),
    (0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA"),
    (0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"),
];

/// Suites for TLS 1.0 and 1.1, with forward secrecy too: here the protocol is what is asked about.
pub(super) const OLD_PROTOCOLS: [u16; 6] = [0xc009, 0xc00a, 0xc013, 0xc014, 0x002f, 0x0035];

/// What the server agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) version: u16,
    pub(super) suite: u16,
}

/// Asks for one of these suites in at most this version. `None`: the server refused, or hung up.
pub(super) fn ask(mut stream: TcpStream, version: u16, suites: &[u16]) -> io::Result<Option<Agreed>> {
    stream.write_all(&client_hello(version, suites))?;
    let mut answer = Vec::new();
    let mut chunk = [0; 512];
    while answer.len() < ENOUGH {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&chunk[..length]),
            // A server that hangs up without a word has refused.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break,
            Err(error) => return Err(error),
        }
        if answer.first() != Some(&HANDSHAKE) {
            break;
        }
    }
    Ok(agreed(&answer))
}

const HANDSHAKE: u8 = 22;
/// Record header, message header, version, random, and the longest session id with the suite behind it.
const ENOUGH: usize = 5 + 4 + 2 + 32 + 1 + 32 + 2;

fn client_hello(version: u16, suites: &[u16]) -> Vec<u8> {
    let short = |value: usize| u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes();
    let mut body = version.to_be_bytes().to_vec();
    body.extend(rand::random::<[u8; 32]>());
    body.push(0); // no session to resume
    body.extend(short(2 * suites.len()));
    body.extend(suites.iter().flat_map(|suite| suite.to_be_bytes()));
    body.extend([1, 0]); // no compression
    // Curves, point formats, signature algorithms, the extended master secret.
    let mut extensions =
        vec![0, 10, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0, 0, 23, 0, 0, 255, 1, 0, 1, 0];
    if version == TLS12 {
        extensions.extend([0, 13, 0, 18, 0, 16, 4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 4, 1, 5, 1, 2, 1]);
    }
    body.extend(short(extensions.len()));
    body.extend(extensions);

    let mut message = vec![1, 0];
    message.extend(short(body.len()));
    message.extend(body);
    let mut record = vec![HANDSHAKE, 3, 1];
    record.extend(short(message.len()));
    record.extend(message);
    record
}

/// What a ServerHello says; anything else is a refusal.
fn agreed(answer: &[u8]) -> Option<Agreed> {
    let hello =
        answer.get(5..).filter(|_| answer[0] == HANDSHAKE).filter(|message| message.first() == Some(&2))?;
    let number = |at: usize| Some(u16::from_be_bytes([*hello.get(at)?, *hello.get(at + 1)?]));
    let session = usize::from(*hello.get(38)?);
    Some(Agreed { version: number(4)?, suite: number(39 + session)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_is_framed_and_an_answer_is_read() {
        let hello = client_hello(TLS12, &[0x002f]);
        assert_eq!(usize::from(u16::from_be_bytes([hello[3], hello[4]])), hello.len() - 5);
        assert_eq!(usize::from(u16::from_be_bytes([hello[7], hello[8]])), hello.len() - 9);
        let mut answer = vec![22, 3, 3, 0, 44, 2, 0, 0, 40, 3, 2];
        answer.extend([7; 32]);
        answer.extend([2, 9, 9, 0, 0x2f, 0]);
        assert_eq!(agreed(&answer), Some(Agreed { version: TLS11, suite: 0x002f }));
        for cut in 0..answer.len() - 1 {
            let _ = agreed(&answer[..cut]);
        }
        assert_eq!(agreed(&[21, 3, 1, 0, 2, 2, 40]), None);
    }
}
