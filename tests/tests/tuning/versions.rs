//! Random questions to every version; one test a version.

use std::collections::BTreeSet;

use end_to_end::need::Need;
use end_to_end::require;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tuning::memory::{self, Process, Refusal};
use tuning::network::{BufferSettings, Exchange, gate, result_partition};
use tuning::rocksdb;

use crate::generator::{Case, cases};
use crate::oracle::{self, Tools, question};

/// As many for each process.
const CONFIGURATIONS: usize = 5_000;
/// As many for each formula.
const FIGURES: usize = 1_000;

/// Compares every answer, and makes sure that the cases were worth asking.
fn compare_memory(version: &str, answers: &[String], cases: &[Case]) {
    assert_eq!(answers.len(), cases.len());
    let (mut refused, mut kinds) = (0, BTreeSet::new());
    for (case, theirs) in cases.iter().zip(answers) {
        let answer = memory::derive(case.process, &case.settings(version));
        let agree = match theirs.strip_prefix("refused ") {
            Some(_) => answer.is_err(),
            None => oracle::ours(&answer) == *theirs,
        };
        assert!(
            agree,
            "Flink {version} and tuning differ on\n{}Flink:  {theirs}\ntuning: {} {answer:?}",
            case.to_input(),
            oracle::ours(&answer)
        );
        if let Err(refusal) = answer {
            refused += 1;
            kinds.insert(kind(&refusal));
        }
    }
    let share = refused as f64 / cases.len() as f64;
    assert!((0.2..0.7).contains(&share), "{share} of the configurations are refused: they prove little");
    // The segment size and the number of buffers count before 2.0 only.
    let expected = if version.starts_with('1') { 13 } else { 10 };
    assert!(kinds.len() >= expected, "only these ways to be refused were met: {kinds:?}");
}

/// The variant's name.
fn kind(refusal: &Refusal) -> String {
    let text = format!("{refusal:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// Random figures, the question they make, and our answer to it.
fn figures() -> Vec<(String, String)> {
    let mut random = StdRng::seed_from_u64(42);
    let mut asked = Vec::new();
    for index in 0..3 * FIGURES {
        let (exchange, name) = match random.random_range(0..3) {
            0 => (Exchange::Pipelined, "PIPELINED_BOUNDED"),
            1 => (Exchange::Blocking, "BLOCKING"),
            _ => (Exchange::Hybrid, "HYBRID_FULL"),
        };
        let settings = BufferSettings {
            segment: 1 << 15,
            per_channel: random.random_range(0..6),
            floating: random.random_range(1..20),
            most_required: random.random_bool(0.3).then(|| random.random_range(1..3000)),
            sort_buffers: random.random_range(1..1000),
            sort_from: random.random_range(1..300),
        };
        let count: u64 = random.random_range(1..3000);
        let mut pairs = vec![
            pair("type", name),
            pair("per_channel", settings.per_channel),
            pair("floating", settings.floating),
        ];
        asked.push(match index % 3 {
            0 => {
                pairs.extend([
                    pair("channels", count),
                    pair("most_required", settings.most_required.unwrap_or(0)),
                ]);
                // The oracle counts channels from elsewhere only, which have exclusive buffers.
                let need = gate(&settings, exchange, count, count);
                let target = count * settings.per_channel + settings.floating;
                (question("gate", &pairs), format!("{} {target}", need.required))
            }
            1 => {
                pairs.extend([
                    pair("consumers", count),
                    pair("sort_from", settings.sort_from),
                    pair("sort_buffers", settings.sort_buffers),
                ]);
                let need = result_partition(&settings, exchange, count);
                // Without bound, all that there is: we want what is required.
                let bounded = match exchange {
                    Exchange::Pipelined => true,
                    Exchange::Blocking => count >= settings.sort_from,
                    Exchange::Hybrid => false,
                };
                let most = if bounded { need.target } else { i32::MAX as u64 };
                (question("result", &pairs), format!("{} {most}", need.required))
            }
            _ => {
                let budget = random.random_range(1..1_u64 << 36);
                let (ratio, write_buffer): (f64, u64) =
                    (random.random_range(0.0..1.0), random.random_range(4096..1 << 28));
                let pairs =
                    [pair("budget", budget), pair("ratio", ratio), pair("write_buffer", write_buffer)];
                let buffers = rocksdb::write_buffers(budget, ratio);
                let answer = format!(
                    "{} {buffers} {} {}",
                    rocksdb::block_cache(budget, ratio),
                    rocksdb::mutable_limit(buffers),
                    rocksdb::arena_block(write_buffer)
                );
                (question("rocksdb", &pairs), answer)
            }
        });
    }
    asked
}

fn pair(key: &str, value: impl ToString) -> (String, String) {
    (key.to_owned(), value.to_string())
}

macro_rules! versions {
    ($($name:ident $version:literal),+ $(,)?) => {$(
        #[test]
        fn $name() {
            let tools = Tools::new(require!(Need::Java, Need::Javac, Need::Flink($version)), $version);
            let mut both = cases(Process::TaskManager, CONFIGURATIONS, 18);
            both.extend(cases(Process::JobManager, CONFIGURATIONS, 23));
            let figures = figures();
            let input = both.iter().map(Case::to_input).chain(figures.iter().map(|(asked, _)| asked.clone()));
            let mut answers = tools.run("TuningOracle", &[], input.collect());
            let of_figures = answers.split_off(both.len());
            compare_memory($version, &answers, &both);
            assert_eq!(of_figures.len(), figures.len());
            for ((asked, ours), theirs) in figures.iter().zip(of_figures) {
                assert_eq!(*ours, theirs, "Flink {} and tuning (left) differ on\n{asked}", $version);
            }
        }
    )+};
}

versions! {
    flink_1_18_agrees "1.18.1",
    flink_1_19_agrees "1.19.3",
    flink_1_20_agrees "1.20.5",
    flink_2_0_agrees "2.0.2",
    flink_2_1_agrees "2.1.3",
    flink_2_2_agrees "2.2.1",
    flink_2_3_agrees "2.3.0",
}
