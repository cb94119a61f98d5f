//! Whether a program fits a state: which operators of the state it has, and what would be dropped without them.
//!
//! A plan of a program names vertices by the id of their first operator, which is that operator's id in savepoints too. An operator
//! with keyed state is the first one of its vertex, for records come to it by key, and so is a source; what is chained behind
//! another one cannot be seen in a plan.

use std::collections::BTreeMap;

use ops_core::rest::wire::plan::Plan;
use serde::Serialize;

use super::inspect::{Inspection, OperatorReport};

/// What becomes of an operator's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// The program has the operator.
    Kept,
    /// It has it, with more subtasks than the state can be spread over.
    Narrow,
    /// It does not have it: Flink refuses to start, or drops it where that is allowed.
    Dropped,
    /// It may be chained behind another one: that cannot be seen.
    Unknown,
    /// There is nothing in it.
    Empty,
}

/// Whether a program fits a state. Its fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// The operators of the state, the largest first.
    pub operators: Vec<OperatorFit>,
    /// Vertices of the program for which the state has nothing: they begin anew.
    pub begins_anew: Vec<String>,
    /// Bytes that would be dropped.
    pub dropped: u64,
}

/// An operator of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorFit {
    /// Its id.
    pub id: String,
    /// Its `uid` or name, or the vertex that it is the first operator of.
    pub name: Option<String>,
    /// Bytes of state.
    pub state_size: u64,
    /// What becomes of it.
    pub fate: Fate,
}

impl Fit {
    /// Whether the program can be started from the state as it is, as far as can be seen.
    pub fn is_whole(&self) -> bool {
        self.operators.iter().all(|operator| !matches!(operator.fate, Fate::Dropped | Fate::Narrow))
    }
}

/// Compares a state with the plan of a program.
pub fn fit(inspection: &Inspection, plan: &Plan) -> Fit {
    let nodes = plan.nodes.as_deref().unwrap_or_default();
    let vertices: BTreeMap<String, (String, i64)> = nodes
        .iter()
        .map(|node| (node.id.to_string(), (described(&node.description), node.parallelism)))
        .collect();
    let operators: Vec<OperatorFit> = inspection
        .operators
        .iter()
        .map(|operator| {
            let vertex = vertices.get(&operator.id);
            let name = operator.uid.clone().or_else(|| operator.name.clone());
            OperatorFit {
                id: operator.id.clone(),
                name: name.or_else(|| vertex.map(|(name, _)| name.clone())),
                state_size: operator.state_size,
                fate: fate(operator, vertex.map(|(_, parallelism)| *parallelism)),
            }
        })
        .collect();
    let known: Vec<&str> = inspection.operators.iter().map(|operator| operator.id.as_str()).collect();
    let begins_anew = vertices.iter().filter(|(id, _)| !known.contains(&id.as_str()));
    let begins_anew = begins_anew.map(|(_, (name, _))| name.clone()).collect();
    let dropped = operators.iter().filter(|one| one.fate == Fate::Dropped).map(|one| one.state_size).sum();
    Fit { operators, begins_anew, dropped }
}

fn fate(operator: &OperatorReport, parallelism: Option<i64>) -> Fate {
    let first = !operator.keyed.is_empty() || operator.has_coordinator_state;
    match parallelism {
        Some(wanted) if !operator.keyed.is_empty() && wanted > i64::from(operator.max_parallelism) => {
            Fate::Narrow
        }
        Some(_) => Fate::Kept,
        None if operator.state_size == 0 => Fate::Empty,
        None if first => Fate::Dropped,
        None => Fate::Unknown,
    }
}

/// The operators of a vertex, from the HTML of a plan: `Source: a<br/>+- Map<br/>`.
fn described(html: &str) -> String {
    let parts = html.split("<br/>").map(|part| part.trim_start_matches([':', '+', '-', ' ']));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" -> ")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;

    fn operator(id: u128, keyed: bool, state_size: u64) -> OperatorReport {
        OperatorReport {
            id: format!("{id:032x}"),
            name: None,
            uid: None,
            parallelism: 2,
            max_parallelism: 128,
            state_size,
            subtask_sizes: None,
            keyed: if keyed { vec!["key-groups"] } else { Vec::new() },
            has_operator_state: !keyed,
            has_coordinator_state: false,
            in_flight: 0,
            finished: false,
        }
    }

    #[test]
    fn what_is_dropped_is_told_from_what_cannot_be_seen() {
        let inspection = Inspection {
            path: PathBuf::new(),
            kind: None,
            checkpoint_id: 1,
            format: 4,
            readable_by: Vec::new(),
            state_size: 0,
            files: 0,
            elsewhere: 0,
            missing: Vec::new(),
            operators: vec![
                operator(1, true, 10),
                operator(2, true, 20),
                operator(3, false, 5),
                operator(4, false, 0),
                operator(5, true, 7),
            ],
        };
        let node = |id: u128, parallelism: i64| json!({ "id": format!("{id:032x}"), "parallelism": parallelism, "description": format!("Op {id}<br/>+- Sink<br/>") });
        let plan: Plan =
            serde_json::from_value(json!({ "nodes": [node(1, 2), node(5, 200), node(9, 1)] })).unwrap();
        let found = fit(&inspection, &plan);
        let fates: Vec<Fate> = found.operators.iter().map(|one| one.fate).collect();
        assert_eq!(fates, [Fate::Kept, Fate::Dropped, Fate::Unknown, Fate::Empty, Fate::Narrow]);
        assert_eq!((found.dropped, found.begins_anew.as_slice()), (20, &["Op 9 -> Sink".to_owned()][..]));
        assert!(!found.is_whole());
    }
}
