//! The Kerberos keys of a configuration, under whichever of their names.

use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

pub(super) const KEYTAB: &str = "security.kerberos.login.keytab";
pub(super) const PRINCIPAL: &str = "security.kerberos.login.principal";
pub(super) const CONTEXTS: &str = "security.kerberos.login.contexts";
pub(super) const TICKET_CACHE: &str = "security.kerberos.login.use-ticket-cache";
pub(super) const KRB5_CONF: &str = "security.kerberos.krb5-conf.path";
pub(super) const FILE_SYSTEMS: &str = "security.kerberos.access.hadoopFileSystems";
pub(super) const DELEGATION_TOKENS: &str = "security.delegation.tokens.enabled";
pub(super) const ZOOKEEPER_SASL_DISABLE: &str = "zookeeper.sasl.disable";
pub(super) const ZOOKEEPER_CONTEXT: &str = "zookeeper.sasl.login-context-name";
pub(super) const ZOOKEEPER_SERVICE: &str = "zookeeper.sasl.service-name";
pub(super) const JAVA_OPTIONS: &str = "env.java.opts.all";
pub(super) const JAVA_OPTIONS_OF: [&str; 2] = ["env.java.opts.jobmanager", "env.java.opts.taskmanager"];
/// The Java property that names a `krb5.conf`.
pub(super) const KRB5_PROPERTY: &str = "-Djava.security.krb5.conf=";

/// A value with the key under which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Setting<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

/// The value of an option, under its own name or a former one.
pub(super) fn find<'a>(doc: &'a ConfDocument, version: FlinkVersion, key: &'a str) -> Option<Setting<'a>> {
    let own = doc.get(key).map(|value| Setting { key, value });
    own.or_else(|| {
        let option = Catalogue::of(version).option(key)?;
        let mut others = option.deprecated_keys.into_iter().chain(option.fallback_keys);
        others.find_map(|key| doc.get(key).map(|value| Setting { key, value }))
    })
}

/// The login contexts, as Flink splits them.
pub(super) fn contexts(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|context| !context.is_empty()).collect()
}

/// The `krb5.conf` that JobManager and TaskManagers are started with; `None` where not all of them have one.
pub(super) fn krb5_property(doc: &ConfDocument, version: FlinkVersion) -> Option<Setting<'_>> {
    let of = |key| {
        let setting = find(doc, version, key)?;
        let value = setting
            .value
            .split_whitespace()
            .rev()
            .find_map(|word| word.trim_matches(['"', '\'']).strip_prefix(KRB5_PROPERTY))?;
        Some(Setting { key: setting.key, value: value.trim_matches(['"', '\'']) })
    };
    of(JAVA_OPTIONS).or_else(|| {
        let [job_manager, task_manager] = JAVA_OPTIONS_OF.map(of);
        job_manager.filter(|_| task_manager.is_some())
    })
}

/// Whether the JobManagers find each other through ZooKeeper.
pub(super) fn uses_zookeeper(doc: &ConfDocument, version: FlinkVersion) -> bool {
    let kind =
        find(doc, version, "high-availability.type").or_else(|| find(doc, version, "high-availability"));
    kind.is_some_and(|kind| kind.value.eq_ignore_ascii_case("zookeeper"))
}
