//! A mock cluster that knows the jobs of `xtask/java/ConformanceJobs.java`: what `cargo xtask conformance` and the
//! tests of Flink's command line run on mock-flink. It shows how programs are described in Rust, too.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use mock_flink::cli::{ServeArgs, builder, listening, serve};
use mock_flink::programs::{MainError, ProgramCall};
use mock_flink::sim::{
    AccumulatorSpec, EdgeSpec, Failure, JobGraph, JobKind, Ship, StateProfile, VertexSpec,
};

#[derive(Parser, Debug)]
struct Command {
    #[command(flatten)]
    args: ServeArgs,
}

/// What the Java program's main method does.
fn main_method(call: &ProgramCall) -> Result<JobGraph, MainError> {
    let mode = call.arguments.first().map_or("forever", String::as_str);
    match mode {
        "throw" => return Err(MainError::new("java.lang.IllegalStateException", "thrown in main")),
        "nothing" => return Err(MainError::no_job()),
        _ => {}
    }
    let mut numbers = VertexSpec::new(["Source: numbers", "slow", "Timestamps/Watermarks"]);
    numbers.source_rate = 190.0;
    numbers.record_bytes = 21.0;
    numbers.busy = 0.99;
    let mut count = VertexSpec::new(["count", "Sink: totals"]);
    count.inputs.push(EdgeSpec { source: 0, ship: Ship::Hash });
    count.selectivity = 0.0;
    count.busy = 0.05;
    count.state = StateProfile { keys: 16.0, bytes_per_key: 160.0 };
    let kind = if mode == "batch" { JobKind::Batch } else { JobKind::Streaming };
    let mut graph = JobGraph::new(format!("conformance {mode}"), kind, vec![numbers, count]);
    behave(&mut graph);
    Ok(graph)
}

/// What its functions do, by the name of the job.
fn behave(graph: &mut JobGraph) {
    let mode = graph.name.trim_start_matches("conformance ").to_owned();
    let seen = AccumulatorSpec { name: "seen".to_owned(), kind: "IntCounter".to_owned() };
    if let Some(source) = graph.vertices.first_mut() {
        source.accumulators = vec![seen];
        source.watermarks = true;
    }
    let failure = |millis| Failure {
        after: Duration::from_millis(millis),
        class: "java.lang.IllegalArgumentException".to_owned(),
        message: "failed on purpose".to_owned(),
    };
    match mode.as_str() {
        "finish" | "batch" => graph.finishes_after = Some(Duration::from_millis(400)),
        "fail" => graph.failure = Some(failure(50)),
        "late-fail" => graph.failure = Some(failure(1800)),
        _ => {}
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program's main function")]
fn main() -> ExitCode {
    let command = Command::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the runtime: {error}");
            return ExitCode::from(2);
        }
    };
    let served = runtime.block_on(async {
        let mut builder = builder(command.args)?.program("ConformanceJobs", main_method);
        for mode in ["forever", "finish", "fail", "late-fail", "batch"] {
            builder = builder.submitted(format!("conformance {mode}"), behave);
        }
        serve(vec![builder], |mock| println!("{}", listening(mock))).await
    });
    match served {
        Ok(stopped) => ExitCode::from(stopped.exit_code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
