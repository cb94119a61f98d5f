//! What the error codes of RFC 4120, section 7.5.9, mean for a login.

use jiff::Timestamp;

use super::exchange::{NoAnswer, text_of, time_of};
use super::message::KrbError;
use crate::kerberos::{Code, Finding};
use crate::keytab::Principal;

pub(super) const NAME_EXPIRED: i32 = 1;
pub(super) const CLIENT_UNKNOWN: i32 = 6;
pub(super) const SERVICE_UNKNOWN: i32 = 7;
pub(super) const ETYPE_UNSUPPORTED: i32 = 14;
pub(super) const CLIENT_REVOKED: i32 = 18;
pub(super) const KEY_EXPIRED: i32 = 23;
pub(super) const PREAUTH_FAILED: i32 = 24;
pub(super) const PREAUTH_REQUIRED: i32 = 25;
pub(super) const BAD_INTEGRITY: i32 = 31;
pub(super) const CLOCK_SKEW: i32 = 37;
pub(super) const WRONG_REALM: i32 = 68;

/// A difference of clocks for people: `6 min 40 s behind`.
pub(super) fn skew(kdc: Timestamp, here: Timestamp) -> (i64, String) {
    let seconds = here.as_second() - kdc.as_second();
    let span = seconds.unsigned_abs();
    let amount = match (span / 3600, span / 60 % 60, span % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    };
    let direction = if seconds < 0 { "behind" } else { "ahead of" };
    (seconds, format!("{amount} {direction}"))
}

/// The finding for a refused login.
pub(super) fn of_login(error: &KrbError, principal: &Principal, now: Timestamp) -> Finding {
    let realm = principal.realm_text();
    let (code, evidence, mend) = match error.code {
        CLIENT_UNKNOWN => (
            Code::UnknownPrincipal,
            "the KDC does not know it".to_owned(),
            format!("create it (kadmin: addprinc {principal}), or correct the name; case matters"),
        ),
        NAME_EXPIRED => (
            Code::Expired,
            "the principal has expired".to_owned(),
            format!("renew it (kadmin: modprinc -expire never {principal})"),
        ),
        KEY_EXPIRED => (
            Code::PasswordExpired,
            "its password has expired".to_owned(),
            format!("change the password and make a new keytab (kadmin: ktadd {principal})"),
        ),
        CLIENT_REVOKED => (
            Code::Locked,
            "the KDC has locked it, by an administrator or after too many wrong keys".to_owned(),
            format!("unlock it (kadmin: modprinc +allow_tix -unlock {principal})"),
        ),
        ETYPE_UNSUPPORTED => (
            Code::UnsupportedEtype,
            "the KDC has no key for it of any encryption type that the keytab has".to_owned(),
            "get a keytab from the KDC (kadmin: ktadd), or add a key of a type that the KDC has".to_owned(),
        ),
        PREAUTH_FAILED | BAD_INTEGRITY => (
            Code::WrongKey,
            "the KDC has another key: the password was changed since, or the keytab was made with another password or salt"
                .to_owned(),
            "make the keytab anew".to_owned(),
        ),
        CLOCK_SKEW => {
            let (_, skew) = skew(time_of(error), now);
            (
                Code::ClockSkew,
                format!("the clock of this host is {skew} that of the KDC, and most KDCs allow 5 min"),
                "let NTP set the clocks".to_owned(),
            )
        }
        // The service of a login is the realm's own.
        WRONG_REALM | SERVICE_UNKNOWN => (
            Code::WrongRealm,
            format!("the KDC does not serve the realm {realm}"),
            "correct the realm of the principal, or the address of the KDC".to_owned(),
        ),
        PREAUTH_REQUIRED => (
            Code::Refused,
            "the KDC demands a kind of pre-authentication that no keytab can give".to_owned(),
            "allow encrypted timestamps for it".to_owned(),
        ),
        code => {
            let text = text_of(error).map_or_else(String::new, |text| format!(": {text}"));
            let evidence = format!("the KDC refuses with error {code}{text}");
            (Code::Refused, evidence, "look into the log of the KDC".to_owned())
        }
    };
    Finding::error(code, principal, evidence, mend)
}

/// The finding for a service ticket that was refused.
pub(super) fn of_service(error: &KrbError, service: &Principal, now: Timestamp) -> Finding {
    match error.code {
        SERVICE_UNKNOWN => Finding::error(
            Code::UnknownService,
            service,
            "the KDC does not know the service",
            format!("create it (kadmin: addprinc -randkey {service}), or use the name that clients ask for"),
        ),
        ETYPE_UNSUPPORTED => Finding::error(
            Code::UnsupportedEtype,
            service,
            "the service has no key of a type that Java uses",
            format!("give it AES keys (kadmin: ktadd {service})"),
        ),
        _ => of_login(error, service, now),
    }
}

/// The finding where nothing came back that makes sense.
pub(super) fn of_silence(no_answer: &NoAnswer, principal: &Principal) -> Finding {
    let realm = principal.realm_text();
    match no_answer {
        NoAnswer::Unreachable(errors) if errors.is_empty() => Finding::error(
            Code::KdcUnreachable,
            principal,
            format!("no KDC of {realm} is known"),
            "name it with --kdc HOST:PORT, or in krb5.conf with --krb5-conf FILE",
        ),
        NoAnswer::Unreachable(errors) => {
            let evidence: Vec<_> = errors.iter().map(ToString::to_string).collect();
            let mend = "start it, open port 88 for UDP and TCP on the way there, or correct its address";
            Finding::error(Code::KdcUnreachable, principal, evidence.join("; "), mend)
        }
        NoAnswer::Nonsense(what) => {
            Finding::error(Code::KdcNonsense, principal, *what, "correct the address of the KDC")
        }
    }
}
