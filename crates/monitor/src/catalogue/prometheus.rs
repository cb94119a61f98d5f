//! Names and labels in Prometheus. Flink's reporter makes them of the logical scope, whatever the scope formats
//! (`metrics.scope.*`) and the delimiter are: those shape what other reporters show.

use super::metric::{Kind, Metric};
use super::table::all;

/// What a series of Prometheus is in Flink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The metric.
    pub metric: &'static Metric,
    /// A suffix of a summary: `_count`, else empty.
    pub suffix: &'static str,
}

/// The name that the reporter gives it. Placeholders stay: `flink_taskmanager_job_task_operator_<state>_rocksdb_…`.
pub fn prometheus_name(metric: &Metric) -> String {
    let mut name = String::from("flink_");
    for part in metric.scope.split('.') {
        push(&mut name, part);
        name.push('_');
    }
    push(&mut name, metric.name);
    name
}

/// A part as the reporter writes it; placeholders are left alone.
fn push(name: &mut String, part: &str) {
    if part.starts_with('<') {
        name.push_str(part);
        return;
    }
    name.push_str(&filtered(part));
}

/// A name or a label's value as the reporter writes it: whatever is no letter, digit, colon or underscore becomes an underscore.
/// For values of labels, `filterLabelValueCharacters: false` turns that off.
pub fn filtered(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, ':' | '_') { c } else { '_' }).collect()
}

/// Every metric that a series of this name may be: usually one.
pub fn find_series(name: &str) -> Vec<Match> {
    all()
        .iter()
        .filter_map(|metric| {
            let pattern = prometheus_name(metric);
            if matches(&pattern, name) {
                return Some(Match { metric, suffix: "" });
            }
            let summary = name.strip_suffix("_count").filter(|_| metric.kind == Kind::Histogram);
            summary.is_some_and(|base| matches(&pattern, base)).then_some(Match { metric, suffix: "_count" })
        })
        .collect()
}

/// Whether a name is what the pattern says; a placeholder stands for at least one character.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('<') {
        None => pattern == name,
        Some((before, rest)) => {
            let after = rest.split_once('>').map_or("", |(_, after)| after);
            name.strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|placeholder| !placeholder.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Vec<String> {
        find_series(name)
            .iter()
            .map(|found| format!("{}.{}{}", found.metric.scope, found.metric.name, found.suffix))
            .collect()
    }

    #[test]
    fn series_are_found_by_their_names() {
        for (name, expected) in [
            ("flink_jobmanager_job_uptime", "jobmanager.job.uptime"),
            (
                "flink_taskmanager_Status_JVM_GarbageCollector_G1_Young_Generation_Time",
                "taskmanager.Status.JVM.GarbageCollector.<collector>.Time",
            ),
            (
                "flink_taskmanager_job_task_operator_my_state_rocksdb_estimate_num_keys",
                "taskmanager.job.task.operator.<state>.rocksdb.estimate-num-keys",
            ),
            (
                "flink_taskmanager_job_task_mailboxLatencyMs_count",
                "taskmanager.job.task.mailboxLatencyMs_count",
            ),
            (
                "flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset",
                "taskmanager.job.task.operator.KafkaSourceReader.topic.partition.currentOffset",
            ),
        ] {
            assert_eq!(found(name), [expected], "{name}");
        }
        for name in [
            "flink_jobmanager_job_numberOfFailedJobVertices",
            "flink_taskmanager_job_task_operator_isBackPressured",
            "flink_jobmanager_job_uptime_count",
            "up",
            "",
        ] {
            assert!(found(name).is_empty(), "{name}");
        }
    }
}
