//! From an existing installation to a description: rendering it gives the same configuration back.
//!
//! What a field of the description says goes there; what Flink does anyway is left out; everything else is kept under `flink`,
//! and secrets beside the description. Stores are the exception: certificates are issued anew, so their paths and passwords
//! are not taken over.

use std::collections::BTreeMap;

use ops_core::catalogue::Catalogue;
use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::secret::Secret;
use ops_core::spec::{
    CheckpointMode, ClusterName, ClusterSpec, GarbageCollector, HighAvailabilityMode, Host, InternalTls,
    Kerberos, OnCancellation, RestTls, RestartStrategy, TaskManagerGroup,
};
use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::FlinkVersion;

use crate::configuration::{Settings, further_options};

/// The files of an installation's conf directory.
pub struct Installation<'a> {
    /// The Flink that reads them.
    pub version: FlinkVersion,
    /// What the cluster is to be called.
    pub name: ClusterName,
    /// `flink-conf.yaml` or `config.yaml`.
    pub conf: &'a ConfDocument,
    /// `masters`; `None` where there is none.
    pub masters: Option<&'a str>,
    /// `workers`; `None` where there is none.
    pub workers: Option<&'a str>,
    /// `zoo.cfg`; `None` where there is none.
    pub zoo_cfg: Option<&'a str>,
}

/// What was read.
pub struct Described {
    /// The description. Its `secrets` name files `secrets/KEY` beside it.
    pub spec: ClusterSpec,
    /// The contents of those files.
    pub secrets: BTreeMap<String, Secret>,
    /// What could not be taken over as it was.
    pub notes: Vec<String>,
}

/// Reads an installation.
pub fn describe_installation(from: &Installation<'_>) -> Described {
    let mut keys = Keys::of(from.conf, from.version);
    let mut notes = Vec::new();
    let (managers, workers) = hosts(from, &mut keys, &mut notes);
    let slots = keys.take(&["taskmanager.numberOfTaskSlots"], |text| text.parse().ok());
    let slots = slots.unwrap_or(std::num::NonZeroU16::MIN);
    let mut group = TaskManagerGroup::on_hosts(workers, slots);
    group.memory = keys.take(&["taskmanager.memory.process.size"], memory);
    let mut spec = ClusterSpec::on_hosts(from.name.clone(), from.version, managers, vec![group]);
    spec.job_managers.memory = keys.take(&["jobmanager.memory.process.size"], memory);
    spec.parallelism = keys.take(&["parallelism.default"], |text| text.parse().ok());
    high_availability(from, &mut spec, &mut keys);
    checkpoints(&mut spec, &mut keys);
    restart(&mut spec, &mut keys);
    runtime(&mut spec, &mut keys);
    security(&mut spec, &mut keys, &mut notes);
    rest_of(&mut spec, keys, notes)
}

/// Keys and values, of which each is taken by the field that says it.
struct Keys {
    catalogue: Catalogue,
    values: BTreeMap<String, String>,
}

impl Keys {
    fn of(conf: &ConfDocument, version: FlinkVersion) -> Self {
        let values = conf.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
        Self { catalogue: Catalogue::of(version), values }
    }

    /// The name under which an option stands, if it does.
    fn name_of(&self, names: &[&str]) -> Option<String> {
        let wanted: Vec<_> = names.iter().map(|name| self.catalogue.resolve(name).unwrap_or(name)).collect();
        let is_one = |key: &&String| {
            let option = self.catalogue.resolve(key).unwrap_or(key);
            wanted.contains(&option)
        };
        self.values.keys().find(is_one).cloned()
    }

    fn peek(&self, names: &[&str]) -> Option<&str> {
        self.values.get(&self.name_of(names)?).map(String::as_str)
    }

    /// The value of an option, if a field can hold it; it is gone then.
    fn take<T>(&mut self, names: &[&str], read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let name = self.name_of(names)?;
        let value = read(self.values.get(&name)?.trim())?;
        self.values.remove(&name);
        Some(value)
    }

    fn text(&mut self, names: &[&str]) -> Option<String> {
        self.take(names, |text| (!text.is_empty()).then(|| text.to_owned()))
    }

    fn number<T: std::str::FromStr>(&mut self, names: &[&str]) -> Option<T> {
        self.take(names, |text| text.parse().ok())
    }
}

fn memory(text: &str) -> Option<MemorySize> {
    MemorySize::parse(text).ok()
}

fn duration(text: &str) -> Option<FlinkDuration> {
    FlinkDuration::parse(text).ok()
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn hosts(from: &Installation<'_>, keys: &mut Keys, notes: &mut Vec<String>) -> (Vec<Host>, Vec<Host>) {
    let mut managers = list(from.masters.unwrap_or_default(), "masters", notes);
    let mut workers = list(from.workers.unwrap_or_default(), "workers", notes);
    let address = keys.peek(&["jobmanager.rpc.address"]).and_then(|text| text.parse::<Host>().ok());
    match &address {
        // The list was left as it came, and is not what starts this JobManager.
        Some(address) if managers.is_empty() || (managers.len() == 1 && !managers.contains(address)) => {
            if !managers.is_empty() {
                notes.push(format!(
                    "masters says `{}` and jobmanager.rpc.address `{address}`; the latter is where TaskManagers look",
                    managers[0]
                ));
            }
            managers = vec![address.clone()];
        }
        _ => {}
    }
    if managers.is_empty() {
        managers.push(Host::Name("localhost".to_owned()));
    }
    if workers.is_empty() {
        notes.push("there is no list of workers; one on this host is described".to_owned());
        workers.push(managers[0].clone());
    }
    if address.as_ref().is_some_and(|address| managers.contains(address)) {
        // Said by the list.
        keys.take(&["jobmanager.rpc.address"], |_| Some(()));
    }
    let own = keys.peek(&["taskmanager.host"]).and_then(|text| text.parse::<Host>().ok());
    if own.is_some_and(|own| workers == [own]) {
        keys.take(&["taskmanager.host"], |_| Some(()));
    }
    (managers, workers)
}

/// The hosts of a list, without their ports.
fn list(text: &str, file: &str, notes: &mut Vec<String>) -> Vec<Host> {
    let mut hosts = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (host, port) = match line.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.contains(':') => {
                (host, Some(port))
            }
            _ => (line, None),
        };
        if let (Some(port), "workers") = (port, file)
            && !notes.iter().any(|note| note.starts_with("workers names ports"))
        {
            notes.push(format!(
                "workers names ports, such as {port}; hosts have none there, and they are left out"
            ));
        }
        match host.parse::<Host>() {
            Ok(host) if hosts.contains(&host) => {
                notes.push(format!("{file} names {host} more than once; it is described once"));
            }
            Ok(host) => hosts.push(host),
            Err(error) => notes.push(format!("{file}: {error}; the line is left out")),
        }
    }
    hosts
}

fn high_availability(from: &Installation<'_>, spec: &mut ClusterSpec, keys: &mut Keys) {
    let mode = keys.take(&["high-availability.type"], |text| match text.to_ascii_lowercase().as_str() {
        "zookeeper" => Some(HighAvailabilityMode::ZooKeeper),
        "kubernetes" => Some(HighAvailabilityMode::Kubernetes),
        "none" => Some(HighAvailabilityMode::None),
        // A factory of somebody's own is no mode of ours.
        _ => None,
    });
    let Some(mode) = mode.filter(|mode| *mode != HighAvailabilityMode::None) else { return };
    let ha = &mut spec.high_availability;
    ha.mode = mode;
    ha.storage = keys.text(&["high-availability.storageDir"]);
    if mode == HighAvailabilityMode::ZooKeeper {
        let quorum = keys.text(&["high-availability.zookeeper.quorum"]).unwrap_or_default();
        ha.quorum =
            quorum.split(',').map(|server| server.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        ha.root = keys.text(&["high-availability.zookeeper.path.root"]);
        let servers: Vec<_> = from
            .zoo_cfg
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("server.")?.split_once('='))
            .map(|(_, address)| address.trim().split(':').next().unwrap_or_default().to_owned())
            .collect();
        let quorum: Vec<_> =
            ha.quorum.iter().map(|server| server.split(':').next().unwrap_or_default().to_owned()).collect();
        ha.bundled = !servers.is_empty() && servers == quorum;
        // Rendered as the name of the cluster, unless it is said.
        let id = keys.peek(&["high-availability.cluster-id"]).unwrap_or("/default").to_owned();
        keys.take(&["high-availability.cluster-id"], |_| Some(()));
        if id != format!("/{}", spec.name) {
            spec.flink.insert("high-availability.cluster-id".to_owned(), id);
        }
    }
}

fn checkpoints(spec: &mut ClusterSpec, keys: &mut Keys) {
    let to = &mut spec.checkpoints;
    to.directory = keys.text(&["execution.checkpointing.dir", "state.checkpoints.dir"]);
    to.savepoints = keys.text(&["execution.checkpointing.savepoint-dir", "state.savepoints.dir"]);
    to.interval = keys.take(&["execution.checkpointing.interval"], duration);
    to.timeout = keys.take(&["execution.checkpointing.timeout"], duration);
    to.min_pause = keys.take(&["execution.checkpointing.min-pause"], duration);
    to.retained = keys.number(&["execution.checkpointing.num-retained", "state.checkpoints.num-retained"]);
    to.mode = keys.take(&["execution.checkpointing.mode"], |text| match text.to_ascii_uppercase().as_str() {
        "EXACTLY_ONCE" => Some(CheckpointMode::ExactlyOnce),
        "AT_LEAST_ONCE" => Some(CheckpointMode::AtLeastOnce),
        _ => None,
    });
    to.on_cancellation = keys.take(&["execution.checkpointing.externalized-checkpoint-retention"], |text| {
        match text.to_ascii_uppercase().as_str() {
            "RETAIN_ON_CANCELLATION" => Some(OnCancellation::Retain),
            "DELETE_ON_CANCELLATION" => Some(OnCancellation::Delete),
            "NO_EXTERNALIZED_CHECKPOINTS" => Some(OnCancellation::None),
            _ => None,
        }
    });
    spec.state.backend = keys.text(&["state.backend.type", "state.backend"]);
    spec.state.incremental =
        keys.take(&["execution.checkpointing.incremental", "state.backend.incremental"], boolean);
    let directories = keys.text(&["state.backend.rocksdb.localdir"]).unwrap_or_default();
    spec.state.local_directories =
        directories.split([',', ':']).filter(|one| !one.is_empty()).map(str::to_owned).collect();
}

fn restart(spec: &mut ClusterSpec, keys: &mut Keys) {
    let strategy = keys.take(&["restart-strategy.type", "restart-strategy"], RestartStrategy::from_flink);
    let Some(strategy) = strategy else { return };
    spec.restart.strategy = Some(strategy);
    spec.restart.attempts = strategy.attempts_key().and_then(|key| keys.number(&[key]));
    spec.restart.delay = strategy.delay_key().and_then(|key| keys.take(&[key], duration));
}

fn runtime(spec: &mut ClusterSpec, keys: &mut Keys) {
    spec.network.fraction = keys.text(&["taskmanager.memory.network.fraction"]);
    spec.network.min = keys.take(&["taskmanager.memory.network.min"], memory);
    spec.network.max = keys.take(&["taskmanager.memory.network.max"], memory);
    spec.rest.port = keys.number(&["rest.port"]);
    spec.rest.bind = Some(keys.text(&["rest.bind-address"]).unwrap_or_else(|| "all".to_owned()));
    spec.rest.submit = keys.take(&["web.submit.enable"], boolean);
    if spec.rest.submit == Some(false) {
        // Rendered together.
        match keys.take(&["web.cancel.enable"], boolean) {
            Some(false) => {}
            _ => {
                spec.flink.insert("web.cancel.enable".to_owned(), "true".to_owned());
            }
        }
    }
    spec.ports.job_manager_rpc = keys.number(&["jobmanager.rpc.port"]);
    spec.ports.blob = keys.number(&["blob.server.port"]);
    spec.ports.task_manager_rpc = keys.number(&["taskmanager.rpc.port"]);
    spec.ports.task_manager_data = keys.number(&["taskmanager.data.port"]);
    spec.ports.metric_queries = keys.number(&["metrics.internal.query-service.port"]);
    spec.installation.logs = keys.take(&["env.log.dir"], |text| absolute(text).then(|| text.into()));
    let temporary = keys.take(&["io.tmp.dirs"], |text| {
        let all: Vec<_> = text.split([',', ':']).map(str::trim).filter(|one| !one.is_empty()).collect();
        all.iter().all(|one| absolute(one)).then(|| all.into_iter().map(Into::into).collect())
    });
    spec.installation.temporary = temporary.unwrap_or_default();
    java(spec, keys);
}

fn absolute(path: &str) -> bool {
    path.starts_with('/') && !path.contains(char::is_whitespace)
}

fn java(spec: &mut ClusterSpec, keys: &mut Keys) {
    let jvm = &mut spec.jvm;
    let options = keys.text(&["env.java.opts.all"]).unwrap_or_default();
    let base = crate::configuration::base_options(spec.flink_version);
    let has = |option: &String| options.split_whitespace().any(|one| one == option);
    jvm.open_packages = base.iter().all(has);
    jvm.options = match jvm.open_packages {
        true => further_options(spec.flink_version, &options),
        false => options.split_whitespace().map(str::to_owned).collect(),
    };
    let collectors: Vec<_> = GarbageCollector::ALL
        .into_iter()
        .filter(|one| jvm.options.iter().any(|option| option == one.option()))
        .collect();
    if let [one] = collectors[..] {
        jvm.garbage_collector = Some(one);
        jvm.options.retain(|option| option != one.option());
    }
    let words = |text: Option<String>| -> Vec<String> {
        text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    jvm.job_manager_options = words(keys.text(&["env.java.opts.jobmanager"]));
    jvm.task_manager_options = words(keys.text(&["env.java.opts.taskmanager"]));
}

fn security(spec: &mut ClusterSpec, keys: &mut Keys, notes: &mut Vec<String>) {
    let version = spec.flink_version;
    // On 1.x one switch of old is for both kinds.
    let both = version.major < 2 && keys.take(&["security.ssl.enabled"], boolean) == Some(true);
    let internal = keys.take(&["security.ssl.internal.enabled"], boolean).unwrap_or(both);
    let rest = keys.take(&["security.ssl.rest.enabled"], boolean).unwrap_or(both);
    let mutual = keys.take(&["security.ssl.rest.authentication-enabled"], boolean).unwrap_or(false);
    spec.security.internal = if internal { InternalTls::Mutual } else { InternalTls::Off };
    spec.security.rest = match (rest, mutual) {
        (false, _) => RestTls::Off,
        (true, false) => RestTls::ServerOnly,
        (true, true) => RestTls::Mutual,
    };
    // Stores are issued anew; what names those of old goes.
    let renewed = |key: &str| {
        let own = |scope: &str| key.starts_with(scope) && !key.ends_with(".fingerprint");
        (internal && own("security.ssl.internal."))
            || (rest && own("security.ssl.rest."))
            || ((internal || rest) && matches!(key, "security.ssl.protocol" | "security.ssl.algorithms"))
            || ((internal || rest) && key.starts_with("security.ssl.") && is_store(key))
    };
    let before = keys.values.len();
    keys.values.retain(|key, _| !renewed(key));
    if internal || rest {
        let gone = before - keys.values.len();
        notes.push(format!(
            "TLS is on: certificates are issued anew, and {gone} keys that name stores, passwords and suites are set again when it is rendered"
        ));
    }
    let (Some(principal), Some(keytab)) = (
        keys.peek(&["security.kerberos.login.principal"]).map(str::to_owned),
        keys.peek(&["security.kerberos.login.keytab"]).filter(|path| absolute(path)).map(str::to_owned),
    ) else {
        return;
    };
    keys.take(&["security.kerberos.login.principal"], |_| Some(()));
    keys.take(&["security.kerberos.login.keytab"], |_| Some(()));
    // It is set to false with every keytab.
    if keys
        .peek(&["security.kerberos.login.use-ticket-cache"])
        .is_some_and(|text| boolean(text) == Some(false))
    {
        keys.take(&["security.kerberos.login.use-ticket-cache"], |_| Some(()));
    }
    let contexts = keys.text(&["security.kerberos.login.contexts"]).unwrap_or_default();
    let property = "-Djava.security.krb5.conf=";
    let mut krb5_conf = None;
    spec.jvm.options.retain(|option| match option.strip_prefix(property) {
        Some(path) => {
            krb5_conf = Some(path.into());
            false
        }
        None => true,
    });
    spec.security.kerberos = Some(Kerberos {
        principal,
        keytab: keytab.into(),
        krb5_conf,
        contexts: contexts
            .split(',')
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect(),
    });
}

/// Whether a key of the old, common kind names a store or a password.
fn is_store(key: &str) -> bool {
    ["security.ssl.keystore", "security.ssl.truststore", "security.ssl.key-password"]
        .iter()
        .any(|prefix| key.starts_with(prefix))
}

/// What no field took.
fn rest_of(spec: &mut ClusterSpec, keys: Keys, notes: Vec<String>) -> Described {
    let settings = Settings::new(spec.flink_version);
    let mut secrets = BTreeMap::new();
    let rpc = spec.job_managers.hosts.first().map(ToString::to_string);
    for (key, value) in keys.values {
        if settings.is_default(&key, &value) {
            continue;
        }
        // What `rest.address` is without being said.
        if key == "rest.address" && Some(&value) == rpc.as_ref() {
            continue;
        }
        if is_sensitive(&key) {
            spec.secrets.insert(key.clone(), format!("file:secrets/{key}"));
            secrets.insert(key, Secret::new(value));
        } else {
            spec.flink.insert(key, value);
        }
    }
    Described { spec: spec.clone(), secrets, notes }
}
