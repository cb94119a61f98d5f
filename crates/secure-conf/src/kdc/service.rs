//! A ticket for a service, and whether the service's key in the keytab opens it.

use jiff::Timestamp;
use serde::Serialize;

use super::exchange::{Answer, Granted, LoginRequest, Realm, open_service, sealed_part};
use super::refusal;
use crate::crypto::{Suite, usage};
use crate::kerberos::{Code, Finding};
use crate::keytab::{EncryptionType, Entry, Keytab, Principal};

/// A ticket for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceTicket {
    /// The service.
    pub service: Principal,
    /// The type of the service's key under which the ticket is encrypted.
    pub etype: EncryptionType,
    /// The version of that key.
    pub kvno: Option<u32>,
    /// Until when it is valid.
    pub ticket_until: Timestamp,
    /// Whether a key of the keytab opens it. `None`: the keytab has none of the service.
    pub opened: Option<bool>,
}

pub(super) struct Outcome {
    pub(super) ticket: Option<ServiceTicket>,
    pub(super) findings: Vec<Finding>,
}

/// The version of a principal's newest key, from a ticket for it. `None`: the KDC gives none, as it is no service.
pub(super) fn kvno_of(
    realm: &Realm<'_>,
    request: &LoginRequest<'_>,
    granted: &Granted,
    principal: &Principal,
) -> Option<u32> {
    let Ok((Answer::Reply(reply), nonce)) = realm.service(request, granted, principal) else { return None };
    open_service(&reply, &granted.session_key, nonce).ok()?;
    sealed_part(&reply.ticket)?.kvno
}

pub(super) fn check(
    realm: &Realm<'_>,
    request: &LoginRequest<'_>,
    granted: &Granted,
    service: &Principal,
    keytab: &Keytab,
) -> Outcome {
    let failed = |finding| Outcome { ticket: None, findings: vec![finding] };
    let (reply, nonce) = match realm.service(request, granted, service) {
        Err(silence) => return failed(refusal::of_silence(&silence, service)),
        Ok((Answer::Error(error), _)) => {
            return failed(refusal::of_service(&error, service, (realm.clock)()));
        }
        Ok((Answer::Reply(reply), nonce)) => (reply, nonce),
    };
    let sealed = sealed_part(&reply.ticket);
    let (Ok(received), Some(sealed)) = (open_service(&reply, &granted.session_key, nonce), sealed) else {
        let evidence = "the session key does not open the reply, so it is not proven to come from the KDC";
        let mend = "make sure that nobody answers in place of the KDC";
        return failed(Finding::error(Code::KdcNonsense, service, evidence, mend));
    };
    let etype = EncryptionType(sealed.etype);
    let keys: Vec<_> = keytab.of(service).collect();
    let opens = |entry: &&Entry| {
        let suite = Suite::of(etype).filter(|_| entry.key.etype == etype);
        suite.is_some_and(|suite| suite.decrypt(&entry.key, usage::TICKET, sealed.cipher.as_bytes()).is_ok())
    };
    let opened = (!keys.is_empty()).then(|| keys.iter().any(opens));
    let mut findings = Vec::new();
    if opened == Some(false) {
        let has: Vec<_> =
            keys.iter().map(|entry| format!("kvno {} {}", entry.kvno, entry.key.etype)).collect();
        let kvno = sealed.kvno.map_or_else(String::new, |kvno| format!(" with kvno {kvno}"));
        findings.push(Finding::error(
            Code::ServiceKey,
            service,
            format!(
                "its tickets are encrypted with {etype}{kvno}, and no key of the keytab opens them (it has {})",
                has.join(", ")
            ),
            format!("make its keytab anew (kadmin: ktadd {service}); Java will say `Cannot find key of appropriate type` or `Checksum failed`"),
        ));
    }
    let ticket = ServiceTicket {
        service: service.clone(),
        etype,
        kvno: sealed.kvno,
        ticket_until: received.end_time,
        opened,
    };
    Outcome { ticket: Some(ticket), findings }
}
