//! The graph of a job as lines beside its vertices, one line a vertex, as version control shows its history: a vertex stands
//! below everything that it reads from. Sources are hollow.

use std::collections::HashMap;

use ops_core::ids::VertexId;
use ops_core::rest::wire::plan::Plan;

/// More edges side by side than this are not told apart.
const WIDEST: usize = 12;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) vertex: VertexId,
    /// Such as `│ ●─╮`.
    pub(super) lines: String,
}

/// The vertices in an order in which each comes after its inputs, with their lines. A graph that is none (a circle) is shown as
/// a list.
pub(super) fn lanes(plan: &Plan) -> Vec<Lane> {
    let nodes = plan.nodes.as_deref().unwrap_or_default();
    let index: HashMap<VertexId, usize> =
        nodes.iter().zip(0..).map(|(node, index)| (node.id, index)).collect();
    let inputs: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| node.inputs.iter().filter_map(|input| index.get(&input.id).copied()).collect())
        .collect();
    let mut outputs = vec![Vec::new(); nodes.len()];
    for (node, inputs) in inputs.iter().enumerate() {
        inputs.iter().for_each(|input| outputs[*input].push(node));
    }
    let order = ordered(&inputs, &outputs);
    if order.len() < nodes.len() {
        return nodes.iter().map(|node| Lane { vertex: node.id, lines: "●".to_owned() }).collect();
    }
    // Each lane is an edge on its way down to this vertex.
    let mut open: Vec<Option<usize>> = Vec::new();
    order
        .into_iter()
        .map(|node| {
            let arriving: Vec<usize> =
                open.iter().zip(0..).filter(|(to, _)| **to == Some(node)).map(|(_, lane)| lane).collect();
            let own = arriving.first().copied().unwrap_or_else(|| free(&mut open));
            let passing: Vec<bool> =
                open.iter().zip(0..).map(|(to, lane)| to.is_some() && !arriving.contains(&lane)).collect();
            arriving.iter().for_each(|lane| open[*lane] = None);
            let mut leaving = Vec::new();
            for (number, output) in outputs[node].iter().enumerate() {
                let lane = if number == 0 { own } else { free_beside(&mut open, own) };
                open[lane] = Some(*output);
                leaving.push(lane);
            }
            while open.last().is_some_and(Option::is_none) {
                open.pop();
            }
            Lane { vertex: nodes[node].id, lines: line(own, &arriving, &leaving, &passing) }
        })
        .collect()
}

/// Kahn's order, depth first, so that chains stay together.
fn ordered(inputs: &[Vec<usize>], outputs: &[Vec<usize>]) -> Vec<usize> {
    let mut missing: Vec<usize> = inputs.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..inputs.len()).rev().filter(|node| missing[*node] == 0).collect();
    let mut order = Vec::with_capacity(inputs.len());
    while let Some(node) = ready.pop() {
        order.push(node);
        for output in outputs[node].iter().rev() {
            missing[*output] -= 1;
            if missing[*output] == 0 {
                ready.push(*output);
            }
        }
    }
    order
}

fn free(open: &mut Vec<Option<usize>>) -> usize {
    open.iter().position(Option::is_none).unwrap_or_else(|| {
        open.push(None);
        open.len() - 1
    })
}

/// A lane to the right of the own one.
fn free_beside(open: &mut Vec<Option<usize>>, own: usize) -> usize {
    let right = (own + 1..open.len()).find(|lane| open[*lane].is_none());
    right.unwrap_or_else(|| {
        while open.len() <= own {
            open.push(None);
        }
        open.push(None);
        open.len() - 1
    })
}

/// The characters of a line, two for each lane.
fn line(own: usize, arriving: &[usize], leaving: &[usize], passing: &[bool]) -> String {
    let touched = arriving.iter().chain(leaving).copied();
    let (first, last) = touched.fold((own, own), |(first, last), lane| (first.min(lane), last.max(lane)));
    let width = passing.len().max(last + 1).min(WIDEST);
    let mut text = String::new();
    for lane in 0..width {
        let within = lane > first && lane < last;
        let passes = passing.get(lane).copied().unwrap_or(false);
        text.push(match () {
            () if lane == own => {
                if arriving.is_empty() {
                    '○'
                } else {
                    '●'
                }
            }
            () if arriving.contains(&lane) && leaving.contains(&lane) => '┤',
            () if arriving.contains(&lane) && lane > own => {
                if lane == last {
                    '╯'
                } else {
                    '┴'
                }
            }
            () if leaving.contains(&lane) && lane > own => {
                if lane == last {
                    '╮'
                } else {
                    '┬'
                }
            }
            () if passes && within => '┼',
            () if passes => '│',
            () if within => '─',
            () => ' ',
        });
        text.push(if lane >= first && lane < last { '─' } else { ' ' });
    }
    let text = text.trim_end().to_owned();
    if last >= WIDEST || passing.len() > WIDEST { format!("{text}…") } else { text }
}

#[cfg(test)]
mod tests {
    use ops_core::rest::wire::plan::{PlanInput, PlanNode};
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> VertexId {
        format!("{number:032x}").parse().unwrap()
    }

    fn plan(edges: &[(usize, &[usize])]) -> Plan {
        let nodes = edges.iter().map(|(node, inputs)| {
            let inputs = inputs.iter().map(|input| serde_json::json!({"id": id(*input).to_string()}));
            let inputs: Vec<PlanInput> = inputs.map(|input| serde_json::from_value(input).unwrap()).collect();
            let node: PlanNode =
                serde_json::from_value(serde_json::json!({"id": id(*node).to_string()})).unwrap();
            PlanNode { inputs, ..node }
        });
        Plan { nodes: Some(nodes.collect()), ..Plan::default() }
    }

    fn drawn(edges: &[(usize, &[usize])]) -> String {
        lanes(&plan(edges))
            .iter()
            .map(|lane| format!("{} {}\n", lane.lines, lane.vertex.to_string().trim_start_matches('0')))
            .collect()
    }

    #[test]
    fn graphs_are_drawn_from_above() {
        insta::assert_snapshot!(format!(
            "chain\n{}\njoin\n{}\ndiamond\n{}\ntwo jobs in one\n{}",
            drawn(&[(1, &[]), (2, &[1]), (3, &[2])]),
            drawn(&[(1, &[]), (2, &[]), (3, &[1, 2]), (4, &[3])]),
            drawn(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[1]), (5, &[2, 3, 4])]),
            drawn(&[(1, &[]), (2, &[1]), (3, &[]), (4, &[3])]),
        ));
    }

    #[test]
    fn a_circle_is_a_list() {
        assert_eq!(lanes(&plan(&[(1, &[2]), (2, &[1])])).len(), 2);
    }

    proptest! {
        #[test]
        fn every_vertex_has_one_line_after_its_inputs(edges in proptest::collection::vec((0_usize..40, 0_usize..40), 0..120)) {
            let nodes: Vec<(usize, Vec<usize>)> = (0..40)
                .map(|node| (node, edges.iter().filter(|(from, to)| *to == node && from < to).map(|(from, _)| *from).collect()))
                .collect();
            let borrowed: Vec<(usize, &[usize])> = nodes.iter().map(|(node, inputs)| (*node, inputs.as_slice())).collect();
            let lanes = lanes(&plan(&borrowed));
            prop_assert_eq!(lanes.len(), 40);
            let place = |node: usize| lanes.iter().position(|lane| lane.vertex == id(node)).unwrap();
            for (node, inputs) in &nodes {
                for input in inputs {
                    prop_assert!(place(*input) < place(*node));
                }
            }
        }
    }
}
