//! A real job starts with exactly as many network buffers as we say, and fails with one less.

use end_to_end::need::Need;
use end_to_end::{exclusive, require};
use tuning::network::{BufferSettings, Edge, Exchange, JobGraph, Pattern, Placement, Vertex};
use tuning::settings::Settings;

use crate::oracle::Tools;

/// TaskManagers, and slots of each.
const TASK_MANAGERS: u32 = 2;
const SLOTS: u32 = 2;

/// The job of `java/BufferThreshold.java` on a cluster that it fills.
fn required(version: &str) -> u64 {
    let edge = |from| Edge { from, pattern: Pattern::AllToAll, exchange: Exchange::Pipelined };
    let vertex =
        |name: &str, inputs| Vertex { name: name.to_owned(), parallelism: TASK_MANAGERS * SLOTS, inputs };
    let vertices =
        vec![vertex("source", vec![]), vertex("map", vec![edge(0)]), vertex("sink", vec![edge(1)])];
    let graph = JobGraph::new(vertices).unwrap();
    let settings = BufferSettings::of(&Settings::empty(version.parse().unwrap())).unwrap();
    // Every slot is taken, so each TaskManager has its share of every vertex.
    let places = (0..TASK_MANAGERS * SLOTS).map(|index| index / SLOTS).collect();
    graph.need(&settings, &Placement::Known(vec![places; 3])).required
}

fn check(version: &str, tools: &Tools) {
    let required = required(version);
    let (enough, too_few) = (required.to_string(), (required - 1).to_string());
    let (task_managers, slots) = (TASK_MANAGERS.to_string(), SLOTS.to_string());
    let _alone = exclusive::real_flink();
    let said = tools.run("BufferThreshold", &[&task_managers, &slots, &enough, &too_few], String::new());
    assert_eq!(said, [format!("{enough} runs"), format!("{too_few} insufficient")], "Flink {version}");
}

#[test]
fn a_job_on_flink_1_20_needs_the_buffers_that_we_count() {
    let tools = Tools::new(require!(Need::Java, Need::Javac, Need::Flink("1.20.5")), "1.20.5");
    check("1.20.5", &tools);
}

#[test]
fn a_job_on_flink_2_3_needs_the_buffers_that_we_count() {
    let tools = Tools::new(require!(Need::Java, Need::Javac, Need::Flink("2.3.0")), "2.3.0");
    check("2.3.0", &tools);
}
