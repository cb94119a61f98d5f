//! Every signature, by code.

use super::signature::Signature;
use super::signatures::{behaviour, configuration, failures};

/// Every signature, in the order of their codes.
static ALL: [&Signature; 80] = [
    &failures::heap_exhausted::SIGNATURE,
    &failures::metaspace_exhausted::SIGNATURE,
    &failures::direct_memory_exhausted::SIGNATURE,
    &failures::container_killed::SIGNATURE,
    &failures::network_buffers_insufficient::SIGNATURE,
    &failures::slots_too_few::SIGNATURE,
    &failures::native_threads_exhausted::SIGNATURE,
    &failures::managed_memory_exhausted::SIGNATURE,
    &failures::open_files_exhausted::SIGNATURE,
    &failures::serializer_changed::SIGNATURE,
    &failures::state_of_unknown_operator::SIGNATURE,
    &failures::max_parallelism_changed::SIGNATURE,
    &failures::state_file_missing::SIGNATURE,
    &failures::state_damaged::SIGNATURE,
    &failures::state_directory_not_claimable::SIGNATURE,
    &failures::class_missing::SIGNATURE,
    &failures::classes_clash::SIGNATURE,
    &failures::java_version_clash::SIGNATURE,
    &failures::not_serializable::SIGNATURE,
    &failures::certificate_expired::SIGNATURE,
    &failures::certificate_for_another_name::SIGNATURE,
    &failures::certificate_not_trusted::SIGNATURE,
    &failures::tls_on_one_side::SIGNATURE,
    &failures::store_cannot_be_opened::SIGNATURE,
    &failures::kerberos_login_failed::SIGNATURE,
    &failures::kerberos_ticket_expired::SIGNATURE,
    &failures::clocks_differ::SIGNATURE,
    &failures::checkpoint_timed_out::SIGNATURE,
    &failures::storage_not_writable::SIGNATURE,
    &failures::storage_full::SIGNATURE,
    &failures::state_larger_than_memory_storage::SIGNATURE,
    &failures::message_larger_than_frame::SIGNATURE,
    &failures::object_storage_throttles::SIGNATURE,
    &failures::zookeeper_lost::SIGNATURE,
    &failures::leadership_lost::SIGNATURE,
    &failures::task_manager_lost::SIGNATURE,
    &failures::result_partition_gone::SIGNATURE,
    &failures::name_not_resolved::SIGNATURE,
    &failures::connection_refused::SIGNATURE,
    &failures::port_taken::SIGNATURE,
    &failures::kafka_not_authorised::SIGNATURE,
    &failures::kafka_not_reached::SIGNATURE,
    &failures::kafka_offset_gone::SIGNATURE,
    &failures::kafka_transaction_lost::SIGNATURE,
    &failures::user_code_threw::SIGNATURE,
    &failures::timestamps_missing::SIGNATURE,
    &failures::checkpoint_failures_intolerable::SIGNATURE,
    &failures::async_operation_timed_out::SIGNATURE,
    &failures::failure_not_known::SIGNATURE,
    &behaviour::skewed_subtasks::SIGNATURE,
    &behaviour::skewed_state::SIGNATURE,
    &behaviour::bottleneck::SIGNATURE,
    &behaviour::watermark_held_back::SIGNATURE,
    &behaviour::checkpoint_slow_barriers::SIGNATURE,
    &behaviour::checkpoint_slow_subtask::SIGNATURE,
    &behaviour::checkpoint_slow_synchronous::SIGNATURE,
    &behaviour::checkpoint_slow_writing::SIGNATURE,
    &behaviour::restart_loop::SIGNATURE,
    &behaviour::garbage_collection::SIGNATURE,
    &behaviour::waits_for_slots::SIGNATURE,
    &behaviour::uneven_spread::SIGNATURE,
    &behaviour::state_grows::SIGNATURE,
    &behaviour::late_records_dropped::SIGNATURE,
    &behaviour::idle_source_subtasks::SIGNATURE,
    &behaviour::checkpoint_stuck::SIGNATURE,
    &behaviour::checkpoints_fail::SIGNATURE,
    &behaviour::job_lost::SIGNATURE,
    &behaviour::no_task_managers::SIGNATURE,
    &behaviour::cluster_unreachable::SIGNATURE,
    &behaviour::job_manager_replaced::SIGNATURE,
    &behaviour::task_manager_silent::SIGNATURE,
    &configuration::checkpoints_in_memory::SIGNATURE,
    &configuration::no_checkpoints::SIGNATURE,
    &configuration::checkpoints_not_retained::SIGNATURE,
    &configuration::no_high_availability::SIGNATURE,
    &configuration::interval_shorter_than_checkpoints::SIGNATURE,
    &configuration::configuration_lint::SIGNATURE,
    &configuration::alert_fires::SIGNATURE,
    &configuration::key_groups_uneven::SIGNATURE,
    &configuration::network_memory_tight::SIGNATURE,
];

/// Every signature.
pub fn all() -> &'static [&'static Signature] {
    &ALL
}

/// The signature of this code, in either case.
pub fn find(code: &str) -> Option<&'static Signature> {
    all().iter().copied().find(|signature| signature.code.eq_ignore_ascii_case(code))
}

/// Every signature with its explanation, as `docs/doctor-codes.md` has it.
pub fn page() -> String {
    let mut page = "# The signatures of `flinkops doctor`\n\nWritten by `flinkops doctor --explain all`; do not edit.\n\n\
                    | code | name | kind | severity |\n|---|---|---|---|\n"
        .to_owned();
    for one in all() {
        let anchor = format!("{}-{}", one.code.to_ascii_lowercase(), one.name);
        page.push_str(&format!(
            "| [{}](#{anchor}) | {} | {} | {} |\n",
            one.code,
            one.name,
            one.kind(),
            one.severity
        ));
    }
    for one in all() {
        let explanation = one.explanation();
        let (_, rest) = explanation.split_once('\n').unwrap_or_default();
        page.push_str(&format!(
            "\n## {} {}\n\n*{}, {}*\n{rest}",
            one.code,
            one.name,
            one.kind(),
            one.severity
        ));
    }
    page
}
