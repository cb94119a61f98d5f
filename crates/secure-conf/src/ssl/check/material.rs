//! Opening the stores that a scope names, as Flink will.

use std::path::Path;
use std::sync::Arc;

use ops_core::secret::Secret;
use pki::store::{FileKind, Store, StoreError};
use rustls_pki_types::CertificateDer;

use super::examination::{Examination, Side};
use super::finding::{Finding, FindingKind, Scope};
use super::password;
use super::reader::Unopened;
use crate::ssl::facts;

/// What a scope's stores hold, as far as they could be opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Material {
    /// From the keystore.
    pub identity: Option<Identity>,
    /// From the truststore.
    pub anchors: Option<Anchors>,
}

/// A private key with its chain, and where they are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Identity {
    /// The keystore's path, for messages.
    pub path: String,
    /// What is in it.
    pub identity: Arc<pki::verify::Identity>,
}

/// Trusted certificates, and where they are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Anchors {
    /// The truststore's path, for messages.
    pub path: String,
    /// The certificates.
    pub certificates: Arc<Vec<CertificateDer<'static>>>,
}

pub(super) fn open(examination: &Examination<'_>, scope: Scope, findings: &mut Vec<Finding>) -> Material {
    // A client shows a certificate only where the endpoint asks for it; a JobManager always does.
    let client = examination.side == Side::Client;
    let silent = client && !examination.rest_authentication();
    let identity = if silent { None } else { open_keystore(examination, scope, findings) };
    // One-way REST needs the truststore only where Flink's own clients read this file.
    let optional = scope == Scope::Rest
        && !client
        && !examination.rest_authentication()
        && examination.value(scope, "truststore").is_none();
    let anchors = if optional { None } else { open_truststore(examination, scope, findings) };
    Material { identity, anchors }
}

fn open_keystore(
    examination: &Examination<'_>,
    scope: Scope,
    findings: &mut Vec<Finding>,
) -> Option<Identity> {
    let key_password = required(examination, scope, "key-password", findings);
    let OpenStore { path, password, store, kind } =
        open_store(examination, scope, "keystore", key_password, findings)?;
    if kind == FileKind::Pkcs12 && key_password.is_some_and(|key_password| key_password != password) {
        findings.push(Finding::error(
            FindingKind::KeyPasswordDiffers,
            scope,
            scope.key("key-password"),
            format!("it differs from the password of {path}, so Flink cannot take the key out of it"),
            format!("set it to the value of {}", scope.key("keystore-password")),
        ));
    }
    identity(scope, path, &store, findings)
}

fn open_truststore(
    examination: &Examination<'_>,
    scope: Scope,
    findings: &mut Vec<Finding>,
) -> Option<Anchors> {
    let OpenStore { path, store, .. } = open_store(examination, scope, "truststore", None, findings)?;
    let certificates: Vec<_> = store.trusted().cloned().collect();
    if certificates.is_empty() {
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
        return None;
    }
    Some(Anchors { path, certificates: Arc::new(certificates) })
}

fn required<'a>(
    examination: &Examination<'a>,
    scope: Scope,
    option: &str,
    findings: &mut Vec<Finding>,
) -> Option<&'a str> {
    let found = examination.value(scope, option);
    if found.is_none() {
        let key = scope.key(option);
        let consequence = match examination.side {
            Side::Cluster => "Flink ends at start without it",
            Side::Client => "Flink's command line ends without it",
        };
        findings.push(Finding::error(
            FindingKind::MissingKey,
            scope,
            key.clone(),
            format!("it is not set, and {consequence}"),
            format!("set {key}"),
        ));
    }
    found
}

/// A store that was opened.
struct OpenStore<'a> {
    path: String,
    password: &'a str,
    store: Arc<Store>,
    kind: FileKind,
}

fn open_store<'a>(
    examination: &Examination<'a>,
    scope: Scope,
    option: &str,
    key_password: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Option<OpenStore<'a>> {
    let password_option = format!("{option}-password");
    let path = required(examination, scope, option, findings);
    let password = required(examination, scope, &password_option, findings);
    let (path, password) = (path?, password?);
    check_type(examination, scope, option, findings);
    let file = examination.reader.locate(path);
    if !Path::new(path).is_absolute() {
        let finding = Finding::error(
            FindingKind::RelativePath,
            scope,
            scope.key(option),
            format!("{path} is relative, and each process looks for it where it was started"),
            "give an absolute path",
        );
        findings.push(finding.warning());
    }
    let open = |password: &str, key_password: Option<&str>| {
        examination.reader.open(&file, &Secret::new(password), key_password.map(Secret::new).as_ref())
    };
    let error = match open(password, key_password) {
        Ok((store, kind)) => return Some(OpenStore { path: path.to_owned(), password, store, kind }),
        Err(error) => error,
    };
    let mut evidence = vec![format!("looked into {}", file.display())];
    let (kind, option, message, help) = match error {
        Unopened::Store(StoreError::WrongPassword) => {
            let password_key = scope.key(&password_option);
            let meant = password::meant(examination.doc, &password_key);
            match meant.iter().find(|meant| open(&meant.text, Some(&meant.text)).is_ok()) {
                Some(meant) => (
                    FindingKind::MangledPassword,
                    password_option.as_str(),
                    format!(
                        "the password that stands there opens {path}, but Flink reads another one: {}",
                        meant.reason
                    ),
                    meant.help,
                ),
                None => (
                    FindingKind::WrongPassword,
                    password_option.as_str(),
                    format!(
                        "the password does not open {path} (or its MAC and its contents are both damaged)"
                    ),
                    "set the password that the store was made with",
                ),
            }
        }
        Unopened::Store(StoreError::WrongKeyPassword { alias }) => (
            FindingKind::WrongKeyPassword,
            "key-password",
            format!("it does not open the key `{alias}` in {path}"),
            "set the password that the key was made with",
        ),
        Unopened::Store(StoreError::Corrupted) => (
            FindingKind::DamagedStore,
            option,
            format!("{path} is damaged: the password opens its contents, but its MAC does not fit them"),
            "restore the store, or issue it anew",
        ),
        Unopened::Store(StoreError::Unauthenticated) => (
            FindingKind::UnauthenticatedStore,
            option,
            format!("{path} has no MAC, so anyone could have changed it"),
            "make the store anew with a MAC",
        ),
        Unopened::Store(problem) => {
            let message = format!("{path} cannot be read: {problem}");
            (FindingKind::UnreadableStore, option, message, "name a PKCS#12 or JKS store, or issue it anew")
        }
        Unopened::Format(kind) => {
            evidence.push(format!("its content is {}", kind.describe()));
            let message = format!("{path} is {}, and Flink reads PKCS#12 and JKS only", kind.describe());
            let help = "`flinkops pki convert` makes a PKCS#12 store of it";
            (FindingKind::UnreadableStore, option, message, help)
        }
        Unopened::File(error) => {
            let message = format!("{path} cannot be read: {error}");
            (FindingKind::UnreadableStore, option, message, "name a store that the Flink processes can read")
        }
    };
    findings.push(Finding::error(kind, scope, scope.key(option), message, help).evidence(evidence));
    None
}

/// Java tells PKCS#12 and JKS apart by itself, whichever of the two the type names; every other type is another format.
fn check_type(examination: &Examination<'_>, scope: Scope, option: &str, findings: &mut Vec<Finding>) {
    if !facts::has_store_types(examination.version) {
        return;
    }
    let key = scope.key(&format!("{option}-type"));
    let Some(set) = examination.doc.get(&key) else { return };
    if !["pkcs12", "jks"].contains(&set.to_ascii_lowercase().as_str()) {
        findings.push(Finding::error(
            FindingKind::UnusableStoreType,
            scope,
            key,
            format!("`{set}` is set, and Flink opens PKCS#12 and JKS stores only"),
            "set PKCS12, which reads JKS too",
        ));
    }
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
        Ok(identity) => identity.map(|identity| Identity { path, identity: Arc::new(identity) }),
        Err(error) => {
            let message = format!("a certificate in {path} cannot be used: {error}");
            let key = scope.key("keystore");
            let help = "issue the certificate anew";
            findings.push(Finding::error(FindingKind::UnreadableStore, scope, key, message, help));
            None
        }
    }
}
