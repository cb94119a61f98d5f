//! The rules there are.

use crate::finding::{Finding, Severity};
use crate::rules;
use crate::subject::Subject;

/// A rule.
pub struct Rule {
    /// `FC` and three digits; never reused.
    pub code: &'static str,
    /// A few words, joined by hyphens.
    pub name: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// The release of flinkops that brought it.
    pub since: &'static str,
    /// What it finds, why that matters, an example and its fix, in Markdown, line by line.
    pub documentation: &'static [&'static str],
    pub(crate) module: &'static str,
    pub(crate) check: fn(&Subject<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// The group that it belongs to: `memory`, `tls` …
    pub fn group(&self) -> &'static str {
        self.module.rsplit("::").nth(1).unwrap_or(self.module)
    }

    /// The documentation as one text.
    pub fn explanation(&self) -> String {
        let lines = self.documentation.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Every rule, by code.
pub const RULES: &[&Rule] = &[
    &rules::reading::fc001_unknown_key::RULE,
    &rules::reading::fc002_wrong_value::RULE,
    &rules::tls::fc003_ssl_incomplete::RULE,
    &rules::tls::fc004_well_known_password::RULE,
    &rules::reading::fc005_dropped_line::RULE,
    &rules::reading::fc006_former_key::RULE,
    &rules::reading::fc007_wrong_file::RULE,
    &rules::memory::fc008_crossed_bounds::RULE,
    &rules::metrics::fc009_reporter_class::RULE,
    &rules::reading::fc010_needless_allow::RULE,
    &rules::reading::fc011_unreadable_allow::RULE,
    &rules::reading::fc012_swallowed_entries::RULE,
    &rules::reading::fc013_rewritten_value::RULE,
    &rules::reading::fc014_literal_quotes::RULE,
    &rules::reading::fc015_unexpanded_variable::RULE,
    &rules::reading::fc016_placeholder_value::RULE,
    &rules::memory::fc017_no_memory_size::RULE,
    &rules::memory::fc018_too_little_memory::RULE,
    &rules::memory::fc019_overhead_out_of_bounds::RULE,
    &rules::memory::fc020_fraction_out_of_range::RULE,
    &rules::memory::fc021_unread_fraction::RULE,
    &rules::memory::fc022_starved_slots::RULE,
    &rules::memory::fc023_java_memory_option::RULE,
    &rules::memory::fc024_former_java_option::RULE,
    &rules::memory::fc025_segment_size::RULE,
    &rules::memory::fc026_rocksdb_without_memory::RULE,
    &rules::memory::fc027_rocksdb_outside_of_budget::RULE,
    &rules::state::fc028_checkpoints_in_memory::RULE,
    &rules::state::fc029_checkpoint_time_too_short::RULE,
    &rules::state::fc030_pause_beyond_interval::RULE,
    &rules::state::fc031_unaligned_concurrent::RULE,
    &rules::state::fc032_unaligned_at_least_once::RULE,
    &rules::state::fc033_alignment_timeout::RULE,
    &rules::state::fc034_checkpoints_not_kept::RULE,
    &rules::state::fc035_path_without_scheme::RULE,
    &rules::state::fc036_state_on_local_disk::RULE,
    &rules::state::fc037_state_in_tmp::RULE,
    &rules::state::fc038_full_checkpoints::RULE,
    &rules::state::fc039_options_of_another_backend::RULE,
    &rules::state::fc040_unknown_state_backend::RULE,
    &rules::state::fc041_unknown_checkpoint_storage::RULE,
    &rules::state::fc042_changelog_in_memory::RULE,
    &rules::state::fc043_backlog_interval::RULE,
    &rules::runtime::fc044_number_out_of_range::RULE,
    &rules::restart::fc045_unknown_restart_strategy::RULE,
    &rules::restart::fc046_options_of_another_strategy::RULE,
    &rules::restart::fc047_no_restart::RULE,
    &rules::restart::fc048_backoff_bounds::RULE,
    &rules::restart::fc049_unknown_failover_strategy::RULE,
    &rules::availability::fc050_availability_incomplete::RULE,
    &rules::availability::fc051_availability_off::RULE,
    &rules::availability::fc052_unknown_availability::RULE,
    &rules::availability::fc053_shared_cluster_id::RULE,
    &rules::network::fc054_open_rest::RULE,
    &rules::network::fc055_wildcard_address::RULE,
    &rules::network::fc056_rest_without_authentication::RULE,
    &rules::network::fc057_open_rest_actions::RULE,
    &rules::network::fc058_rest_ports_differ::RULE,
    &rules::network::fc059_port_twice::RULE,
    &rules::network::fc060_invalid_port::RULE,
    &rules::network::fc061_bound_to_loopback::RULE,
    &rules::network::fc062_heartbeat_timeout::RULE,
    &rules::network::fc063_jobmanager_on_loopback::RULE,
    &rules::tls::fc064_unused_stores::RULE,
    &rules::tls::fc065_dead_verification::RULE,
    &rules::tls::fc066_fingerprint::RULE,
    &rules::tls::fc067_tls_protocol::RULE,
    &rules::tls::fc068_suites_of_another_protocol::RULE,
    &rules::tls::fc069_weak_suites::RULE,
    &rules::tls::fc070_rest_ignores_protocol::RULE,
    &rules::tls::fc071_authentication_without_tls::RULE,
    &rules::tls::fc072_short_password::RULE,
    &rules::tls::fc073_readable_secrets::RULE,
    &rules::tls::fc074_key_password_differs::RULE,
    &rules::tls::fc075_store_format::RULE,
    &rules::tls::fc076_one_store_for_both::RULE,
    &rules::tls::fc077_storage_credentials::RULE,
    &rules::kerberos::fc078_half_a_login::RULE,
    &rules::kerberos::fc079_contexts_without_login::RULE,
    &rules::kerberos::fc080_ticket_cache::RULE,
    &rules::kerberos::fc081_unread_krb5_conf::RULE,
    &rules::kerberos::fc082_zookeeper_without_login::RULE,
    &rules::metrics::fc083_reporter_without_factory::RULE,
    &rules::metrics::fc084_reporter_not_listed::RULE,
    &rules::metrics::fc085_reporter_interval::RULE,
    &rules::metrics::fc086_unknown_reporter::RULE,
    &rules::metrics::fc087_pushgateway_url::RULE,
    &rules::metrics::fc088_scope_variable::RULE,
    &rules::metrics::fc089_latency_tracking::RULE,
    &rules::runtime::fc090_parent_first::RULE,
    &rules::runtime::fc091_home_directory::RULE,
    &rules::runtime::fc092_history_elsewhere::RULE,
    &rules::runtime::fc093_no_cancellation_watchdog::RULE,
    &rules::directory::fc094_worker_port::RULE,
    &rules::directory::fc095_master_port::RULE,
    &rules::directory::fc096_local_worker_among_remote::RULE,
    &rules::directory::fc097_host_twice::RULE,
    &rules::directory::fc098_idle_masters::RULE,
    &rules::directory::fc099_zookeeper_configuration::RULE,
    &rules::directory::fc100_no_logging::RULE,
    &rules::directory::fc101_unknown_appender::RULE,
    &rules::directory::fc102_log4j_1::RULE,
    &rules::directory::fc103_unread_file::RULE,
    &rules::directory::fc104_too_few_slots::RULE,
    &rules::tls::fc105_suites_without_the_key::RULE,
];

/// The rule with this code, in either case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Defines a rule. Its doc comment is both the item's and what `conf rule` shows, so the two cannot differ.
macro_rules! define_rule {
    ($(#[doc = $line:literal])* $code:literal, $name:literal, $severity:ident, since $since:literal, $check:path) => {
        $(#[doc = $line])*
        pub(crate) static RULE: $crate::registry::Rule = $crate::registry::Rule {
            code: $code,
            name: $name,
            severity: $crate::finding::Severity::$severity,
            since: $since,
            documentation: &[$($line),*],
            module: module_path!(),
            check: $check,
        };
    };
}
pub(crate) use define_rule;
