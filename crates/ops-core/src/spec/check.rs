//! What no single field can know: whether the fields of a description go together.

use std::collections::BTreeSet;

use super::{ClusterSpec, HighAvailabilityMode, Platform, RestartStrategy};
use crate::conf::is_sensitive;

/// The first contradiction, as a sentence that says what is needed.
pub(super) fn contradiction(spec: &ClusterSpec) -> Option<String> {
    job_managers(spec)
        .or_else(|| task_managers(spec))
        .or_else(|| high_availability(spec))
        .or_else(|| restart(spec))
        .or_else(|| paths(spec))
        .or_else(|| secrets(spec))
        .or_else(|| kubernetes(spec))
}

/// What Kubernetes and the operator would refuse.
fn kubernetes(spec: &ClusterSpec) -> Option<String> {
    let kubernetes = &spec.kubernetes;
    let is_label = |name: &str| {
        (1..=63).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-')
    };
    let named = [
        ("kubernetes.namespace", kubernetes.namespace.as_deref()),
        ("kubernetes.serviceAccount", kubernetes.service_account.as_deref()),
    ];
    let jobs =
        kubernetes.session_jobs.iter().map(|job| ("kubernetes.sessionJobs.name", Some(job.name.as_str())));
    let mut names = named.into_iter().chain(jobs);
    if let Some((field, Some(name))) = names.find(|(_, name)| name.is_some_and(|name| !is_label(name))) {
        return Some(format!(
            "`{field}` is `{name}`, and Kubernetes wants 1 to 63 lower-case letters, digits and inner hyphens"
        ));
    }
    let known = ["savepoint", "last-state", "stateless"];
    let mode = kubernetes.upgrade_mode.as_deref().filter(|mode| !known.contains(mode))?;
    Some(format!("`kubernetes.upgradeMode` is `{mode}`, and the operator has {}", known.join(", ")))
}

/// Descriptions are shown, compared and kept under version control.
fn secrets(spec: &ClusterSpec) -> Option<String> {
    if let Some(key) = spec.flink.keys().find(|key| is_sensitive(key)) {
        return Some(format!(
            "`flink` holds the secret `{key}`; name where it is fetched instead: `secrets: {{{key}: 'file:PATH'}}`"
        ));
    }
    let unfetchable =
        |source: &str| !matches!(source.split_once(':'), Some(("env" | "file", rest)) if !rest.is_empty());
    let (key, _) = spec.secrets.iter().find(|(_, source)| unfetchable(source))?;
    // What stands there may be the secret itself.
    Some(format!("`secrets.{key}` does not say where the secret is: `env:NAME` or `file:PATH` is needed"))
}

fn job_managers(spec: &ClusterSpec) -> Option<String> {
    let managers = &spec.job_managers;
    if managers.hosts.is_empty() && spec.platforms.contains(&Platform::Standalone) {
        return Some("`jobManagers` needs `hosts` for the platform standalone".to_owned());
    }
    let count = managers.count();
    if count > 1 && spec.high_availability.mode == HighAvailabilityMode::None {
        let count = if count == 2 { "two".to_owned() } else { count.to_string() };
        return Some(format!(
            "{count} JobManagers need `highAvailability` with the mode `zookeeper` or `kubernetes`"
        ));
    }
    None
}

fn task_managers(spec: &ClusterSpec) -> Option<String> {
    let mut names = BTreeSet::new();
    for group in &spec.task_managers {
        if group.count() == 0 {
            return Some("a group of TaskManagers needs `hosts` or `replicas`".to_owned());
        }
        if group.hosts.is_empty() && spec.platforms.contains(&Platform::Standalone) {
            return Some("a group of TaskManagers needs `hosts` for the platform standalone".to_owned());
        }
        let Some(name) = &group.name else { continue };
        let fits = (1..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-');
        if !fits {
            return Some(format!(
                "`{name}` is no name of a group: 1 to 40 lower-case letters, digits and inner hyphens are needed"
            ));
        }
        if !names.insert(name) {
            return Some(format!("two groups of TaskManagers have the name `{name}`"));
        }
    }
    let mut seen = BTreeSet::new();
    let twice = spec.task_managers.iter().flat_map(|group| &group.hosts).find(|host| !seen.insert(*host));
    twice.map(|host| {
        format!("`{host}` is named twice under `taskManagers`; give one TaskManager more slots instead")
    })
}

fn high_availability(spec: &ClusterSpec) -> Option<String> {
    let ha = &spec.high_availability;
    let said_elsewhere = |key: &str| spec.flink.contains_key(key);
    match ha.mode {
        HighAvailabilityMode::None => return None,
        HighAvailabilityMode::ZooKeeper if ha.quorum.is_empty() => {
            return Some(
                "`highAvailability.quorum` is needed for ZooKeeper: a list of `host:port`".to_owned(),
            );
        }
        HighAvailabilityMode::Kubernetes if spec.platforms.contains(&Platform::Standalone) => {
            return Some(
                "`highAvailability.mode: kubernetes` needs Kubernetes; the platform standalone has `zookeeper`".to_owned(),
            );
        }
        _ => {}
    }
    for server in &ha.quorum {
        let port = server.rsplit_once(':').and_then(|(host, port)| {
            (!host.is_empty()).then(|| port.split('/').next().unwrap_or(port).parse::<u16>().ok()).flatten()
        });
        if port.is_none() {
            return Some(format!("`{server}` is no ZooKeeper server: `host:port` is needed"));
        }
    }
    (ha.storage.is_none() && !said_elsewhere("high-availability.storageDir")).then(|| {
        "`highAvailability.storage` is needed: a directory that every JobManager reaches, such as hdfs:///flink/ha".to_owned()
    })
}

fn restart(spec: &ClusterSpec) -> Option<String> {
    let restart = &spec.restart;
    let fits = |has: bool, field: &str| {
        has.then(|| match restart.strategy {
            None => Some(format!("`restart.{field}` needs a `restart.strategy`")),
            Some(RestartStrategy::None) => {
                Some(format!("`restart.{field}` has no meaning with the strategy `none`"))
            }
            Some(RestartStrategy::ExponentialDelay) if field == "attempts" => {
                Some("`restart.attempts` has no meaning with the strategy `exponential-delay`".to_owned())
            }
            Some(_) => None,
        })
        .flatten()
    };
    fits(restart.attempts.is_some(), "attempts").or_else(|| fits(restart.delay.is_some(), "delay"))
}

fn paths(spec: &ClusterSpec) -> Option<String> {
    let files = &spec.installation;
    let all = [("installation.home", &files.home), ("installation.configuration", &files.configuration)];
    let logs = files.logs.as_ref().map(|logs| ("installation.logs", logs));
    let kerberos =
        spec.security.kerberos.as_ref().map(|kerberos| ("security.kerberos.keytab", &kerberos.keytab));
    let java = spec.jvm.home.as_ref().map(|home| ("jvm.home", home));
    for (field, path) in all.into_iter().chain(logs).chain(kerberos).chain(java) {
        let text = path.to_string_lossy();
        if !path.is_absolute() {
            return Some(format!("`{field}` is `{text}`, and an absolute path is needed"));
        }
        // Flink's scripts and systemd's units split at blanks.
        if text.chars().any(|c| c.is_whitespace() || "'\"\\$%`;#".contains(c)) {
            return Some(format!("`{field}` is `{text}`, and a path without blanks and quotes is needed"));
        }
    }
    let user = &files.user;
    let is_account = !user.is_empty()
        && user.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && !user.starts_with('-');
    (!is_account).then(|| format!("`installation.user` is `{user}`, and the name of an account is needed"))
}
