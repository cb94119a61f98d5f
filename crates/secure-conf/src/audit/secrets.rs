//! Passwords and keys that others can read, change or guess.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ops_core::conf::is_sensitive;
use ops_core::well_known::is_well_known;

use super::codes;
use super::finding::Finding;
use super::host::Host;
use crate::ssl::{Examined, Scope, StoreReader};

const READ: u32 = 0o004;
const WRITE: u32 = 0o002;
const SEARCH: u32 = 0o001;

pub(super) fn check(host: &Host, examined: &Examined, reader: &StoreReader<'_>, findings: &mut Vec<Finding>) {
    well_known(host, findings);
    let mut secret = host.doc.effective().filter(|entry| is_sensitive(&entry.key));
    if let Some(entry) = secret.next()
        && let Some(mode) = open_to_others(&host.file, READ)
    {
        let message =
            format!("every user of the host can read {}, which holds `{}`", host.file.display(), entry.key);
        let help = format!("chmod 600 {}", host.file.display());
        findings.push(host.finding(&codes::SECRET_READABLE, &entry.key, message, help).with_evidence([mode]));
    }
    if let Some(mode) = open_to_others(&host.file, WRITE) {
        let message = format!("every user of the host can change {}", host.file.display());
        let help = format!("chmod o-w {}", host.file.display());
        let mut finding = host.finding(&codes::WRITABLE, "", message, help).with_evidence([mode]);
        finding.key = None;
        findings.push(finding);
    }
    for (scope, material) in [(Scope::Internal, &examined.internal), (Scope::Rest, &examined.rest)] {
        let Some(material) = material else { continue };
        if let Some(identity) = &material.identity {
            let file = reader.locate(&identity.path);
            if let Some(mode) = open_to_others(&file, READ) {
                let message =
                    format!("every user of the host can read the private key's store {}", identity.path);
                let help = format!("chmod 600 {}", identity.path);
                let finding = host.finding(&codes::SECRET_READABLE, &scope.key("keystore"), message, help);
                findings.push(finding.with_evidence([mode]));
            }
        }
        let stores = [
            ("keystore", material.identity.as_ref().map(|identity| &identity.path)),
            ("truststore", material.anchors.as_ref().map(|anchors| &anchors.path)),
        ];
        for (option, path) in stores {
            let Some(path) = path else { continue };
            if let Some(mode) = open_to_others(&reader.locate(path), WRITE) {
                let message = format!("every user of the host can change {path}");
                let finding =
                    host.finding(&codes::WRITABLE, &scope.key(option), message, format!("chmod o-w {path}"));
                findings.push(finding.with_evidence([mode]));
            }
        }
    }
}

fn well_known(host: &Host, findings: &mut Vec<Finding>) {
    for entry in host.doc.effective().filter(|entry| entry.key.to_ascii_lowercase().ends_with("password")) {
        // In flink-conf.yaml, quotes are part of the value; they do not make it better.
        if is_well_known(entry.value.trim_matches(['"', '\''])) {
            let message = format!("the value of `{}` is among the first that anybody tries", entry.key);
            let help = "issue the store again with a generated password, and set that";
            findings.push(host.finding(&codes::WELL_KNOWN_PASSWORD, &entry.key, message, help));
        }
    }
}

/// The mode of a file that users other than its owner and group can reach for this.
fn open_to_others(file: &Path, bit: u32) -> Option<String> {
    let mode = |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions().mode());
    let own = mode(file).ok()?;
    let directory = file.parent().and_then(|dir| mode(dir).ok()).unwrap_or(0o777);
    let reached = own & bit != 0 && directory & SEARCH != 0;
    reached.then(|| format!("{} has mode {:04o}", file.display(), own & 0o7777))
}
