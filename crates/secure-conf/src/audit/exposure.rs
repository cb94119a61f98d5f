//! What is open to anybody who can reach it.

use super::codes;
use super::finding::Finding;
use super::host::{Host, is_loopback};
use crate::ssl::{Examination, Scope};

/// The REST endpoint, of hosts that run a JobManager.
pub(super) fn rest(host: &Host, examination: &Examination<'_>, findings: &mut Vec<Finding>) {
    let bound = host.doc.get("rest.bind-address");
    if bound.is_some_and(is_loopback) {
        return;
    }
    let encrypted = examination.enabled(Scope::Rest);
    if encrypted && examination.rest_authentication() {
        return;
    }
    let bound = bound.map_or_else(
        || "`rest.bind-address` is not set, so REST listens on every address".to_owned(),
        |address| format!("REST listens on {address}"),
    );
    let key = if encrypted { Scope::Rest.key("authentication-enabled") } else { Scope::Rest.key("enabled") };
    let (code, message) = if encrypted {
        (&codes::REST_ANONYMOUS, format!("{bound}, and no client needs a certificate"))
    } else {
        (&codes::REST_PLAIN, format!("{bound}, without TLS and without authentication"))
    };
    let help = "`flinkops secure ssl --rest-client-auth required`, or bind it to loopback behind a proxy that authenticates";
    findings.push(host.finding(code, &key, message, help));
    for (switch, code, what, help) in [
        (
            "web.submit.enable",
            &codes::REST_SUBMIT,
            "upload a jar and run it as Flink's user",
            "set web.submit.enable to false, and let only clients with certificates in: jobs can be submitted without a jar, too",
        ),
        (
            "web.cancel.enable",
            &codes::REST_CANCEL,
            "cancel every job from the dashboard",
            "set web.cancel.enable to false, and let only clients with certificates in",
        ),
    ] {
        if host.is_true(switch, "true") {
            let message = format!("anybody who reaches the REST endpoint can {what}");
            findings.push(host.finding(code, switch, message, help));
        }
    }
}

/// RPC, data and blob connections.
pub(super) fn internal(host: &Host, examination: &Examination<'_>, findings: &mut Vec<Finding>) {
    let bound = |key: &str| host.doc.get(key).is_some_and(is_loopback);
    if examination.enabled(Scope::Internal)
        || (bound("jobmanager.bind-host") && bound("taskmanager.bind-host"))
    {
        return;
    }
    findings.push(host.finding(
        &codes::INTERNAL_PLAIN,
        &Scope::Internal.key("enabled"),
        "the connections between Flink's processes are neither encrypted nor authenticated: who reaches their ports runs code as Flink's user",
        "`flinkops pki issue --role internal`, then `flinkops secure ssl`",
    ));
}
