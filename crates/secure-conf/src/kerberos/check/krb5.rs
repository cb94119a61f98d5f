//! A `krb5.conf`: syntax, realms, and what Java makes of it.

use std::path::Path;

use super::finding::{Code, Finding};
use crate::kerberos::krb5_conf::{Krb5Conf, ProblemKind};

/// Checks a `krb5.conf` that was read from `path`, for logins in these realms.
pub fn check_krb5_conf(path: &Path, conf: &Krb5Conf, realms: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for problem in &conf.problems {
        let place = format!("{}:{}", path.display(), problem.line);
        let evidence = problem.kind.to_string();
        findings.push(match problem.kind {
            ProblemKind::Include(_) => {
                Finding::error(Code::Krb5Include, place, evidence, "check the included file by itself")
                    .warning()
            }
            ProblemKind::TrailingComment(_) => {
                Finding::error(Code::Krb5Comment, place, evidence, "put the comment on a line of its own")
            }
            _ => Finding::error(
                Code::Krb5Syntax,
                place,
                format!("{evidence}; Java refuses the file, and with it every login"),
                "mend the line",
            ),
        });
    }
    let shown = path.display();
    if conf.allows_weak_crypto() {
        let finding = Finding::error(
            Code::WeakCryptoAllowed,
            &shown,
            "allow_weak_crypto is on: RC4 and triple DES may be used",
            "remove it, and replace the keys that need it",
        );
        findings.push(finding.warning());
    }
    for setting in ["permitted_enctypes", "default_tkt_enctypes", "default_tgs_enctypes"] {
        check_list(path, conf, setting, &mut findings);
    }
    let includes = conf.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Include(_)));
    for realm in realms {
        match conf.kdcs(realm) {
            Err(error) => {
                let mend = "write it as kdc.example.com:88";
                findings.push(Finding::error(
                    Code::BadKdcAddress,
                    &shown,
                    format!("in realm {realm}, {error}"),
                    mend,
                ));
            }
            // It may stand in an included file.
            Ok(kdcs) if kdcs.is_empty() && !includes => {
                let finding = if conf.looks_up_kdcs() {
                    Finding::error(
                        Code::RealmWithoutKdc,
                        &shown,
                        format!("it names no KDC of {realm}, so it has to be found in DNS"),
                        format!("add `{realm} = {{ kdc = … }}` to [realms], or be sure of the DNS records"),
                    )
                    .warning()
                } else {
                    Finding::error(
                        Code::RealmWithoutKdc,
                        &shown,
                        format!("it names no KDC of {realm} and does not look in DNS: `Cannot locate KDC`"),
                        format!("add `{realm} = {{ kdc = … }}` to [realms]"),
                    )
                };
                findings.push(finding);
            }
            Ok(_) => {}
        }
    }
    findings
}

fn check_list(path: &Path, conf: &Krb5Conf, setting: &str, findings: &mut Vec<Finding>) {
    let Some(list) = conf.enctypes(setting) else { return };
    let mend = "separate full names, such as aes256-cts-hmac-sha1-96, by single blanks";
    if list.java.is_empty() {
        let evidence =
            format!("Java finds no encryption type in `{setting} = {}`, and no login works", list.text);
        findings.push(Finding::error(Code::EnctypesLost, path.display(), evidence, mend));
        return;
    }
    let lost: Vec<_> = list.lost_on_java.iter().chain(&list.unknown).map(String::as_str).collect();
    if !lost.is_empty() {
        let evidence = format!("Java passes over {} in `{setting} = {}`", lost.join(", "), list.text);
        findings.push(Finding::error(Code::EnctypesLost, path.display(), evidence, mend).warning());
    }
}
