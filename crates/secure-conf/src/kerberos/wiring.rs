//! Setting the Kerberos keys of a configuration, exactly those that the version and the platform understand.

use std::path::{Path, PathBuf};

use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use super::settings::{self, Setting};
use super::{Platform, settings as keys};
use crate::error::SecureConfError;
use crate::keytab::Principal;
use crate::ssl::Change;

/// What is to be set. What is `None` or empty stays as it is in the configuration.
#[derive(Clone, Debug)]
pub struct KerberosWiring {
    /// Where the cluster runs.
    pub platform: Platform,
    /// Absolute path of the keytab, on the hosts that read the configuration.
    pub keytab: PathBuf,
    /// Who logs in.
    pub principal: Principal,
    /// Contexts to log in for, beside those that the configuration needs and has: `KafkaClient`, `KafkaServer`, ….
    pub contexts: Vec<String>,
    /// Absolute path of the `krb5.conf`: on the hosts for a standalone cluster, on the client for the other platforms.
    pub krb5_conf: Option<PathBuf>,
    /// Hadoop file systems beside the default one that are to be accessed, as URIs.
    pub file_systems: Vec<String>,
    /// Whether Hadoop delegation tokens are fetched.
    pub delegation_tokens: Option<DelegationTokens>,
    /// The service name of ZooKeeper's principal, where it is not `zookeeper`.
    pub zookeeper_service: Option<String>,
    /// The context of ZooKeeper connections, where it is not `Client`.
    pub zookeeper_context: Option<String>,
}

/// Whether the JobManager fetches delegation tokens for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegationTokens {
    /// It does.
    Fetch,
    /// It does not; processes use the keytab.
    Off,
}

/// Wires Kerberos into a configuration. What is right already stays as it is, so wiring twice changes nothing. A value
/// under a former name of its key is changed there.
///
/// # Errors
/// The version does not read this dialect, a path or name cannot be used, or the document cannot be edited. The document
/// is as it was then.
pub fn wire_kerberos(
    doc: &mut ConfDocument,
    version: FlinkVersion,
    wiring: &KerberosWiring,
) -> Result<Vec<Change>, SecureConfError> {
    if !version.reads(doc.dialect()) {
        return Err(SecureConfError::Dialect { version, dialect: doc.dialect() });
    }
    let mut editor = Editor { doc: doc.clone(), version, changes: Vec::new() };
    editor.set(keys::TICKET_CACHE, "false")?;
    editor.set(keys::KEYTAB, path_text("keytab", &wiring.keytab)?)?;
    editor.set(keys::PRINCIPAL, &wiring.principal.to_string())?;
    if let Some(context) = &wiring.zookeeper_context {
        context_name(context)?;
        editor.set(keys::ZOOKEEPER_CONTEXT, context)?;
    }
    editor.set_contexts(&wiring.contexts)?;
    if let Some(path) = &wiring.krb5_conf {
        editor.set_krb5_conf(wiring.platform, path_text("krb5.conf", path)?)?;
    }
    if !wiring.file_systems.is_empty() {
        editor.set_file_systems(&wiring.file_systems)?;
    }
    if let Some(tokens) = wiring.delegation_tokens {
        let value = if tokens == DelegationTokens::Fetch { "true" } else { "false" };
        editor.set(keys::DELEGATION_TOKENS, value)?;
    }
    if let Some(service) = &wiring.zookeeper_service {
        editor.set(keys::ZOOKEEPER_SERVICE, service)?;
    }
    *doc = editor.doc;
    Ok(editor.changes)
}

/// A copy of the document, and what was changed in it.
struct Editor {
    doc: ConfDocument,
    version: FlinkVersion,
    changes: Vec<Change>,
}

impl Editor {
    fn find(&self, key: &'static str) -> Option<(String, String)> {
        let found = settings::find(&self.doc, self.version, key);
        found.map(|Setting { key, value }| (key.to_owned(), value.to_owned()))
    }

    /// Sets an option, under the name under which it stands.
    fn set(&mut self, key: &'static str, value: &str) -> Result<(), SecureConfError> {
        let (key, before) = match self.find(key) {
            Some((key, before)) => (key, Some(before)),
            None => (key.to_owned(), None),
        };
        if before.as_deref() == Some(value) {
            return Ok(());
        }
        self.doc.set(&key, value)?;
        self.changes.push(Change { key, before, after: Some(value.to_owned()) });
        Ok(())
    }

    /// What is there, what the configuration needs, and what was asked for.
    fn set_contexts(&mut self, wanted: &[String]) -> Result<(), SecureConfError> {
        let present = self.find(keys::CONTEXTS).map(|(_, value)| value).unwrap_or_default();
        let mut contexts: Vec<_> = settings::contexts(&present).into_iter().map(str::to_owned).collect();
        let off = self
            .find(keys::ZOOKEEPER_SASL_DISABLE)
            .is_some_and(|(_, value)| value.eq_ignore_ascii_case("true"));
        let zookeeper = (settings::uses_zookeeper(&self.doc, self.version) && !off).then(|| {
            self.find(keys::ZOOKEEPER_CONTEXT).map_or_else(|| "Client".to_owned(), |(_, context)| context)
        });
        for context in zookeeper.iter().chain(wanted) {
            context_name(context)?;
            if !contexts.contains(context) {
                contexts.push(context.clone());
            }
        }
        let joined = contexts.join(",");
        let is_same = settings::contexts(&present).join(",") == joined;
        if is_same { Ok(()) } else { self.set(keys::CONTEXTS, &joined) }
    }

    fn set_krb5_conf(&mut self, platform: Platform, path: &str) -> Result<(), SecureConfError> {
        if platform != Platform::Standalone {
            return self.set(keys::KRB5_CONF, path);
        }
        if path.contains(char::is_whitespace) || path.contains(['"', '\'']) {
            let reason = "a JVM option cannot hold a path with blanks or quotes";
            return Err(SecureConfError::KerberosPath { what: "krb5.conf", path: path.into(), reason });
        }
        let current = settings::krb5_property(&self.doc, self.version).map(|setting| setting.value);
        if current != Some(path) {
            let option = format!("{}{path}", keys::KRB5_PROPERTY);
            let before = self.find(keys::JAVA_OPTIONS).map(|(_, value)| value).unwrap_or_default();
            let mut words: Vec<_> =
                before.split_whitespace().filter(|word| !word.contains(keys::KRB5_PROPERTY)).collect();
            words.push(&option);
            self.set(keys::JAVA_OPTIONS, &words.join(" "))?;
        }
        // It would look as if it did something.
        if let Some((key, before)) = self.find(keys::KRB5_CONF)
            && self.doc.unset(&key)
        {
            self.changes.push(Change { key, before: Some(before), after: None });
        }
        Ok(())
    }

    fn set_file_systems(&mut self, wanted: &[String]) -> Result<(), SecureConfError> {
        let present = self.find(keys::FILE_SYSTEMS).map(|(_, value)| value).unwrap_or_default();
        let separator = if present.contains(';') { ';' } else { ',' };
        let mut all: Vec<_> = present
            .split([',', ';'])
            .map(str::trim)
            .filter(|uri| !uri.is_empty())
            .map(str::to_owned)
            .collect();
        let before = all.len();
        for uri in wanted {
            if uri.contains([',', ';', ' ']) || !uri.contains("://") {
                return Err(SecureConfError::FileSystem { uri: uri.clone() });
            }
            if !all.contains(uri) {
                all.push(uri.clone());
            }
        }
        let joined = all.join(if present.is_empty() || separator == ';' { ";" } else { "," });
        if all.len() == before { Ok(()) } else { self.set(keys::FILE_SYSTEMS, &joined) }
    }
}

pub(super) fn path_text<'a>(what: &'static str, path: &'a Path) -> Result<&'a str, SecureConfError> {
    let error = |reason| SecureConfError::KerberosPath { what, path: path.to_owned(), reason };
    if !path.is_absolute() {
        return Err(error("it is relative, and would be looked for wherever each process was started"));
    }
    path.to_str().ok_or_else(|| error("it is not UTF-8 text"))
}

/// A login context is one word: Flink splits the list at commas, JAAS files at blanks and braces.
pub(super) fn context_name(name: &str) -> Result<(), SecureConfError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !name.is_empty() && name.chars().all(fits) {
        return Ok(());
    }
    Err(SecureConfError::Context { name: name.to_owned() })
}
