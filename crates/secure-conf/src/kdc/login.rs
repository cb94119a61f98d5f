//! The check: does this keytab log in, and if not, why.
//!
//! First the KDC is asked without proof, for exactly the encryption types that the keytab has, as Java does; its demand
//! for pre-authentication names the type and the salt. Then the newest key of that type proves itself; where it fails, an
//! older one shows whether only the version is wrong. KDCs lock accounts after a few wrong keys, so at most two are sent.

use std::cell::Cell;

use jiff::Timestamp;
use serde::Serialize;

use super::exchange::{Answer, Granted, LoginRequest, NoAnswer, Realm, demand, open_login, time_of};
use super::message::{EtypeInfo, KdcRep};
use super::network::Transport;
use super::refusal::{self, BAD_INTEGRITY, ETYPE_UNSUPPORTED, PREAUTH_FAILED, PREAUTH_REQUIRED};
use super::service::{self, ServiceTicket};
use crate::crypto::Suite;
use crate::kerberos::krb5_conf::KdcAddress;
use crate::kerberos::{Code, Finding};
use crate::keytab::{EncryptionType, Entry, Keytab, Principal};

/// What is to be checked.
pub struct LoginCheck<'a> {
    /// Who logs in.
    pub principal: &'a Principal,
    /// With which keys.
    pub keytab: &'a Keytab,
    /// The KDCs of the realm, in the order in which they are asked.
    pub kdcs: &'a [KdcAddress],
    /// A service of the same realm for which a ticket is wanted, too.
    pub service: Option<&'a Principal>,
    /// How KDCs are asked.
    pub transport: &'a dyn Transport,
    /// What time it is.
    pub clock: &'a dyn Fn() -> Timestamp,
}

/// What the KDC said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoginReport {
    /// Who was to log in.
    pub principal: Principal,
    /// The login; `None` where there was none.
    pub login: Option<Login>,
    /// The keys that were tried, and what the KDC said to each.
    pub keys: Vec<KeyResult>,
    /// The service ticket; `None` where none was asked for, or given.
    pub service: Option<ServiceTicket>,
    /// How many seconds the clock of this host is ahead of the KDC's. `None`: the KDC did not say.
    pub clock_ahead_seconds: Option<i64>,
    /// What is wrong. Empty: the login works.
    pub findings: Vec<Finding>,
}

/// A login that worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Login {
    /// The type of the key that opened the reply.
    pub etype: EncryptionType,
    /// Its version in the keytab.
    pub kvno: u32,
    /// Its version at the KDC, where the KDC says it.
    pub kdc_kvno: Option<u32>,
    /// Until when the ticket is valid.
    pub ticket_until: Timestamp,
    /// When the password expires, where it does.
    pub password_expires: Option<Timestamp>,
}

/// What the KDC said to one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyResult {
    /// The version of the key.
    pub kvno: u32,
    /// Its type.
    pub etype: EncryptionType,
    /// What the KDC said.
    pub outcome: KeyOutcome,
}

/// What a KDC says to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyOutcome {
    /// It is the KDC's own.
    Right,
    /// It is not.
    Wrong,
    /// The KDC has no key of that type.
    NoSuchKey,
}

/// Wrong keys that are sent before giving up.
const MAX_WRONG: usize = 2;
/// Within this many seconds, clocks are as good as equal.
const GOOD_CLOCK: i64 = 60;

/// Logs in with a keytab. Whatever goes wrong is in the report.
pub fn check_login(check: &LoginCheck<'_>) -> LoginReport {
    let report = LoginReport {
        principal: check.principal.clone(),
        login: None,
        keys: Vec::new(),
        service: None,
        clock_ahead_seconds: None,
        findings: Vec::new(),
    };
    let realm =
        Realm { kdcs: check.kdcs, transport: check.transport, clock: check.clock, answers: Cell::new(0) };
    let mut session = Session { check, realm, report, wrong: 0 };
    session.run();
    session.report
}

struct Session<'a> {
    check: &'a LoginCheck<'a>,
    realm: Realm<'a>,
    report: LoginReport,
    wrong: usize,
}

/// How one try ended.
enum Try {
    In(Box<Granted>, Option<u32>),
    WrongKey(Finding),
    Failed,
}

impl Session<'_> {
    fn run(&mut self) {
        let mut entries: Vec<_> = self.check.keytab.of(self.check.principal).collect();
        // The newest first, as every library takes them.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.kvno));
        let order = EncryptionType::AES.into_iter().chain([EncryptionType::DES3]);
        let etypes: Vec<_> =
            order.filter(|etype| entries.iter().any(|entry| entry.key.etype == *etype)).collect();
        let Some(first) = entries.first().copied() else { return };
        if etypes.is_empty() {
            let evidence =
                format!("its only keys are of types that cannot be tried here, such as {}", first.key.etype);
            return self.report(Finding::error(
                Code::NoUsableEtype,
                self.check.principal,
                evidence,
                "add AES keys",
            ));
        }
        let request =
            LoginRequest { principal: self.check.principal, name_type: first.name_type, etypes: &etypes };
        let Some(granted) = self.first_login(&request, &entries) else { return };
        self.compare_kvno(&request, &granted);
        if self.report.clock_ahead_seconds.is_none() {
            self.see_clock(granted.kdc_time);
        }
        self.other_etypes(&request, &entries);
        if let Some(service) = self.check.service {
            let outcome = service::check(&self.realm, &request, &granted, service, self.check.keytab);
            self.report.service = outcome.ticket;
            self.report.findings.extend(outcome.findings);
        }
    }

    fn report(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    fn silence(&mut self, no_answer: &NoAnswer) {
        self.report(refusal::of_silence(no_answer, self.check.principal));
    }

    fn see_clock(&mut self, kdc: Timestamp) {
        let (seconds, text) = refusal::skew(kdc, (self.check.clock)());
        self.report.clock_ahead_seconds = Some(seconds);
        if seconds.abs() > GOOD_CLOCK {
            let evidence = format!("the clock of this host is {text} that of the KDC");
            let finding =
                Finding::error(Code::ClockSkew, self.check.principal, evidence, "let NTP set the clocks");
            self.report(finding.warning());
        }
    }

    /// The login as Java does it.
    fn first_login(&mut self, request: &LoginRequest<'_>, entries: &[&Entry]) -> Option<Granted> {
        let (answer, nonce) =
            self.realm.login(request, None).map_err(|silence| self.silence(&silence)).ok()?;
        let error = match answer {
            // The KDC demands no proof from this principal.
            Answer::Reply(reply) => return self.unproven(&reply, nonce, entries),
            Answer::Error(error) => error,
        };
        if error.code != PREAUTH_REQUIRED {
            let finding = refusal::of_login(&error, self.check.principal, (self.check.clock)());
            if finding.code != Code::ClockSkew {
                self.see_clock(time_of(&error));
            }
            self.report(finding);
            return None;
        }
        self.see_clock(time_of(&error));
        let demanded = demand(&error);
        let has = |etype: i32| entries.iter().any(|entry| entry.key.etype.0 == etype);
        let chosen = demanded.etypes.iter().find(|info| has(info.etype));
        if chosen.is_none() && !(demanded.timestamp && demanded.etypes.is_empty()) {
            self.no_common_etype(request);
            return None;
        }
        // A KDC that says nothing about types takes the first.
        let etype = chosen.map_or(request.etypes[0], |info| EncryptionType(info.etype));
        let mut wrong = None;
        for entry in entries.iter().filter(|entry| entry.key.etype == etype) {
            if self.wrong == MAX_WRONG {
                break;
            }
            match self.try_key(request, entry) {
                Try::In(granted, kdc_kvno) => {
                    self.logged_in(entry, &granted, kdc_kvno);
                    if let Some(newest) = wrong.map(|(newest, _): (u32, Finding)| newest) {
                        let evidence = format!(
                            "the KDC has the key with kvno {} in the keytab, and not the one with kvno {newest}, which is tried first",
                            entry.kvno
                        );
                        let mend = format!("remove the entries with kvno {newest}, or make the keytab anew");
                        self.report(Finding::error(Code::WrongKvno, self.check.principal, evidence, mend));
                    }
                    return Some(*granted);
                }
                Try::WrongKey(finding) => drop(wrong.get_or_insert((entry.kvno, finding))),
                Try::Failed => return None,
            }
        }
        let (_, finding) = wrong?;
        let hint = chosen.and_then(|info| self.salt_hint(info));
        let evidence = format!("{}{}", finding.evidence, hint.unwrap_or_default());
        self.report(Finding { evidence, ..finding });
        None
    }

    /// The KDC has no key of the types that the keytab has, or wants something else than a key.
    fn no_common_etype(&mut self, request: &LoginRequest<'_>) {
        let all: Vec<_> =
            EncryptionType::AES.into_iter().chain([EncryptionType::RC4, EncryptionType::DES3]).collect();
        let everything = LoginRequest { etypes: &all, ..*request };
        let mut theirs = Vec::new();
        if let Ok((Answer::Error(error), _)) = self.realm.login(&everything, None)
            && error.code == PREAUTH_REQUIRED
        {
            theirs =
                demand(&error).etypes.iter().map(|info| EncryptionType(info.etype).to_string()).collect();
        }
        let principal = self.check.principal;
        if theirs.is_empty() {
            let evidence = "the KDC demands a kind of pre-authentication that no keytab can give";
            let mend = "let the principal log in with an encrypted timestamp";
            return self.report(Finding::error(Code::Refused, principal, evidence, mend));
        }
        let ours: Vec<_> = request.etypes.iter().map(ToString::to_string).collect();
        let evidence = format!(
            "the KDC has keys of type {} for it, and the keytab has {}",
            theirs.join(", "),
            ours.join(", ")
        );
        let mend = format!("make the keytab anew with --etype {}", theirs.join(","));
        self.report(Finding::error(Code::UnsupportedEtype, principal, evidence, mend));
    }

    /// Sends the time, encrypted under the key of an entry.
    fn try_key(&mut self, request: &LoginRequest<'_>, entry: &Entry) -> Try {
        let (answer, nonce) = match self.realm.login(request, Some(&entry.key)) {
            Ok(answer) => answer,
            Err(silence) => {
                self.silence(&silence);
                return Try::Failed;
            }
        };
        let (kvno, etype) = (entry.kvno, entry.key.etype);
        let principal = self.check.principal;
        match answer {
            Answer::Reply(reply) => match open_login(&reply, &entry.key, nonce) {
                Ok(granted) => {
                    self.report.keys.push(KeyResult { kvno, etype, outcome: KeyOutcome::Right });
                    Try::In(Box::new(granted), reply.enc_part.kvno)
                }
                Err(_) => {
                    let evidence =
                        "the key does not open the reply, so it is not proven to come from the KDC";
                    let mend = "make sure that nobody answers in place of the KDC";
                    self.report(Finding::error(Code::KdcNonsense, principal, evidence, mend));
                    Try::Failed
                }
            },
            Answer::Error(error) => {
                let finding = refusal::of_login(&error, principal, (self.check.clock)());
                if matches!(error.code, PREAUTH_FAILED | BAD_INTEGRITY) {
                    self.wrong += 1;
                    self.report.keys.push(KeyResult { kvno, etype, outcome: KeyOutcome::Wrong });
                    return Try::WrongKey(finding);
                }
                if finding.code == Code::ClockSkew {
                    let (seconds, _) = refusal::skew(time_of(&error), (self.check.clock)());
                    self.report.clock_ahead_seconds = Some(seconds);
                    self.report.findings.retain(|known| known.code != Code::ClockSkew);
                }
                self.report(finding);
                Try::Failed
            }
        }
    }

    /// A reply without proof before it: it shows which key the KDC has.
    fn unproven(&mut self, reply: &KdcRep, nonce: u32, entries: &[&Entry]) -> Option<Granted> {
        let etype = EncryptionType(reply.enc_part.etype);
        let kdc_kvno = reply.enc_part.kvno;
        for entry in entries.iter().filter(|entry| entry.key.etype == etype) {
            let (kvno, outcome) = (entry.kvno, KeyOutcome::Right);
            if let Ok(granted) = open_login(reply, &entry.key, nonce) {
                self.report.keys.push(KeyResult { kvno, etype, outcome });
                self.logged_in(entry, &granted, kdc_kvno);
                return Some(granted);
            }
            self.report.keys.push(KeyResult { kvno, etype, outcome: KeyOutcome::Wrong });
        }
        let kvno = kdc_kvno.map_or_else(String::new, |kvno| format!(", with kvno {kvno},"));
        let principal = self.check.principal;
        self.report(Finding::error(
            Code::WrongKey,
            principal,
            format!("the key of the KDC for {etype}{kvno} is not in the keytab"),
            "make the keytab anew",
        ));
        None
    }

    fn logged_in(&mut self, entry: &Entry, granted: &Granted, kdc_kvno: Option<u32>) {
        self.report.login = Some(Login {
            etype: entry.key.etype,
            kvno: entry.kvno,
            kdc_kvno,
            ticket_until: granted.end_time,
            password_expires: granted.key_expiration,
        });
    }

    /// Active Directory and Heimdal say which version the key has. MIT does not, but a ticket for the principal itself,
    /// as a service, has the version on it.
    fn compare_kvno(&mut self, request: &LoginRequest<'_>, granted: &Granted) {
        let principal = self.check.principal;
        let Some(login) = &mut self.report.login else { return };
        if login.kdc_kvno.is_none() {
            login.kdc_kvno = service::kvno_of(&self.realm, request, granted, principal);
        }
        let (kvno, kdc_kvno) = (login.kvno, login.kdc_kvno);
        let older_is_right = self.report.findings.iter().any(|finding| finding.code == Code::WrongKvno);
        if let Some(kdc_kvno) = kdc_kvno.filter(|kdc_kvno| *kdc_kvno != kvno && !older_is_right) {
            let evidence = format!(
                "the key is right, and has kvno {kvno} in the keytab and {kdc_kvno} at the KDC; logins work all the same, services of other libraries may not find it"
            );
            let mend = format!("make the keytab anew with --kvno {kdc_kvno}");
            self.report(Finding::error(Code::WrongKvno, principal, evidence, mend).warning());
        }
    }

    /// The keys of the other types: they are used as soon as somebody changes a list of encryption types.
    fn other_etypes(&mut self, request: &LoginRequest<'_>, entries: &[&Entry]) {
        let right = self.report.login.as_ref().map(|login| login.kvno);
        for entry in entries.iter().filter(|entry| Some(entry.kvno) == right) {
            let etype = entry.key.etype;
            let known = self.report.keys.iter().any(|result| result.etype == etype);
            if known || Suite::of(etype).is_none() || self.wrong == MAX_WRONG {
                continue;
            }
            // The other types stay on the list for the session key, which the KDC chooses by its own keys.
            let others = EncryptionType::AES.into_iter().filter(|other| *other != etype);
            let etypes: Vec<_> = std::iter::once(etype).chain(others).collect();
            let single = LoginRequest { etypes: &etypes, ..*request };
            let offered = match self.realm.login(&single, None) {
                Ok((Answer::Error(error), _)) if error.code == PREAUTH_REQUIRED => {
                    demand(&error).etypes.iter().any(|info| info.etype == etype.0)
                }
                Ok((Answer::Reply(reply), _)) => reply.enc_part.etype == etype.0,
                Ok((Answer::Error(error), _)) if error.code == ETYPE_UNSUPPORTED => false,
                _ => continue,
            };
            if !offered {
                let (kvno, outcome) = (entry.kvno, KeyOutcome::NoSuchKey);
                self.report.keys.push(KeyResult { kvno, etype, outcome });
                let evidence =
                    format!("the KDC has no key of type {etype} for it, so that of the keytab is never used");
                let mend = "leave it out, or change the password once the KDC has that type";
                self.report(
                    Finding::error(Code::UnsupportedEtype, self.check.principal, evidence, mend).warning(),
                );
            } else if let Try::WrongKey(finding) = self.try_key(&single, entry) {
                let evidence =
                    format!("its key of type {etype} is not the KDC's, though others of the keytab are");
                self.report(Finding { evidence, ..finding });
            }
        }
    }

    /// What a foreign salt explains about a wrong key.
    fn salt_hint(&self, info: &EtypeInfo) -> Option<String> {
        let salt = &info.salt.as_ref()?.0;
        (*salt != self.check.principal.default_salt()).then(|| {
            let salt: String =
                String::from_utf8_lossy(salt).chars().filter(|c| !c.is_control()).take(200).collect();
            format!("; the KDC's salt is `{salt}`, which is not made from the name: --salt takes it")
        })
    }
}
