//! What YARN is to be told.

use ops_core::spec::{ClusterSpec, Cpus, HighAvailabilityMode};

use crate::configuration::Settings;

/// Adds the keys under `yarn.`.
pub(super) fn add(spec: &ClusterSpec, ships_stores: bool, settings: &mut Settings) {
    let yarn = &spec.yarn;
    settings.set(&["yarn.application.name"], spec.name.to_string(), "The name under which YARN lists it.");
    settings.set_if(&["yarn.application.queue"], yarn.queue.as_ref(), "The queue whose limits hold for it.");
    if let Some(label) = &yarn.node_label {
        settings.set(&["yarn.application.node-label"], label, "Containers run on nodes with this label.");
        settings.also(&["yarn.taskmanager.node-label"], label);
    }
    settings.set(
        &["yarn.tags"],
        format!("flinkops,{}", spec.name),
        "What `flinkops deploy yarn` finds it by.",
    );
    let attempts = yarn.attempts.or((spec.high_availability.mode != HighAvailabilityMode::None).then_some(2));
    settings.set_if(
        &["yarn.application-attempts"],
        attempts,
        "How often YARN starts the JobManager; its own limit is an upper bound.",
    );
    let group = spec.task_managers.first();
    let cpus = group.map(|group| group.cpus.unwrap_or(Cpus::whole(group.slots.get())));
    settings.set_if(
        &["yarn.containers.vcores"],
        cpus.map(|cpus| cpus.millis().div_ceil(1000)),
        "The CPUs of a TaskManager's container.",
    );
    settings.set_if(
        &["yarn.appmaster.vcores"],
        spec.job_managers.cpus.map(|cpus| cpus.millis().div_ceil(1000)),
        "The CPUs of the JobManager's container.",
    );
    if ships_stores {
        settings.set(
            &["yarn.ship-files"],
            super::render::STORES,
            "The stores; every container has them in `tls` of the directory it starts in.",
        );
    }
    if !yarn.provided_libraries.is_empty() {
        settings.set(
            &["yarn.provided.lib.dirs"],
            yarn.provided_libraries.join(";"),
            "Flink's jars that need not be uploaded each time.",
        );
    }
}
