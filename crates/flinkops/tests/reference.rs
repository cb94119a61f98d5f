//! Pages of `docs/` that are made from the program itself: the commands, the metrics, the fields of `cluster.yaml`, and
//! mock-flink's API. `UPDATE_DOCS=1 cargo test --workspace --test reference` makes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use monitor::catalogue::{Origin, all, prometheus_name};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says whether pages are written")]
fn check(name: &str, page: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(docs(name), page).unwrap();
    }
    let found = fs::read_to_string(docs(name)).unwrap_or_default();
    let mend = "UPDATE_DOCS=1 cargo test --workspace --test reference";
    assert!(found == page, "docs/{name} is stale: `{mend}` makes it anew");
}

#[test]
fn every_command_has_its_place() {
    let mut command = flinkops::command();
    command.build();
    let mut page = "# Commands\n\nWhat `flinkops COMMAND --help` says, in short; made from the program, do not edit. `flinkops man --out DIR` \
        writes\nmanual pages, `flinkops completions SHELL` a script for the shell.\n\nEvery command takes these options:\n"
        .to_owned();
    arguments(command.get_arguments().filter(|argument| argument.is_global_set()), &mut page);
    for child in command.get_subcommands_mut() {
        describe(child, "flinkops", &mut page);
    }
    check("commands.md", &page);
}

fn describe(command: &mut clap::Command, above: &str, page: &mut String) {
    if command.is_hide_set() || command.get_name() == "help" {
        return;
    }
    let path = format!("{above} {}", command.get_name());
    let level = "#".repeat(path.split(' ').count().min(4));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n{level} {path}\n\n{}\n", prose(&about));
    if command.has_subcommands() {
        for child in command.get_subcommands_mut() {
            describe(child, &path, page);
        }
        return;
    }
    let usage = command.render_usage().to_string();
    let _ = write!(page, "\n```text\n{}\n", usage.trim_start_matches("Usage: "));
    if let Some(examples) = command.get_after_help() {
        let _ = write!(page, "\n{}\n", examples.to_string().trim_end());
    }
    page.push_str("```\n");
    arguments(command.get_arguments().filter(|argument| !argument.is_global_set()), page);
}

fn arguments<'a>(all: impl Iterator<Item = &'a clap::Arg>, page: &mut String) {
    let shown: Vec<_> =
        all.filter(|argument| !argument.is_hide_set() && argument.get_id() != "help").collect();
    if shown.is_empty() {
        return;
    }
    page.push_str("\n| | |\n|---|---|\n");
    for argument in shown {
        let mut about = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<_> =
            argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        if argument.get_action().takes_values() && !values.is_empty() {
            let _ = write!(about, ". One of {}", values.join(", "));
        }
        let default = argument
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ");
        if argument.get_action().takes_values() && !default.is_empty() {
            let _ = write!(about, " [default: {default}]");
        }
        // Without a terminal, clap writes no styles.
        let name = argument.to_string().replace('|', "\\|");
        let short = argument.get_short().map(|short| format!("`-{short}`, ")).unwrap_or_default();
        let _ = writeln!(page, "| {short}`{name}` | {} |", prose(&about).replace('|', "\\|"));
    }
}

/// Text of the program, as Markdown: what stands in angle brackets is no tag.
fn prose(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('<', "\\<")
}

#[test]
fn every_metric_has_its_place() {
    let mut page = format!(
        "# Metrics\n\nThe {} metrics of Flink 1.18 to 2.3, from real clusters (`cargo xtask metrics`); made from the catalogue, do not \
         edit.\n`flinkops monitor metrics PATTERN` searches them, and says which option switches one on. Meanings and units are in our \
         own\nwords. Those marked * are taken from documentation and were not measured.\n\n\
         | in Prometheus | kind | unit | Flink | meaning |\n|---|---|---|---|---|\n",
        all().len()
    );
    let mut rows: Vec<_> = all().iter().map(|metric| (prometheus_name(metric), metric)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, metric) in rows {
        let star = if matches!(metric.origin, Origin::Documented(_)) { " *" } else { "" };
        let meaning = metric.meaning.replace('|', "\\|");
        let (kind, unit, span) = (metric.kind.name(), metric.unit, metric.span());
        let _ = writeln!(page, "| `{name}`{star} | {kind} | {unit} | {span} | {meaning} |");
    }
    check("metrics.md", &page);
}

#[test]
fn every_field_of_a_description_has_its_place() {
    let text = fs::read_to_string(docs("cluster.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut page = "# Fields of `cluster.yaml`\n\nMade from [its JSON Schema](cluster.schema.json), which `flinkops init --schema` prints; do not \
        edit.\n`flinkops init` writes a file with all of them as comments.\n"
        .to_owned();
    let mut waiting = vec![("cluster.yaml".to_owned(), schema.clone())];
    let mut shown = Vec::new();
    while let Some((title, object)) = waiting.pop() {
        let Some(properties) = object["properties"].as_object() else { continue };
        let _ = write!(page, "\n## {title}\n\n| field | what it is |\n|---|---|\n");
        let mut below = Vec::new();
        for (name, property) in properties {
            let about = property["description"].as_str().unwrap_or_default();
            let about = about.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            let _ = writeln!(page, "| `{name}` | {about} |");
            for reference in references(property) {
                if !shown.contains(&reference) {
                    shown.push(reference.clone());
                    below.push((format!("{reference} (`{name}`)"), schema["$defs"][&reference].clone()));
                }
            }
        }
        below.reverse();
        waiting.extend(below);
    }
    check("cluster-fields.md", &page);
}

/// The names of the definitions that a property leads to.
fn references(property: &serde_json::Value) -> Vec<String> {
    match property {
        serde_json::Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(to)) => vec![to.rsplit('/').next().unwrap_or_default().to_owned()],
                _ => references(value),
            })
            .collect(),
        serde_json::Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_path_of_the_mock_has_its_place() {
    check("mock-api.md", &mock_flink::api_page());
}
