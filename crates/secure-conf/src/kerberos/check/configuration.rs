//! The Kerberos keys of a Flink configuration, with the keytab and the `krb5.conf` that they lead to.

use std::path::{Path, PathBuf};

use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use super::finding::{Code, Finding};
use super::keytab::{Expectations, check_keytab};
use super::krb5::check_krb5_conf;
use crate::kerberos::Platform;
use crate::kerberos::krb5_conf::Krb5Conf;
use crate::kerberos::settings::{self, Setting};
use crate::keytab::{Principal, PrincipalError};

/// Contexts that Flink and its connectors ask for.
const KNOWN_CONTEXTS: [&str; 3] = ["Client", "KafkaClient", "KafkaServer"];

/// What a configuration does not say itself.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Where the cluster runs.
    pub platform: Platform,
    /// The `krb5.conf` that its processes will have. `None`: the one that the configuration names, else
    /// [`Surroundings::DEFAULT_KRB5_CONF`].
    pub krb5_conf: Option<PathBuf>,
    /// The user id under which Flink runs, where that is known.
    pub owner: Option<u32>,
}

impl Surroundings {
    /// Where Java looks on Linux.
    pub const DEFAULT_KRB5_CONF: &'static str = "/etc/krb5.conf";

    /// A platform, and everything else as the configuration says.
    pub fn of(platform: Platform) -> Self {
        Self { platform, krb5_conf: None, owner: None }
    }
}

/// Checks the Kerberos settings of a configuration and the files that they lead to, as seen from this host, without
/// asking a KDC.
///
/// A configuration without Kerberos has no findings.
pub fn check_configuration(
    doc: &ConfDocument,
    version: FlinkVersion,
    surroundings: &Surroundings,
) -> Vec<Finding> {
    let find = |key| settings::find(doc, version, key);
    let (keytab, principal) = (find(settings::KEYTAB), find(settings::PRINCIPAL));
    let contexts = find(settings::CONTEXTS);
    if keytab.is_none() && principal.is_none() && contexts.is_none() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    check_contexts(doc, version, contexts, keytab.is_some(), &mut findings);
    let krb5 = krb5_conf(doc, version, surroundings, &mut findings);
    let default_realm = krb5.as_ref().and_then(|(_, conf)| conf.default_realm());
    let principal = principal.and_then(|setting| match Principal::parse(setting.value, default_realm) {
        Ok(principal) => Some((setting, principal)),
        Err(error) => {
            let evidence = match error {
                PrincipalError::NoRealm(_) => {
                    format!("`{}` names no realm, and krb5.conf has no default_realm", setting.value)
                }
                error => error.to_string(),
            };
            let mend = "write it as name@REALM or name/host@REALM";
            findings.push(Finding::error(Code::BadPrincipal, setting.key, evidence, mend));
            None
        }
    });
    if let Some((path, conf)) = &krb5 {
        let realm = principal.as_ref().map(|(_, principal)| principal.realm_text());
        let realms: Vec<_> = realm.iter().map(String::as_str).collect();
        findings.extend(check_krb5_conf(path, conf, &realms));
    }
    let has_principal = find(settings::PRINCIPAL).is_some();
    match keytab {
        Some(setting) if !has_principal => {
            findings.push(half(setting, settings::PRINCIPAL));
        }
        None if has_principal => {
            let setting = find(settings::PRINCIPAL);
            findings.extend(setting.map(|setting| half(setting, settings::KEYTAB)));
        }
        None => {
            let finding = Finding::error(
                Code::TicketCacheOnly,
                settings::CONTEXTS,
                "no keytab is set, so every process logs in from the ticket cache of its host, until that ends",
                format!("set {} and {}", settings::KEYTAB, settings::PRINCIPAL),
            );
            findings.push(finding.warning());
        }
        Some(_) => {}
    }
    if let Some(setting) = keytab {
        let path = Path::new(setting.value);
        if path.is_relative() {
            let evidence = format!("`{}` is looked for wherever each process is started", setting.value);
            findings.push(Finding::error(
                Code::RelativeKeytab,
                setting.key,
                evidence,
                "give an absolute path",
            ));
        }
        let expected = Expectations {
            principal: principal.as_ref().map(|(_, principal)| principal),
            krb5_conf: krb5.as_ref().map(|(_, conf)| conf),
            owner: surroundings.owner,
            kvno: None,
        };
        findings.extend(check_keytab(path, &expected).1);
    }
    findings
}

fn half(setting: Setting<'_>, missing: &str) -> Finding {
    Finding::error(
        Code::HalfALogin,
        setting.key,
        format!("it is set and {missing} is not; Flink ends at start"),
        format!("set {missing}"),
    )
}

fn check_contexts(
    doc: &ConfDocument,
    version: FlinkVersion,
    setting: Option<Setting<'_>>,
    has_keytab: bool,
    findings: &mut Vec<Finding>,
) {
    let key = settings::CONTEXTS;
    let contexts = settings::contexts(setting.map_or("", |setting| setting.value));
    for context in &contexts {
        let meant = KNOWN_CONTEXTS.iter().find(|known| known.eq_ignore_ascii_case(context));
        if let Some(meant) = meant.filter(|meant| *meant != context) {
            let evidence = format!("`{context}` is not `{meant}`; nothing asks for it under that name");
            findings.push(Finding::error(Code::MisspeltContext, key, evidence, format!("write {meant}")));
        }
    }
    if contexts.is_empty() && has_keytab {
        let finding = Finding::error(
            Code::NoContext,
            key,
            "it is not set, so neither ZooKeeper nor Kafka connections log in; only Hadoop's do",
            "name what is used, such as Client,KafkaClient",
        );
        findings.push(finding.warning());
    }
    if !settings::uses_zookeeper(doc, version) {
        return;
    }
    let context =
        settings::find(doc, version, settings::ZOOKEEPER_CONTEXT).map_or("Client", |setting| setting.value);
    let off = settings::find(doc, version, settings::ZOOKEEPER_SASL_DISABLE)
        .is_some_and(|setting| setting.value.eq_ignore_ascii_case("true"));
    let evidence = if off && contexts.contains(&context) {
        format!(
            "{} is on, so ZooKeeper connections do not log in though {key} asks for it",
            settings::ZOOKEEPER_SASL_DISABLE
        )
    } else if !off && !contexts.is_empty() && !contexts.contains(&context) {
        format!(
            "ZooKeeper is used, and `{context}` is not among them; where ZooKeeper demands it, the JobManager ends"
        )
    } else {
        return;
    };
    let mend =
        if off { format!("remove {}", settings::ZOOKEEPER_SASL_DISABLE) } else { format!("add {context}") };
    findings.push(Finding::error(Code::ZookeeperWithoutLogin, key, evidence, mend).warning());
}

/// The `krb5.conf` of the processes, where this host can see it.
fn krb5_conf(
    doc: &ConfDocument,
    version: FlinkVersion,
    surroundings: &Surroundings,
    findings: &mut Vec<Finding>,
) -> Option<(PathBuf, Krb5Conf)> {
    let path_key = settings::find(doc, version, settings::KRB5_CONF);
    let property = settings::krb5_property(doc, version);
    let standalone = surroundings.platform == Platform::Standalone;
    if let (Some(setting), true) = (path_key, standalone) {
        let finding = Finding::error(
            Code::IgnoredKrb5Path,
            setting.key,
            "it has no effect on a standalone cluster",
            format!("set {}: {}{}", settings::JAVA_OPTIONS, settings::KRB5_PROPERTY, setting.value),
        );
        // Nothing is lost where the file is named in the way that works, too.
        let works = property.is_some_and(|property| property.value == setting.value);
        findings.push(if works { finding.warning() } else { finding });
    }
    let named = surroundings.krb5_conf.clone().map(|path| (path.display().to_string(), path)).or_else(|| {
        let setting = if standalone { property } else { path_key.or(property) }?;
        Some((setting.key.to_owned(), PathBuf::from(setting.value)))
    });
    let is_named = named.is_some();
    let default = Surroundings::DEFAULT_KRB5_CONF;
    let (subject, path) = named.unwrap_or_else(|| (default.to_owned(), PathBuf::from(default)));
    if !path.exists() {
        let finding = Finding::error(
            Code::Krb5Missing,
            subject,
            format!("there is no file {} on this host", path.display()),
            "write one with `flinkops secure kerberos --krb5-out`, or name the right path",
        );
        findings.push(if is_named { finding } else { finding.warning() });
        return None;
    }
    match Krb5Conf::read(&path) {
        Ok(conf) => Some((path, conf)),
        Err(error) => {
            let mend = "let the user that runs Flink read it";
            findings.push(Finding::error(Code::Krb5Unreadable, subject, error.to_string(), mend));
            None
        }
    }
}
