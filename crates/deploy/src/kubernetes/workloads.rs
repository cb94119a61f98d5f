//! What runs: JobManagers, TaskManagers, and how many may be away at once.

use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, StatefulSet, StatefulSetSpec,
};
use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use ops_core::spec::{Application, ClusterSpec, Cpus, HighAvailabilityMode};

use super::configuration::short;
use super::names::Names;
use super::object::Object;
use super::parts::Parts;
use super::pods::{Kind, template};
use crate::error::DeployError;
use crate::memory;

pub(super) fn objects(spec: &ClusterSpec, names: &Names, parts: &Parts) -> Result<Vec<Object>, DeployError> {
    let mut objects = vec![job_manager(spec, names, parts)?];
    for (group, (name, part)) in spec.task_managers.iter().zip(&parts.task_managers) {
        let kind = Kind {
            component: "taskmanager",
            key: short(names, name),
            part,
            arguments: vec!["taskmanager".to_owned()],
            memory: memory::task_manager(spec, group)?,
            cpus: group.cpus.unwrap_or(Cpus::whole(group.slots.get())),
            group: Some(group),
        };
        let mut selector = names.label_selector(Some("taskmanager"));
        let mut pods = template(spec, names, parts, &kind);
        if spec.task_managers.len() > 1 {
            // Groups are told apart by a label of ours.
            let label = ("flinkops/group".to_owned(), kind.key.to_owned());
            selector.match_labels.get_or_insert_default().extend([label.clone()]);
            if let Some(metadata) = &mut pods.metadata {
                metadata.labels.get_or_insert_default().extend([label]);
            }
        }
        let deployment = Deployment {
            metadata: names.meta(name, Some("taskmanager")),
            spec: Some(DeploymentSpec {
                replicas: Some(i32::try_from(group.count()).unwrap_or(i32::MAX)),
                selector,
                template: pods,
                ..DeploymentSpec::default()
            }),
            ..Deployment::default()
        };
        objects.push(Object::new(format!("{}.yaml", short(names, name)), &deployment));
    }
    objects.extend(budgets(spec, names));
    Ok(objects)
}

fn job_manager(spec: &ClusterSpec, names: &Names, parts: &Parts) -> Result<Object, DeployError> {
    let is_available = spec.high_availability.mode != HighAvailabilityMode::None;
    let mut arguments =
        vec![if spec.application.is_some() { "standalone-job" } else { "jobmanager" }.to_owned()];
    if let Some(application) = &spec.application {
        arguments.extend(job_arguments(spec, application));
    }
    if is_available {
        // Each has an address of its own: the Service leads to all of them.
        let own = match spec.application {
            // `--host` went with 2.0.
            Some(_) => vec!["-D".to_owned(), "jobmanager.rpc.address=$(POD_IP)".to_owned()],
            None => vec!["$(POD_IP)".to_owned()],
        };
        arguments.splice(1..1, own);
    }
    if let Some(application) = &spec.application {
        arguments.extend(application.arguments.iter().cloned());
    }
    let kind = Kind {
        component: "jobmanager",
        key: "jobmanager",
        part: &parts.job_manager,
        arguments,
        memory: memory::job_manager(spec)?,
        cpus: spec.job_managers.cpus.unwrap_or(Cpus::whole(1)),
        group: None,
    };
    let mut pods = template(spec, names, parts, &kind);
    let metadata = names.meta(names.with("jobmanager"), Some("jobmanager"));
    let selector = names.label_selector(Some("jobmanager"));
    let count = i32::try_from(spec.job_managers.count()).unwrap_or(i32::MAX);
    let file = "jobmanager.yaml";
    if spec.application.is_some() {
        // The process ends with its job, and is not to be started again then.
        if let Some(pod) = &mut pods.spec {
            pod.restart_policy = Some("OnFailure".to_owned());
        }
        let job = Job {
            metadata,
            spec: Some(JobSpec {
                parallelism: Some(count),
                // Failures of the process say nothing about the job, which Flink restarts by its own rules.
                backoff_limit: Some(1_000_000),
                template: pods,
                ..JobSpec::default()
            }),
            ..Job::default()
        };
        return Ok(Object::new(file, &job));
    }
    if is_available {
        let set = StatefulSet {
            metadata,
            spec: Some(StatefulSetSpec {
                replicas: Some(count),
                selector,
                service_name: Some(names.with("jobmanager")),
                pod_management_policy: Some("Parallel".to_owned()),
                template: pods,
                ..StatefulSetSpec::default()
            }),
            ..StatefulSet::default()
        };
        return Ok(Object::new(file, &set));
    }
    let deployment = Deployment {
        metadata,
        spec: Some(DeploymentSpec {
            replicas: Some(1),
            // Two JobManagers without an election would both lead.
            strategy: Some(DeploymentStrategy {
                type_: Some("Recreate".to_owned()),
                ..DeploymentStrategy::default()
            }),
            selector,
            template: pods,
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    };
    Ok(Object::new(file, &deployment))
}

/// The options of Flink's entry point; the program's own arguments come behind them.
fn job_arguments(spec: &ClusterSpec, application: &Application) -> Vec<String> {
    let mut arguments = Vec::new();
    // From 1.19 on the entry point takes any place; before, jars lie in usrlib of the image. It takes all words up to the next
    // option for jars, so one follows that says what holds anyway.
    if spec.flink_version.at_least(1, 19) {
        arguments.extend(["--jars".to_owned(), application.jar.display().to_string()]);
        arguments.extend(["-D", "execution.shutdown-on-application-finish=true"].map(str::to_owned));
    }
    if let Some(class) = &application.class {
        arguments.extend(["--job-classname".to_owned(), class.clone()]);
    }
    if let Some(savepoint) = &application.from_savepoint {
        arguments.extend(["--fromSavepoint".to_owned(), savepoint.clone()]);
    }
    arguments
}

fn budgets(spec: &ClusterSpec, names: &Names) -> Vec<Object> {
    let budget = |component: &str, minimum, maximum| PodDisruptionBudget {
        metadata: names.meta(names.with(component), Some(component)),
        spec: Some(PodDisruptionBudgetSpec {
            selector: Some(names.label_selector(Some(component))),
            min_available: minimum,
            max_unavailable: maximum,
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    };
    let one = || Some(IntOrString::Int(1));
    let mut objects = Vec::new();
    if spec.job_managers.count() > 1 {
        objects.push(Object::new("poddisruptionbudget-jobmanager.yaml", &budget("jobmanager", one(), None)));
    }
    objects.push(Object::new("poddisruptionbudget-taskmanager.yaml", &budget("taskmanager", None, one())));
    objects
}
