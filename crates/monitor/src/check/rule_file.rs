//! Rule files of others: Prometheus' own form, and `PrometheusRule` objects.

use serde::Deserialize;

use super::subject::Subject;

/// Larger files of rules are none.
const LIMIT: usize = 16 << 20;

/// Why a file of rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFileError {
    /// It is no YAML, or not of this shape.
    #[error("it is no file of rules: {0}")]
    Shape(String),
    /// It holds nothing.
    #[error("there is no rule in it: `groups` with `rules` is needed, or a PrometheusRule")]
    Empty,
    /// It is too large to be one.
    #[error("it is larger than {} MiB", LIMIT >> 20)]
    Large,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    groups: Vec<Group>,
    spec: Option<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    alert: Option<String>,
    record: Option<String>,
    expr: Expression,
    #[serde(default)]
    annotations: std::collections::BTreeMap<String, String>,
}

/// A number is an expression too.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expression {
    Text(String),
    Number(f64),
}

/// The rules of a file.
///
/// # Errors
/// It is none.
pub fn read_rules(text: &str) -> Result<Vec<Subject>, RuleFileError> {
    if text.len() > LIMIT {
        return Err(RuleFileError::Large);
    }
    let file: File = serde_saphyr::from_str(text).map_err(|error| RuleFileError::Shape(error.to_string()))?;
    let groups = file.groups.into_iter().chain(file.spec.into_iter().flat_map(|spec| spec.groups));
    let rules: Vec<Subject> = groups.flat_map(|group| group.rules).map(subject).collect();
    if rules.is_empty() { Err(RuleFileError::Empty) } else { Ok(rules) }
}

fn subject(rule: Rule) -> Subject {
    let expression = match rule.expr {
        Expression::Text(text) => text,
        Expression::Number(number) => number.to_string(),
    };
    let annotations = rule.annotations.into_values().collect();
    match (rule.alert, rule.record) {
        (Some(name), _) => Subject { name, records: None, expression, annotations },
        (None, Some(name)) => Subject { name: name.clone(), records: Some(name), expression, annotations },
        (None, None) => {
            Subject { name: "a rule without a name".to_owned(), records: None, expression, annotations }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let own = "groups:\n- name: a\n  rules:\n  - {record: 'x:y', expr: 'sum(a)'}\n  - {alert: B, expr: 'x:y > 1'}\n";
        let rules = read_rules(own).unwrap();
        assert_eq!((rules[0].records.as_deref(), rules[1].name.as_str()), (Some("x:y"), "B"));
        let object = format!("kind: PrometheusRule\nspec:\n  {}", own.replace('\n', "\n  "));
        assert_eq!(read_rules(&object).unwrap().len(), 2);
        for text in ["", "a: 1", "groups: 3", "groups: []", "- a"] {
            assert!(read_rules(text).is_err(), "{text}");
        }
    }
}
