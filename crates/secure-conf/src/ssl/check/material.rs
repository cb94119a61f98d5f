//! Opening the stores that a scope names, as Flink will.

use std::path::Path;

use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use pki::store::{self, Store, StoreError, StoreFileError};
use rustls_pki_types::CertificateDer;

use super::finding::{Finding, FindingKind, Scope};
use super::written::rest_authentication;

/// What a scope's stores hold, as far as they could be opened.
#[derive(Default)]
pub(super) struct Material {
    pub(super) identity: Option<Identity>,
    pub(super) anchors: Option<Vec<CertificateDer<'static>>>,
}

/// A private key with its chain, and where they are.
pub(super) struct Identity {
    /// The keystore's path, for messages.
    pub(super) path: String,
    pub(super) identity: pki::verify::Identity,
}

pub(super) fn open(doc: &ConfDocument, scope: Scope, findings: &mut Vec<Finding>) -> Material {
    let keystore = open_store(doc, scope, "keystore", findings);
    let key_password = required(doc, scope, "key-password", findings);
    let identity = keystore.and_then(|(path, password, store)| {
        if key_password.is_some_and(|key_password| key_password != password) {
            findings.push(Finding::error(
                FindingKind::KeyPasswordDiffers,
                scope,
                scope.key("key-password"),
                format!("it differs from the password of {path}, so Flink cannot take the key out of it"),
                format!("set it to the value of {}", scope.key("keystore-password")),
            ));
        }
        identity(scope, path, &store, findings)
    });
    // One-way REST needs the truststore only where Flink's own clients read this file.
    let optional =
        scope == Scope::Rest && !rest_authentication(doc) && value(doc, scope, "truststore").is_none();
    let truststore = if optional { None } else { open_store(doc, scope, "truststore", findings) };
    let anchors = truststore.and_then(|(path, _, store)| {
        let anchors: Vec<_> = store.trusted().cloned().collect();
        if anchors.is_empty() {
            let found = match store.unlisted.len() {
                0 => "no certificate".to_owned(),
                count => format!("{count} certificate(s), but none marked as trusted"),
            };
            findings.push(Finding::error(
                FindingKind::NothingTrusted,
                scope,
                scope.key("truststore"),
                format!("{path} holds {found}, so Java trusts nobody with it"),
                "make it anew with `flinkops pki truststore add` or `keytool -importcert`",
            ));
        }
        (!anchors.is_empty()).then_some(anchors)
    });
    Material { identity, anchors }
}

/// A scope's own key, or the general one that Flink falls back to.
fn value<'a>(doc: &'a ConfDocument, scope: Scope, option: &str) -> Option<&'a str> {
    doc.get(&scope.key(option)).or_else(|| doc.get(&format!("security.ssl.{option}")))
}

fn required<'a>(
    doc: &'a ConfDocument,
    scope: Scope,
    option: &str,
    findings: &mut Vec<Finding>,
) -> Option<&'a str> {
    let found = value(doc, scope, option);
    if found.is_none() {
        let key = scope.key(option);
        findings.push(Finding::error(
            FindingKind::MissingKey,
            scope,
            key.clone(),
            "it is not set, and Flink ends at start without it",
            format!("set {key}"),
        ));
    }
    found
}

fn open_store<'a>(
    doc: &'a ConfDocument,
    scope: Scope,
    option: &str,
    findings: &mut Vec<Finding>,
) -> Option<(String, &'a str, Store)> {
    let path = required(doc, scope, option, findings);
    let password_option = format!("{option}-password");
    let password = required(doc, scope, &password_option, findings);
    let (path, password) = (path?, password?);
    let error = match store::read_file(Path::new(path), &Secret::new(password)) {
        Ok(store) => return Some((path.to_owned(), password, store)),
        Err(error) => error,
    };
    let (kind, option, help) = match &error {
        StoreFileError::Store { problem, .. } => match problem {
            StoreError::WrongPassword => (
                FindingKind::WrongPassword,
                password_option.as_str(),
                "set the password that the store was made with",
            ),
            StoreError::Corrupted => {
                (FindingKind::DamagedStore, option, "restore the store, or issue it anew")
            }
            StoreError::Unauthenticated => {
                (FindingKind::UnauthenticatedStore, option, "make the store anew with a MAC")
            }
            StoreError::NotPkcs12 { found } if found.contains("JKS") => {
                (FindingKind::UncheckedStore, option, "convert it to PKCS#12 to have it checked")
            }
            _ => (FindingKind::UnreadableStore, option, "name a PKCS#12 store that this host can read"),
        },
        _ => (FindingKind::UnreadableStore, option, "name a PKCS#12 store that this host can read"),
    };
    let finding = Finding::error(kind, scope, scope.key(option), error.to_string(), help);
    findings.push(if kind == FindingKind::UncheckedStore { finding.warning() } else { finding });
    None
}

fn identity(scope: Scope, path: String, store: &Store, findings: &mut Vec<Finding>) -> Option<Identity> {
    let mut report = |kind, message: String, help: &str| {
        findings.push(Finding::error(kind, scope, scope.key("keystore"), message, help));
    };
    let mut keys = store.keys().filter(|(_, _, chain)| !chain.is_empty());
    let Some((alias, key, chain)) = keys.next() else {
        let message =
            format!("{path} holds no private key with a certificate, so there is nothing to identify with");
        report(FindingKind::NoPrivateKey, message, "name the keystore, not the truststore");
        return None;
    };
    let others = keys.count();
    if others > 0 {
        let message =
            format!("{path} holds {} private keys, and Java chooses; `{alias}` is checked here", others + 1);
        report(FindingKind::SeveralPrivateKeys, message, "leave one key in the store");
        if let Some(finding) = findings.last_mut() {
            *finding = finding.clone().warning();
        }
    }
    match pki::verify::Identity::new(key.clone(), chain.to_vec()) {
        Ok(identity) => identity.map(|identity| Identity { path, identity }),
        Err(error) => {
            let message = format!("a certificate in {path} cannot be used: {error}");
            let key = scope.key("keystore");
            let help = "issue the certificate anew";
            findings.push(Finding::error(FindingKind::UnreadableStore, scope, key, message, help));
            None
        }
    }
}
