//! FC088: variables that a metric's name does not have.

use ops_core::suggest;

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A variable in `metrics.scope.…` that does not exist there.
    ///
    /// ## Why it matters
    /// It stays in the names of metrics as it is written, angle brackets included, and different tasks share one name.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.scope.tm: <hostname>.taskmanager.<tm_id>
    /// ```
    ///
    /// ## Fix
    /// None: use a variable that the scope has.
    "FC088", "scope-variable", Warning, since "0.1.0", check
}

const JM: &[&str] = &["host"];
const JM_JOB: &[&str] = &["host", "job_id", "job_name"];
const JM_OPERATOR: &[&str] =
    &["host", "job_id", "job_name", "task_id", "task_name", "operator_id", "operator_name"];
const TM: &[&str] = &["host", "tm_id"];
const TM_JOB: &[&str] = &["host", "tm_id", "job_id", "job_name"];
const TASK: &[&str] = &[
    "host",
    "tm_id",
    "job_id",
    "job_name",
    "task_id",
    "task_name",
    "task_attempt_id",
    "task_attempt_num",
    "subtask_index",
];
const OPERATOR: &[&str] = &[
    "host",
    "tm_id",
    "job_id",
    "job_name",
    "task_id",
    "task_name",
    "task_attempt_id",
    "task_attempt_num",
    "subtask_index",
    "operator_id",
    "operator_name",
];

const SCOPES: [(&str, &[&str]); 7] = [
    ("metrics.scope.jm", JM),
    ("metrics.scope.jm.job", JM_JOB),
    ("metrics.scope.jm-operator", JM_OPERATOR),
    ("metrics.scope.tm", TM),
    ("metrics.scope.tm.job", TM_JOB),
    ("metrics.scope.task", TASK),
    ("metrics.scope.operator", OPERATOR),
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (key, variables) in SCOPES {
        let Some(entry) = subject.set(key) else { continue };
        for part in entry.value.split('<').skip(1) {
            let Some((name, _)) = part.split_once('>') else { continue };
            if variables.contains(&name) {
                continue;
            }
            let near = suggest::nearest(name, variables.iter().copied(), 1);
            let help = match near.first() {
                Some(near) => format!("did you mean `<{near}>`?"),
                None => format!(
                    "possible are {}",
                    variables.iter().map(|v| format!("<{v}>")).collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("`{}` has no variable `<{name}>`", entry.key);
            findings.push(subject.at_value(&RULE, entry, message, help));
        }
    }
}
