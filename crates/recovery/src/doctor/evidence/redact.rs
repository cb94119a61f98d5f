//! Evidence without secrets: it may be sent to somebody.

use std::borrow::Cow;

use ops_core::conf::{is_sensitive, shown_line};
use serde_json::Value;

use super::model::Evidence;

/// Stands for a secret.
const HIDDEN: &str = "…";

impl Evidence {
    /// The same without what may be a secret: values of sensitive keys, whatever follows a word like `password`, and names and
    /// passwords in addresses, wherever they stand.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        for (key, value) in &mut self.settings {
            if is_sensitive(key) && !value.is_empty() {
                HIDDEN.clone_into(value);
            }
        }
        let hidden = serde_json::to_value(&self).map(hide).and_then(serde_json::from_value);
        // Evidence that cannot be written is empty of what could be hidden; keeping it back is the safe way.
        hidden.unwrap_or_default()
    }
}

fn hide(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text)),
        Value::Array(all) => all.into_iter().map(hide).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, hide(value))).collect(),
        other => other,
    }
}

fn shown(text: &str) -> String {
    let lines = text.split('\n').map(|line| without_user(&shown_line(line)).into_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// `s3://name:password@bucket` without name and password.
fn without_user(line: &str) -> Cow<'_, str> {
    let Some(start) = line.find("://").map(|at| at + 3) else { return line.into() };
    let end = line[start..].find(['/', ' ', '\'', '"']).map_or(line.len(), |at| start + at);
    match line[start..end].rfind('@') {
        Some(at) if line[start..start + at].contains(':') => {
            let rest = without_user(&line[start + at..]).into_owned();
            format!("{}{HIDDEN}{rest}", &line[..start]).into()
        }
        _ => {
            let rest = without_user(&line[end..]).into_owned();
            format!("{}{rest}", &line[..end]).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::doctor::evidence::{Log, LogEntry, Note};
    use crate::doctor::signatures::sample::Sample;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let stack = "java.io.IOException: s3://key:hunter2@bucket/x and jdbc:db://u:hunter2@h/y, password=hunter2\n\tat a.B.c(B.java:1)";
        let entry =
            LogEntry { message: "token: hunter2".to_owned(), stack: stack.to_owned(), ..LogEntry::default() };
        let job = Sample::job().chain(1).threw_times(stack, 2).setting("s3.access-key", "hunter2");
        let job = job
            .setting("env.java.opts", "-Dx.password=hunter2")
            .checkpoints(&[1])
            .failed_checkpoints(1, "secret: hunter2");
        let mut evidence = job.log(Log { name: "a".to_owned(), entries: vec![entry] }).evidence();
        evidence.alerts.push(Note { message: "api-key=hunter2".to_owned(), ..Note::default() });
        let shown = serde_json::to_string(&evidence.clone().redacted()).unwrap();
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("bucket/x") && shown.contains("a.B.c(B.java:1)"), "{shown}");
        let plain = Sample::job().chain(2).checkpoints(&[1]).evidence();
        assert_eq!(plain.clone().redacted(), plain);
    }
}
