//! What is to run here, from the configuration and the options.

use std::path::{Path, PathBuf};

use deploy::preflight::{Check, Directory, Port, Process, Request, Use, Verdict};
use tuning::memory::{self, Part};
use tuning::settings::Settings;

use super::command::{Options, Role};
use crate::adapters;
use crate::failure::Failure;

/// The ports of each process, where they are set to one number.
const PORTS: [(Role, &str); 6] = [
    (Role::JobManager, "rest.port"),
    (Role::JobManager, "jobmanager.rpc.port"),
    (Role::JobManager, "blob.server.port"),
    (Role::TaskManager, "taskmanager.rpc.port"),
    (Role::TaskManager, "taskmanager.data.port"),
    (Role::TaskManager, "taskmanager.data.bind-port"),
];

/// Files with private keys.
const SECRETS: [&str; 4] = [
    "security.ssl.internal.keystore",
    "security.ssl.rest.keystore",
    "security.ssl.keystore",
    "security.kerberos.login.keytab",
];

/// Where state and metadata go, under the names of old and new versions.
const STORAGE: [&str; 5] = [
    "execution.checkpointing.dir",
    "state.checkpoints.dir",
    "execution.checkpointing.savepoint-dir",
    "state.savepoints.dir",
    "high-availability.storageDir",
];

/// What is to be looked at, and what is wrong already: a memory configuration that Flink refuses.
pub(super) fn gather(options: &Options) -> Result<(Request, Vec<Check>), Failure> {
    let settings = options.subject.settings(None)?;
    let roles = match options.role.as_slice() {
        [] => vec![Role::JobManager, Role::TaskManager],
        some => some.to_vec(),
    };
    let mut refused = Vec::new();
    let processes = roles.iter().map(|role| {
        let (name, process) = match role {
            Role::JobManager => ("JobManager", memory::Process::JobManager),
            Role::TaskManager => ("TaskManager", memory::Process::TaskManager),
        };
        let memory = match (options.subject.conf.is_some(), memory::derive(process, &settings)) {
            (_, Ok(model)) => model.size(Part::TotalProcess).map(|size| size.bytes()),
            (true, Err(refusal)) => {
                refused.push(Check {
                    what: format!("memory of the {name}"),
                    verdict: Verdict::Failure,
                    found: refusal.to_string(),
                    required: "a configuration that Flink takes".to_owned(),
                    mend: Some("flinkops tune memory shows the model".to_owned()),
                });
                None
            }
            (false, Err(_)) => None,
        };
        Process { name, memory }
    });
    let processes = processes.collect();
    let slots = match roles.contains(&Role::TaskManager) {
        true => settings.int("taskmanager.numberOfTaskSlots", 1).map_err(Failure::usage)?.value,
        false => 1,
    };
    let request = Request {
        flink: settings.version(),
        processes,
        slots: u32::try_from(slots).unwrap_or(1),
        java_home: java_home(options, &settings),
        ports: ports(options, &settings, &roles),
        directories: directories(options, &settings),
        secrets: SECRETS.iter().filter_map(|key| value(&settings, key)).map(PathBuf::from).collect(),
        user: options.user.clone(),
        hosts: hosts(options),
        storage: storage(&settings),
        s3_endpoint: value(&settings, "s3.endpoint").map(str::to_owned),
        flink_home: flink_home(options),
        hadoop_classpath: adapters::environment("HADOOP_CLASSPATH").is_some_and(|path| !path.is_empty()),
    };
    Ok((request, refused))
}

fn value<'a>(settings: &'a Settings, key: &str) -> Option<&'a str> {
    settings.text(key).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// The JDK that Flink's scripts would take.
fn java_home(options: &Options, settings: &Settings) -> Option<PathBuf> {
    let named = options.java_home.clone();
    let configured = || value(settings, "env.java.home").map(PathBuf::from);
    let environment =
        || adapters::environment("JAVA_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let on_path = || {
        let path = adapters::environment("PATH")?;
        let mut programs = std::env::split_paths(&path).map(|directory| directory.join("java"));
        let java = programs.find(|program| program.is_file())?.canonicalize().ok()?;
        Some(java.parent()?.parent()?.to_owned())
    };
    named.or_else(configured).or_else(environment).or_else(on_path)
}

fn ports(options: &Options, settings: &Settings, roles: &[Role]) -> Vec<Port> {
    let configured = PORTS.iter().filter(|(role, _)| roles.contains(role)).filter_map(|(_, key)| {
        // Ranges are searched by Flink itself.
        let number = settings.string(key).value.trim().parse().ok().filter(|number| *number > 0)?;
        Some(Port { number, what: (*key).to_owned() })
    });
    let given = options.port.iter().map(|number| Port { number: *number, what: "given".to_owned() });
    let mut ports: Vec<Port> = Vec::new();
    for port in configured.chain(given) {
        if ports.iter().all(|other| other.number != port.number) {
            ports.push(port);
        }
    }
    ports
}

fn directories(options: &Options, settings: &Settings) -> Vec<Directory> {
    let configured = |key: &str| -> Vec<PathBuf> {
        let text = value(settings, key).unwrap_or_default();
        let parts = text.split([',', '|']).flat_map(|part| part.split(':'));
        parts.map(str::trim).filter(|part| !part.is_empty()).map(PathBuf::from).collect()
    };
    let chosen =
        |given: &[PathBuf], key: &str| if given.is_empty() { configured(key) } else { given.to_vec() };
    let mut temporary = chosen(&options.tmp_dir, "io.tmp.dirs");
    if temporary.is_empty() {
        temporary.push("/tmp".into());
    }
    let all = [
        (chosen(&options.log_dir, "env.log.dir"), Use::Logs),
        (temporary, Use::Temporary),
        (chosen(&options.state_dir, "state.backend.rocksdb.localdir"), Use::State),
    ];
    let of = |(paths, purpose): (Vec<PathBuf>, Use)| {
        paths.into_iter().map(move |path| Directory { path: absolute(&path), purpose })
    };
    all.into_iter().flat_map(of).collect()
}

/// Each place once.
fn storage(settings: &Settings) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for key in STORAGE {
        let place = value(settings, key).map(|place| place.trim_end_matches('/').to_owned());
        places.extend(
            place
                .filter(|place| !place.is_empty() && !places.contains(place))
                .into_iter()
                .collect::<Vec<_>>(),
        );
    }
    places
}

/// `FLINK_HOME`, or the directory above the conf directory, where Flink is there.
fn flink_home(options: &Options) -> Option<PathBuf> {
    let named = adapters::environment("FLINK_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let above = options.subject.conf.as_deref().and_then(|conf| absolute(conf).parent().map(Path::to_owned));
    named.into_iter().chain(above).find(|home| home.join("bin/flink").is_file())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Those that were named, and those in `masters` and `workers`.
fn hosts(options: &Options) -> Vec<String> {
    let directory = options.subject.conf.as_deref().filter(|conf| conf.is_dir());
    let listed = directory.into_iter().flat_map(|conf| {
        let read = |name: &str| std::fs::read_to_string(conf.join(name)).unwrap_or_default();
        [read("masters"), read("workers")]
    });
    let mut hosts = options.host.clone();
    for text in listed {
        for line in text.lines() {
            let host = line.split('#').next().unwrap_or_default().trim();
            // `masters` has the port of the REST endpoint behind the host.
            let host = host
                .rsplit_once(':')
                .filter(|(_, port)| port.parse::<u16>().is_ok())
                .map_or(host, |(host, _)| host);
            if !host.is_empty() && !hosts.iter().any(|known| known == host) {
                hosts.push(host.to_owned());
            }
        }
    }
    hosts
}
