//! A keytab: who is in it, with which keys, and who can read it.

use std::path::Path;

use super::finding::{Code, Finding};
use crate::kerberos::krb5_conf::Krb5Conf;
use crate::keytab::{self, ByteOrder, EncryptionType, Entry, Keytab, KeytabError, Principal};

/// What a keytab is expected to hold, and for whom.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectations<'a> {
    /// Who must be in it. `None`: everybody who is in it is looked at.
    pub principal: Option<&'a Principal>,
    /// The `krb5.conf` that its users will have.
    pub krb5_conf: Option<&'a Krb5Conf>,
    /// The user id that must own it, where that is known.
    pub owner: Option<u32>,
    /// The version that the newest keys must have, where that is known.
    pub kvno: Option<u32>,
}

/// Checks a keytab file, without asking a KDC. What is returned beside the findings is its content, if it has any.
pub fn check_keytab(path: &Path, expected: &Expectations<'_>) -> (Option<Keytab>, Vec<Finding>) {
    let shown = path.display();
    let file = match keytab::read(path, ByteOrder::Guess) {
        Ok(file) => file,
        Err(error) => {
            let (code, mend) = match &error {
                KeytabError::Missing { .. } => (
                    Code::KeytabMissing,
                    format!("make it with `flinkops keytab create {shown}`, or name the right path"),
                ),
                KeytabError::Format { .. } => (
                    Code::KeytabDamaged,
                    "Java will say `Unable to obtain password from user`; get the keytab anew".to_owned(),
                ),
                _ => (Code::KeytabUnreadable, "let the user that runs Flink read it".to_owned()),
            };
            return (None, vec![Finding::error(code, shown, error.to_string(), mend)]);
        }
    };
    let mut findings = Vec::new();
    check_file(path, file.mode, file.owner, expected.owner, &mut findings);
    check_entries(path, &file.keytab, &mut findings);
    match expected.principal {
        Some(principal) => check_principal(path, &file.keytab, principal, expected.krb5_conf, &mut findings),
        None => {
            for principal in file.keytab.principals() {
                check_etypes(path, &file.keytab, principal, expected.krb5_conf, &mut findings);
            }
        }
    }
    if let Some(kvno) = expected.kvno {
        check_kvno(path, &file.keytab, expected.principal, kvno, &mut findings);
    }
    (Some(file.keytab), findings)
}

fn check_kvno(
    path: &Path,
    keytab: &Keytab,
    principal: Option<&Principal>,
    expected: u32,
    findings: &mut Vec<Finding>,
) {
    for principal in keytab.principals().into_iter().filter(|other| principal.is_none_or(|one| one == *other))
    {
        let newest = keytab.of(principal).map(|entry| entry.kvno).max().unwrap_or_default();
        if newest != expected {
            findings.push(Finding::error(
                Code::WrongKvno,
                path.display(),
                format!("the newest keys of {principal} have kvno {newest}, and {expected} is needed"),
                "get the keytab anew",
            ));
        }
    }
}

fn check_file(path: &Path, mode: u32, owner: u32, expected: Option<u32>, findings: &mut Vec<Finding>) {
    let shown = path.display();
    if mode & 0o077 != 0 {
        let can = if mode & 0o007 != 0 { "everyone on this host" } else { "its group" };
        findings.push(Finding::error(
            Code::KeytabExposed,
            &shown,
            format!("its mode is {mode:04o}: {can} can take the keys in it, which are as good as passwords"),
            format!("chmod 600 {shown}, and change the keys if it was readable for long"),
        ));
    }
    if let Some(expected) = expected.filter(|expected| *expected != owner) {
        let finding = Finding::error(
            Code::KeytabOwner,
            &shown,
            format!("it belongs to user {owner}, and user {expected} is to read it"),
            format!("chown {expected} {shown}"),
        );
        findings.push(finding.warning());
    }
}

fn check_entries(path: &Path, keytab: &Keytab, findings: &mut Vec<Finding>) {
    let shown = path.display();
    if keytab.entries.is_empty() {
        let holes = match keytab.holes {
            0 => String::new(),
            holes => format!(", but {holes} deleted ones"),
        };
        findings.push(Finding::error(
            Code::KeytabEmpty,
            &shown,
            format!("it holds no entry{holes}"),
            "add keys with `flinkops keytab create` or `merge`",
        ));
    }
    for (index, entry) in keytab.entries.iter().enumerate() {
        let Entry { principal, kvno, key, .. } = entry;
        let slot = format!("{principal}, kvno {kvno}, {}", key.etype);
        if !key.has_its_length() {
            findings.push(Finding::error(
                Code::KeyLength,
                &shown,
                format!("the key of {slot} has {} bytes, which is no key of that type", key.expose().len()),
                "get the key anew",
            ));
        }
        let before = keytab.entries[..index].iter().filter(|other| other.is_same_slot(entry));
        for other in before.take(1) {
            let finding = if other.key == entry.key {
                Finding::error(
                    Code::DuplicateEntry,
                    &shown,
                    format!("{slot} is in it twice"),
                    format!("write it anew with `flinkops keytab merge {shown} --out {shown}`"),
                )
                .warning()
            } else {
                Finding::error(
                    Code::ConflictingKeys,
                    &shown,
                    format!("{slot} is in it with two different keys, and programs take either"),
                    "remove the entry, and add the right key",
                )
            };
            findings.push(finding);
        }
    }
}

fn check_principal(
    path: &Path,
    keytab: &Keytab,
    principal: &Principal,
    krb5_conf: Option<&Krb5Conf>,
    findings: &mut Vec<Finding>,
) {
    if keytab.of(principal).next().is_some() {
        return check_etypes(path, keytab, principal, krb5_conf, findings);
    }
    if keytab.entries.is_empty() {
        return;
    }
    let present = keytab.principals();
    let mut names: Vec<_> = present.iter().take(5).map(ToString::to_string).collect();
    if present.len() > names.len() {
        names.push(format!("{} more", present.len() - names.len()));
    }
    let near = present.iter().find(|other| {
        let same = |a: &Principal, b: &Principal| a.to_string().eq_ignore_ascii_case(&b.to_string());
        same(other, principal) || other.components == principal.components
    });
    let mend = match near {
        Some(near) => format!("use {near}, or add the key of {principal}"),
        None => {
            format!("add its key with `flinkops keytab create {} --principal {principal}`", path.display())
        }
    };
    findings.push(Finding::error(
        Code::PrincipalMissing,
        path.display(),
        format!("it holds no key of {principal}; it holds {}", names.join(", ")),
        mend,
    ));
}

/// The encryption types of the newest keys against what may be used.
fn check_etypes(
    path: &Path,
    keytab: &Keytab,
    principal: &Principal,
    krb5_conf: Option<&Krb5Conf>,
    findings: &mut Vec<Finding>,
) {
    let newest = keytab.of(principal).map(|entry| entry.kvno).max().unwrap_or_default();
    let etypes: Vec<_> =
        keytab.of(principal).filter(|entry| entry.kvno == newest).map(|entry| entry.key.etype).collect();
    let allowed = AllowedEtypes::of(krb5_conf);
    let shown = path.display();
    let list =
        |etypes: &[EncryptionType]| etypes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let weak: Vec<_> = etypes.iter().copied().filter(|etype| etype.is_weak()).collect();
    if !weak.is_empty() {
        let finding = Finding::error(
            Code::WeakEtype,
            &shown,
            format!("{principal} has keys of weak types: {}", list(&weak)),
            "leave them out, unless a service insists on them",
        );
        findings.push(finding.warning());
    }
    let (usable, unused): (Vec<_>, Vec<_>) =
        etypes.iter().copied().partition(|etype| allowed.types.contains(etype));
    if usable.is_empty() {
        findings.push(Finding::error(
            Code::NoUsableEtype,
            &shown,
            format!(
                "the keys of {principal} (kvno {newest}) are {}, and {} {}",
                list(&etypes),
                allowed.origin,
                if allowed.types.is_empty() {
                    "nothing".to_owned()
                } else {
                    format!("only {}", list(&allowed.types))
                }
            ),
            "add a key of an allowed type with `flinkops keytab create`, or change the list",
        ));
        return;
    }
    let unused: Vec<_> = unused.into_iter().filter(|etype| !etype.is_weak()).collect();
    if !unused.is_empty() {
        let finding = Finding::error(
            Code::UnusedEtype,
            &shown,
            format!(
                "{} of {principal} will not be used: {} only {}",
                list(&unused),
                allowed.origin,
                list(&allowed.types)
            ),
            "leave them out, or add them to the list",
        );
        findings.push(finding.warning());
    }
}

/// The types that Java 17 uses for logins, and why.
struct AllowedEtypes {
    types: Vec<EncryptionType>,
    origin: String,
}

impl AllowedEtypes {
    fn of(krb5_conf: Option<&Krb5Conf>) -> Self {
        for setting in ["default_tkt_enctypes", "permitted_enctypes"] {
            if let Some(list) = krb5_conf.and_then(|conf| conf.enctypes(setting)) {
                let origin = format!("Java takes from {setting} = {}", list.text);
                return Self { types: list.java, origin };
            }
        }
        let mut types = EncryptionType::AES.to_vec();
        if krb5_conf.is_some_and(Krb5Conf::allows_weak_crypto) {
            types.extend([EncryptionType::DES3, EncryptionType::RC4]);
        }
        Self { types, origin: "Java 17 allows".to_owned() }
    }
}
