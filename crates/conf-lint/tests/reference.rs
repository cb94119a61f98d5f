//! `docs/rules.md` is made from the rules' own documentation.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use conf_lint::{RULES, Rule};

const HEAD: &str = "\
# Rules of `flinkops conf lint`

Made from the rules' doc comments by `UPDATE_DOCS=1 cargo test -p flinkops-conf-lint --test reference`; do not edit.
`flinkops conf rule CODE` shows the same text.

**error**: it has no effect, or Flink refuses it. **warning**: it works differently from what it says, or weakens the
cluster. **info**: it works, and there is a better way. A *safe* fix leaves the meaning as it is; an *unsafe* one changes
what Flink does, to what the writer most likely meant.

A finding that is right to stay is allowed by a comment with its reason, at the end of the line, on the line above, or at
the head of the file before an empty line:

```yaml
rest.bind-address: 0.0.0.0 # flinkops: allow(FC054) a proxy in front of it asks for a login
```

or in a `flinkops.yaml` beside the file, for keys and files by name (`*` stands for anything):

```yaml
apiVersion: flinkops/v1
lint:
  allow:
    - codes: [FC054]
      keys: [rest.*]
      paths: [config.yaml]
      reason: a proxy in front of it asks for a login
```

An exception that allows nothing is a finding by itself (FC010). The same file may say who reads the configuration, so that
what concerns other processes is not asked for:

```yaml
apiVersion: flinkops/v1
processes: [taskmanager]   # of jobmanager, taskmanager, client; without it, all of them
```
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut groups: Vec<&str> = RULES.iter().map(|rule| rule.group()).collect();
    groups.sort_unstable();
    groups.dedup();
    page.push_str("\n| group | rules |\n|---|---|\n");
    for group in &groups {
        let links: Vec<String> =
            of(group).map(|rule| format!("[{0}](#{1})", rule.code, anchor(rule))).collect();
        writeln!(page, "| [{group}](#{group}) | {} |", links.join(" ")).unwrap();
    }
    for group in groups {
        writeln!(page, "\n## {group}").unwrap();
        for rule in of(group) {
            writeln!(page, "\n### {} {}\n", rule.code, rule.name).unwrap();
            writeln!(page, "{}, since {}\n", rule.severity, rule.since).unwrap();
            let text = rule.explanation();
            page.push_str(&text.lines().map(heading).collect::<Vec<_>>().join("\n"));
            page.push('\n');
        }
    }
    page
}

fn of(group: &str) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(move |rule| rule.group() == group)
}

fn anchor(rule: &Rule) -> String {
    format!("{}-{}", rule.code.to_lowercase(), rule.name)
}

fn heading(line: &str) -> String {
    match line.strip_prefix("## ") {
        Some(title) => format!("#### {title}"),
        None => line.to_owned(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the way to tell a test to write")]
fn the_reference_is_that_of_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/rules.md is not that of the rules; run `UPDATE_DOCS=1 cargo test -p flinkops-conf-lint --test reference`"
    );
}
