//! From the HTTP library's errors and from unexpected answers to a [`RestError`] that says what to do.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, InvalidMessage};

use super::transport::Inner;
use crate::rest::RestError;

/// The longest excerpt of an answer in a message.
const EXCERPT: usize = 160;

const CHECK_PORT: &str = "check that host and port are the cluster's REST address";

/// What became of a request that got no complete answer.
pub(super) fn of_failure(inner: &Inner, call: &str, limit: Duration, error: &reqwest::Error) -> RestError {
    let call = call.to_owned();
    if let Some(tls) = tls_error(error) {
        let (why, mend) = of_tls(tls, inner.shows_identity);
        return RestError::Handshake { call, why, mend };
    }
    if error.is_timeout() {
        let (awaited, after, mend) = if error.is_connect() {
            ("connection", inner.timeouts.connect, "check host, port and firewalls")
        } else {
            ("answer", limit, "the cluster may still carry the request out: look before asking again")
        };
        return RestError::TimedOut { call, awaited, after, mend };
    }
    let why = innermost(error);
    if error.is_connect() && !handshake_broke(error) {
        return RestError::Unreachable { call, why };
    }
    let mend = if !inner.address.is_https() {
        "if the cluster speaks TLS, write https:// in its address"
    } else if inner.shows_identity {
        "the cluster may not trust the client certificate, or may have gone away: its log says which"
    } else {
        "if the cluster demands a client certificate, give --identity FILE.p12 or --cert FILE --key FILE"
    };
    RestError::Broken { call, why, mend }
}

/// The last error of the chain: the ones before it only wrap it.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The errors of the chain, those inside an `io::Error` included, whose `source` skips them.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| inside(error))
}

fn inside<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// A connection that came about and then broke: it was the handshake that failed, not the connecting.
fn handshake_broke(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
}

fn of_tls(error: &rustls::Error, shows_identity: bool) -> (String, &'static str) {
    use AlertDescription as Alert;
    use rustls::Error as Tls;
    let identify = if shows_identity {
        "the cluster does not accept this client certificate: give the one that its truststore \
         (`security.ssl.rest.truststore`) leads to, valid for client authentication"
    } else {
        "the cluster demands a client certificate: give --identity FILE.p12 or --cert FILE --key FILE"
    };
    match error {
        Tls::InvalidCertificate(certificate) => of_certificate(certificate),
        Tls::AlertReceived(
            alert @ (Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnknownCA
            | Alert::CertificateUnknown
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::UnsupportedCertificate
            | Alert::AccessDenied),
        ) => (format!("the cluster refused us ({alert:?})"), identify),
        Tls::AlertReceived(
            alert @ (Alert::HandshakeFailure | Alert::ProtocolVersion | Alert::InsufficientSecurity),
        )
        | Tls::AlertReceived(alert @ Alert::InternalError) => (
            format!("the cluster does not agree on TLS version and cipher suite ({alert:?})"),
            "set `security.ssl.protocol` and `security.ssl.algorithms` on the cluster to TLSv1.2 with \
             TLS_ECDHE_… suites that fit its key, or to TLSv1.3 with TLS_AES_… suites; \
             Flink 1.18 by default offers only suites that modern clients refuse",
        ),
        Tls::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => (
            "the answer is no TLS".to_owned(),
            "the port probably speaks plain HTTP: write http:// in the address, or check the port",
        ),
        Tls::PeerIncompatible(_) => (
            error.to_string(),
            "set `security.ssl.protocol` and `security.ssl.algorithms` on the cluster to what TLS 1.2 or 1.3 clients offer",
        ),
        _ => (error.to_string(), CHECK_PORT),
    }
}

fn of_certificate(error: &CertificateError) -> (String, &'static str) {
    use CertificateError as Bad;
    match error {
        Bad::UnknownIssuer => (
            "the cluster's certificate was issued by nobody that is trusted here".to_owned(),
            "give the cluster's authority with --cacert FILE",
        ),
        Bad::BadSignature => (
            "the cluster's certificate names a trusted authority, which did not sign it".to_owned(),
            "give the authority that the certificate now comes from with --cacert FILE",
        ),
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => (
            format!("the cluster's certificate is for another name: {error}"),
            "use a name that it holds in the address, or issue it again with this one as subject alternative name",
        ),
        Bad::Expired | Bad::ExpiredContext { .. } => (
            format!("the cluster's certificate is out of date: {error}"),
            "renew it on the cluster and restart the JobManager, which does not reload it",
        ),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => (
            format!("the cluster's certificate is not valid yet: {error}"),
            "compare the clocks of both machines",
        ),
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => (
            "the cluster's certificate may not be used for a server".to_owned(),
            "issue it again with the extended key usage serverAuth",
        ),
        Bad::Other(other) => (
            format!("the cluster's certificate cannot be used: {other}"),
            "a certificate authority's own certificate cannot serve: issue one for the server",
        ),
        _ => (
            format!("the cluster's certificate cannot be used: {error}"),
            "issue it again, with subject alternative names and the extended key usage serverAuth",
        ),
    }
}

/// The beginning of a text, in one line.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    around(bytes, 0)
}

/// The part of a text around a place in it, in one line.
fn around(bytes: &[u8], place: usize) -> String {
    let from = place.saturating_sub(EXCERPT / 2).min(bytes.len());
    let from = if place <= EXCERPT { 0 } else { from };
    let text = String::from_utf8_lossy(&bytes[from..bytes.len().min(from + 4 * EXCERPT)]);
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == EXCERPT {
            shown.push('…');
            break;
        }
        shown.push(if character.is_control() { ' ' } else { character });
    }
    shown
}

/// An answer that does not read as what it should be.
pub(super) fn of_answer(
    call: &str,
    content_type: Option<&str>,
    body: &[u8],
    error: &serde_json::Error,
) -> RestError {
    let call = call.to_owned();
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if !error.is_data() && !matches!(first, Some(b'{' | b'[')) {
        let content_type = content_type.unwrap_or("of no stated type").to_owned();
        return RestError::NotJson { call, content_type, excerpt: excerpt(body) };
    }
    // Flink's answers are one line, so the column is the place.
    let lines = body.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let place = lines.map(<[u8]>::len).sum::<usize>() + error.column();
    RestError::Unexpected { call, why: error.to_string(), excerpt: around(body, place) }
}
