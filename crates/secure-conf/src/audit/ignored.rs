//! Security settings that have no effect.

use ops_core::catalogue::Catalogue;

use super::codes;
use super::finding::{Edit, Finding, Severity};
use super::host::Host;
use crate::ssl::{Examination, Scope, Side, facts};

const KRB5: &str = "security.kerberos.krb5-conf.path";

pub(super) fn check(host: &Host, examination: &Examination<'_>, findings: &mut Vec<Finding>) {
    unknown(host, findings);
    let no_effect = |key: &str, message: String, help: &str| {
        let edit = Edit::CommentOut { key: key.to_owned(), reason: "no effect".to_owned() };
        host.finding(&codes::NO_EFFECT, key, message, help).with_fix(true, edit)
    };
    if host.doc.get(facts::VERIFY_HOSTNAME).is_some() {
        let line = host.version.line();
        let help = if facts::has_rest_verify_hostname(host.version) {
            "set security.ssl.rest.verify-hostname instead"
        } else {
            "give REST clients a pin or an authority of their own: names are checked from Flink 2.3 on"
        };
        let message = format!(
            "Flink {line} does not heed `{}`: its clients accept any name in the server's certificate",
            facts::VERIFY_HOSTNAME
        );
        findings.push(no_effect(facts::VERIFY_HOSTNAME, message, help));
    }
    let standalone =
        !host.doc.effective().any(|entry| ["kubernetes.", "yarn."].iter().any(|p| entry.key.starts_with(p)));
    if standalone && host.doc.get(KRB5).is_some() {
        let message = format!(
            "`{KRB5}` has no effect on a standalone cluster: Java goes on reading the host's krb5.conf"
        );
        let help = "add -Djava.security.krb5.conf=PATH to env.java.opts.all";
        findings.push(no_effect(KRB5, message, help).with_severity(Severity::Error));
    }
    let only_one_way = examination.enabled(Scope::Rest)
        && !examination.enabled(Scope::Internal)
        && !examination.rest_authentication()
        && host.side == Side::Cluster;
    if only_one_way {
        for key in [facts::PROTOCOL, facts::ALGORITHMS] {
            if host.doc.get(key).is_some() {
                let message = format!("a REST server without client certificates does not heed `{key}`");
                let help =
                    "set security.ssl.rest.authentication-enabled to true, or leave the key to the clients";
                findings
                    .push(host.finding(&codes::NO_EFFECT, key, message, help).with_severity(Severity::Info));
            }
        }
    }
}

/// Keys under `security.` that this version does not read.
fn unknown(host: &Host, findings: &mut Vec<Finding>) {
    let catalogue = Catalogue::of(host.version);
    let line = host.version.line();
    for entry in host.doc.effective() {
        let key = entry.key.as_str();
        if !key.starts_with("security.") || catalogue.lookup(key).is_some() {
            continue;
        }
        let elsewhere = catalogue.elsewhere(key);
        let (known, help) = match &elsewhere {
            Some(elsewhere) => {
                let versions: Vec<_> = elsewhere.versions.iter().map(|version| version.line()).collect();
                let help = match (key, elsewhere.replacement) {
                    (facts::LEGACY_ENABLED, _) => {
                        "set security.ssl.internal.enabled and security.ssl.rest.enabled".to_owned()
                    }
                    (_, Some(replacement)) => format!("set {replacement} instead"),
                    (_, None) => "remove it".to_owned(),
                };
                (format!("; {} know it", versions.join(", ")), help)
            }
            None => {
                let near = catalogue.suggest(key, &entry.value, host.doc.dialect(), 1);
                let help =
                    near.first().map_or_else(|| "remove it".to_owned(), |near| format!("perhaps {near}"));
                (String::new(), help)
            }
        };
        let message = format!("Flink {line} does not know `{key}` and ignores it{known}");
        let edit = Edit::CommentOut { key: key.to_owned(), reason: format!("Flink {line} ignores it") };
        findings.push(host.finding(&codes::IGNORED_KEY, key, message, help).with_fix(true, edit));
    }
}
