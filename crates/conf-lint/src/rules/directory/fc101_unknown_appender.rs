//! FC101: logs that go nowhere.

use super::properties::properties;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// In `log4j*.properties`, a logger with a reference to an appender that no `appender.….name` defines.
    ///
    /// ## Why it matters
    /// What the logger says is not written anywhere; of the root logger, that is everything.
    ///
    /// ## Example
    /// ```text
    /// rootLogger.appenderRef.file.ref = MainAppender
    /// ```
    /// without `appender.main.name = MainAppender`.
    ///
    /// ## Fix
    /// None: define the appender, or refer to another.
    "FC101", "unknown-appender", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = subject.directory() else { return };
    for file in files.companions.iter().filter(|file| file.file.starts_with("log4j")) {
        let named = |key: &str| key.starts_with("appender.") && key.ends_with(".name");
        let names: Vec<&str> = properties(&file.text)
            .filter(|property| named(property.key))
            .map(|property| property.value)
            .collect();
        for property in properties(&file.text) {
            let reference = property.key.contains(".appenderRef.") && property.key.ends_with(".ref");
            // What log4j fills in is not known here.
            if !reference || names.contains(&property.value) || property.value.contains("${") {
                continue;
            }
            let message = format!("no appender is named `{}`", property.value);
            let help = match &names[..] {
                [] => "define one by `appender.main.name` and `appender.main.type`".to_owned(),
                names => format!("the file defines {}", names.join(", ")),
            };
            findings.push(subject.in_file(
                &RULE,
                &file.name,
                (property.line, property.column),
                message,
                help,
            ));
        }
    }
}
