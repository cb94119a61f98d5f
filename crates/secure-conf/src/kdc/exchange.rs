//! Requests, answers, and the proof that they belong together.

use std::cell::Cell;
use std::time::Duration;

use der::asn1::{Any, BitString, GeneralizedTime, OctetString};
use der::{Decode as _, Encode as _};
use jiff::Timestamp;

use super::message::{
    ApReq, Authenticator, Checksum, EncKdcRepPart, EncTimestamp, EncryptedData, EtypeInfo, KdcRep, KdcReq,
    KdcReqBody, KerberosString, KrbError, PaData, PrincipalName, Ticket, application, pa, unwrap, wrap,
};
use super::network::{Transport, TransportError};
use crate::crypto::{CryptoError, Suite, usage};
use crate::kerberos::krb5_conf::KdcAddress;
use crate::keytab::{EncryptionType, Key, NameType, Principal};

/// KDCs of one realm, and how they are asked.
pub(super) struct Realm<'a> {
    pub(super) kdcs: &'a [KdcAddress],
    pub(super) transport: &'a dyn Transport,
    pub(super) clock: &'a dyn Fn() -> Timestamp,
    /// The one that answered last, to be asked first.
    pub(super) answers: Cell<usize>,
}

/// What came back.
pub(super) enum Answer {
    /// A ticket, with a part that only the right key opens.
    Reply(Box<KdcRep>),
    /// A refusal. Nothing proves where it comes from.
    Error(Box<KrbError>),
}

/// Why nothing came back that makes sense.
pub(super) enum NoAnswer {
    /// Nobody answered.
    Unreachable(Vec<TransportError>),
    /// Somebody answered nonsense.
    Nonsense(&'static str),
}

/// A ticket, and the key that was agreed on for using it.
pub(super) struct Granted {
    pub(super) ticket: Any,
    pub(super) session_key: Key,
    pub(super) end_time: Timestamp,
    pub(super) key_expiration: Option<Timestamp>,
    pub(super) kdc_time: Timestamp,
}

/// Who asks for what.
pub(super) struct LoginRequest<'a> {
    pub(super) principal: &'a Principal,
    pub(super) name_type: NameType,
    pub(super) etypes: &'a [EncryptionType],
}

impl Realm<'_> {
    /// Asks for a ticket-granting ticket, with the time encrypted under `proof`. What is returned beside the answer is
    /// the nonce that the reply must hold.
    pub(super) fn login(
        &self,
        request: &LoginRequest<'_>,
        proof: Option<&Key>,
    ) -> Result<(Answer, u32), NoAnswer> {
        let principal = request.principal;
        let nonce = nonce();
        let padata = match proof {
            Some(key) => Some(vec![self.encrypted_timestamp(key)?]),
            None => None,
        };
        let body = KdcReqBody {
            options: flags()?,
            cname: Some(PrincipalName::of(principal, request.name_type)),
            realm: KerberosString(principal.realm.clone()),
            sname: Some(PrincipalName::of(
                &Principal::ticket_granting(&principal.realm),
                NameType::SERVICE_INSTANCE,
            )),
            till: endless()?,
            nonce,
            etypes: request.etypes.iter().map(|etype| etype.0).collect(),
        };
        let message = KdcReq { pvno: 5, message_type: application::AS_REQ.cast_signed(), padata, body };
        let answer = self.ask(&encoded(wrap(application::AS_REQ, &message))?, application::AS_REP)?;
        Ok((answer, nonce))
    }

    /// Asks for a ticket for a service of the same realm.
    pub(super) fn service(
        &self,
        request: &LoginRequest<'_>,
        granted: &Granted,
        service: &Principal,
    ) -> Result<(Answer, u32), NoAnswer> {
        let nonce = nonce();
        let body = KdcReqBody {
            options: flags()?,
            cname: None,
            realm: KerberosString(service.realm.clone()),
            sname: Some(PrincipalName::of(service, NameType::SERVICE_INSTANCE)),
            till: endless()?,
            nonce,
            etypes: EncryptionType::AES.iter().map(|etype| etype.0).collect(),
        };
        let unusable = NoAnswer::Nonsense("the session key has a type that cannot be used here");
        let suite = Suite::of(granted.session_key.etype).ok_or(unusable)?;
        let key = &granted.session_key;
        let sealed = |result: Result<Vec<u8>, CryptoError>| {
            result.map_err(|_| NoAnswer::Nonsense("the session key has the wrong length"))
        };
        let checksum = sealed(suite.checksum(key, usage::TGS_REQ_CHECKSUM, &encoded(body.to_der())?))?;
        let (time, microseconds) = kerberos_time((self.clock)())?;
        let authenticator = Authenticator {
            version: 5,
            crealm: KerberosString(request.principal.realm.clone()),
            cname: PrincipalName::of(request.principal, request.name_type),
            checksum: Some(Checksum { kind: suite.checksum_type(), value: octets(checksum)? }),
            microseconds,
            time,
        };
        let authenticator = encoded(wrap(application::AUTHENTICATOR, &authenticator))?;
        let cipher = sealed(suite.encrypt(key, usage::TGS_REQ_AUTHENTICATOR, &authenticator))?;
        let ap_req = ApReq {
            pvno: 5,
            message_type: application::AP_REQ.cast_signed(),
            options: flags()?,
            ticket: granted.ticket.clone(),
            authenticator: EncryptedData { etype: key.etype.0, kvno: None, cipher: octets(cipher)? },
        };
        let ap_req = encoded(wrap(application::AP_REQ, &ap_req))?;
        let padata = Some(vec![PaData { kind: pa::TGS_REQ, value: octets(ap_req)? }]);
        let message = KdcReq { pvno: 5, message_type: application::TGS_REQ.cast_signed(), padata, body };
        let answer = self.ask(&encoded(wrap(application::TGS_REQ, &message))?, application::TGS_REP)?;
        Ok((answer, nonce))
    }

    fn encrypted_timestamp(&self, key: &Key) -> Result<PaData, NoAnswer> {
        let (time, microseconds) = kerberos_time((self.clock)())?;
        let plain = encoded(EncTimestamp { time, microseconds: Some(microseconds) }.to_der())?;
        let cannot = || NoAnswer::Nonsense("a key of this type and length cannot encrypt");
        let suite = Suite::of(key.etype).ok_or_else(cannot)?;
        let cipher = suite.encrypt(key, usage::AS_REQ_TIMESTAMP, &plain).map_err(|_| cannot())?;
        let data = EncryptedData { etype: key.etype.0, kvno: None, cipher: octets(cipher)? };
        Ok(PaData { kind: pa::ENC_TIMESTAMP, value: octets(encoded(data.to_der())?)? })
    }

    /// The answer of the first KDC that gives one.
    fn ask(&self, request: &[u8], expected: u32) -> Result<Answer, NoAnswer> {
        let mut failed = Vec::new();
        let first = self.answers.get();
        let order = (first..self.kdcs.len()).chain(0..first.min(self.kdcs.len()));
        for index in order {
            match self.transport.ask(&self.kdcs[index], request) {
                Ok(answer) => {
                    self.answers.set(index);
                    return read(&answer, expected);
                }
                Err(error) => failed.push(error),
            }
        }
        Err(NoAnswer::Unreachable(failed))
    }
}

fn read(answer: &[u8], expected: u32) -> Result<Answer, NoAnswer> {
    let nonsense = NoAnswer::Nonsense("what answers there does not speak Kerberos");
    match unwrap(answer) {
        Some((application::ERROR, body)) => {
            KrbError::from_der(body).map(Box::new).map(Answer::Error).map_err(|_| nonsense)
        }
        Some((number, body)) if number == expected => {
            KdcRep::from_der(body).map(Box::new).map(Answer::Reply).map_err(|_| nonsense)
        }
        _ => Err(nonsense),
    }
}

/// Opens the reply to a login. That it opens, and holds the nonce, proves that it comes from the KDC, and answers us.
pub(super) fn open_login(reply: &KdcRep, key: &Key, nonce: u32) -> Result<Granted, CryptoError> {
    open(reply, key, usage::AS_REP, nonce)
}

/// Opens the reply to a request for a service ticket, the same way.
pub(super) fn open_service(reply: &KdcRep, key: &Key, nonce: u32) -> Result<Granted, CryptoError> {
    open(reply, key, usage::TGS_REP_SESSION_KEY, nonce)
}

fn open(reply: &KdcRep, key: &Key, usage: u32, nonce: u32) -> Result<Granted, CryptoError> {
    let suite =
        Suite::of(key.etype).filter(|_| key.etype.0 == reply.enc_part.etype).ok_or(CryptoError::Integrity)?;
    let plain = suite.decrypt(key, usage, reply.enc_part.cipher.as_bytes())?;
    // MIT puts the tag of the one part on the other.
    let tags = [application::ENC_AS_REP_PART, application::ENC_TGS_REP_PART];
    let body = unwrap(&plain).filter(|(number, _)| tags.contains(number)).map(|(_, body)| body);
    let part =
        EncKdcRepPart::from_der(body.ok_or(CryptoError::Integrity)?).map_err(|_| CryptoError::Integrity)?;
    if part.nonce != nonce {
        return Err(CryptoError::Integrity);
    }
    Ok(Granted {
        ticket: reply.ticket.clone(),
        session_key: Key::new(EncryptionType(part.key.etype), part.key.value.as_bytes()),
        end_time: timestamp(&part.end_time),
        key_expiration: part.key_expiration.as_ref().map(timestamp),
        kdc_time: timestamp(&part.auth_time),
    })
}

/// A demand for pre-authentication.
pub(super) struct Demand {
    /// Whether the time, encrypted under a long-term key, would do. MIT does not offer it where it has no key of the
    /// types that were asked for.
    pub(super) timestamp: bool,
    /// The encryption types that the KDC has keys of, with their salts.
    pub(super) etypes: Vec<EtypeInfo>,
}

/// What a KDC demands before it answers.
pub(super) fn demand(error: &KrbError) -> Demand {
    let data = error.data.as_ref().map_or(&[][..], OctetString::as_bytes);
    let methods = Vec::<PaData>::from_der(data).unwrap_or_default();
    let timestamp = methods.iter().any(|method| method.kind == pa::ENC_TIMESTAMP);
    let info = methods.into_iter().find(|method| method.kind == pa::ETYPE_INFO2);
    let etypes = info.and_then(|info| Vec::from_der(info.value.as_bytes()).ok()).unwrap_or_default();
    Demand { timestamp, etypes }
}

/// The part of a ticket that only the service opens.
pub(super) fn sealed_part(ticket: &Any) -> Option<EncryptedData> {
    let bytes = ticket.to_der().ok()?;
    let (number, body) = unwrap(&bytes)?;
    (number == application::TICKET)
        .then(|| Ticket::from_der(body).ok())
        .flatten()
        .map(|ticket| ticket.enc_part)
}

/// What an error says about the time at the KDC.
pub(super) fn time_of(error: &KrbError) -> Timestamp {
    timestamp(&error.stime)
}

/// What an error says in words, if it says anything that can be shown.
pub(super) fn text_of(error: &KrbError) -> Option<String> {
    let text = String::from_utf8_lossy(&error.text.as_ref()?.0).into_owned();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    (!shown.is_empty()).then_some(shown)
}

fn timestamp(time: &GeneralizedTime) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// Half of the numbers, since some encode the nonce as a signed one.
fn nonce() -> u32 {
    rand::random::<u32>() >> 1
}

/// No option at all, in the 32 bits that options must have.
fn flags() -> Result<BitString, NoAnswer> {
    encoded(BitString::from_bytes(&[0; 4]))
}

/// The end of 1970's first second stands for as long as the KDC allows.
fn endless() -> Result<GeneralizedTime, NoAnswer> {
    encoded(GeneralizedTime::from_unix_duration(Duration::ZERO))
}

fn kerberos_time(now: Timestamp) -> Result<(GeneralizedTime, i32), NoAnswer> {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let time = encoded(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)))?;
    Ok((time, now.subsec_microsecond()))
}

fn octets(bytes: Vec<u8>) -> Result<OctetString, NoAnswer> {
    encoded(OctetString::new(bytes))
}

fn encoded<T>(result: der::Result<T>) -> Result<T, NoAnswer> {
    result.map_err(|_| {
        NoAnswer::Nonsense("the request cannot be encoded; the principal is too long, or the clock is wrong")
    })
}
