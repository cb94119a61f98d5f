//! A machine, or a kind of container: which processes run there.

use ops_core::spec::{ClusterSpec, Host, TaskManagerGroup};

/// What runs in one place.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The host; `None` where the platform chooses it.
    pub host: Option<&'a Host>,
    /// Whether a JobManager runs there.
    pub job_manager: bool,
    /// The group of the TaskManager that runs there, if one does.
    pub task_manager: Option<&'a TaskManagerGroup>,
}

impl<'a> Node<'a> {
    /// The hosts of a cluster, JobManagers first.
    pub fn on_hosts(spec: &'a ClusterSpec) -> Vec<Self> {
        let group_of = |host: &Host| spec.task_managers.iter().find(|group| group.hosts.contains(host));
        let managers = spec.job_managers.hosts.iter().map(|host| Self {
            host: Some(host),
            job_manager: true,
            task_manager: group_of(host),
        });
        let workers = spec.task_managers.iter().flat_map(|group| {
            let node = |host| Self { host: Some(host), job_manager: false, task_manager: Some(group) };
            group.hosts.iter().filter(|host| !spec.job_managers.hosts.contains(host)).map(node)
        });
        managers.chain(workers).collect()
    }

    /// A JobManager in a place that the platform chooses.
    pub fn job_manager() -> Self {
        Self { host: None, job_manager: true, task_manager: None }
    }

    /// A TaskManager in a place that the platform chooses.
    pub fn task_manager(group: &'a TaskManagerGroup) -> Self {
        Self { host: None, job_manager: false, task_manager: Some(group) }
    }

    /// Processes of both kinds, from one configuration: YARN and the operator hand out one.
    pub fn both(group: &'a TaskManagerGroup) -> Self {
        Self { host: None, job_manager: true, task_manager: Some(group) }
    }

    /// A place with Flink's clients and none of its processes.
    pub fn client() -> Self {
        Self { host: None, job_manager: false, task_manager: None }
    }

    /// Whether it is a place for clients only.
    pub fn is_client(&self) -> bool {
        !self.job_manager && self.task_manager.is_none()
    }

    /// What runs there, for people.
    pub fn processes(&self) -> &'static str {
        match (self.job_manager, self.task_manager.is_some()) {
            (true, true) => "JobManager and TaskManager",
            (true, false) => "JobManager",
            (false, true) => "TaskManager",
            (false, false) => "clients",
        }
    }
}
