//! Random configurations: sensible ones, contradictory ones, extreme values, odd spellings, former keys.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tuning::memory::Process;
use tuning::settings::Settings;

use crate::oracle::{name, question};

/// A configuration for a process.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) process: Process,
    pub(crate) values: Vec<(String, String)>,
}

impl Case {
    /// The question to the oracle.
    pub(crate) fn to_input(&self) -> String {
        question(name(self.process), &self.values)
    }

    pub(crate) fn settings(&self, version: &str) -> Settings {
        let empty = Settings::empty(version.parse().unwrap());
        self.values.iter().fold(empty, |settings, (key, value)| settings.with(key, value))
    }
}

/// The same cases for the same seed.
pub(crate) fn cases(process: Process, count: usize, seed: u64) -> Vec<Case> {
    let mut random = Random(StdRng::seed_from_u64(seed));
    (0..count).map(|_| Case { process, values: random.configuration(process) }).collect()
}

struct Random(StdRng);

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

impl Random {
    fn configuration(&mut self, process: Process) -> Vec<(String, String)> {
        let mut values = match process {
            Process::TaskManager if self.one_in(3) => self.task_manager_that_adds_up(),
            Process::TaskManager => self.task_manager(),
            Process::JobManager if self.one_in(3) => self.job_manager_that_adds_up(),
            Process::JobManager => self.job_manager(),
        };
        if self.one_in(12) {
            // One value replaced by nonsense or an extreme.
            let at = self.below(values.len().max(1) as u64) as usize;
            if let Some((_, value)) = values.get_mut(at) {
                let odd = [
                    "",
                    "-1",
                    "1.5g",
                    "many",
                    "0",
                    "1",
                    "9223372036854775807",
                    "8388608t",
                    "NaN",
                    "0.5",
                    "1e-3",
                ];
                *value = (*odd.choose(&mut self.0).unwrap()).to_owned();
            }
        }
        values
    }

    /// Any subset of the keys, with values around a size.
    fn task_manager(&mut self) -> Vec<(String, String)> {
        let around = self.magnitude();
        let mut values = Vec::new();
        for (key, chance, share) in [
            ("taskmanager.memory.process.size", 60, 100),
            ("taskmanager.memory.flink.size", 30, 85),
            ("taskmanager.memory.task.heap.size", 15, 30),
            ("taskmanager.memory.managed.size", 20, 30),
            ("taskmanager.memory.framework.heap.size", 10, 5),
            ("taskmanager.memory.framework.off-heap.size", 10, 5),
            ("taskmanager.memory.task.off-heap.size", 15, 5),
            ("taskmanager.memory.network.min", 15, 5),
            ("taskmanager.memory.network.max", 15, 15),
            ("taskmanager.memory.jvm-metaspace.size", 15, 5),
            ("taskmanager.memory.jvm-overhead.min", 15, 5),
            ("taskmanager.memory.jvm-overhead.max", 15, 15),
            ("taskmanager.memory.size", 4, 20),
            ("taskmanager.network.memory.min", 5, 5),
            ("taskmanager.network.memory.max", 5, 15),
            ("taskmanager.heap.size", 6, 60),
        ] {
            self.maybe_size(&mut values, key, chance, around / 100 * share);
        }
        for (key, chance) in [
            ("taskmanager.memory.managed.fraction", 25),
            ("taskmanager.memory.network.fraction", 25),
            ("taskmanager.network.memory.fraction", 5),
            ("taskmanager.memory.jvm-overhead.fraction", 25),
        ] {
            self.maybe_fraction(&mut values, key, chance);
        }
        self.maybe_int(&mut values, "taskmanager.numberOfTaskSlots", 30, -1, 64);
        self.maybe_int(&mut values, "taskmanager.cpu.cores", 8, -1, 32);
        self.maybe_int(&mut values, "taskmanager.network.numberOfBuffers", 10, -5, 40_000);
        self.maybe_int(&mut values, "taskmanager.heap.mb", 6, -5, 8192);
        if self.one_in(10) {
            let segments = ["32kb", "4096", "64 kb", "1m", "2048", "5000", "3g", "1g"];
            values.push(pair("taskmanager.memory.segment-size", segments.choose(&mut self.0).unwrap()));
        }
        values
    }

    /// Parts first, then totals that are exactly theirs, or nearly.
    fn task_manager_that_adds_up(&mut self) -> Vec<(String, String)> {
        let mut values = Vec::new();
        let mut total = 256 * MIB;
        for (key, most) in
            [("task.heap.size", 4 * GIB), ("managed.size", 4 * GIB), ("task.off-heap.size", GIB)]
        {
            let size = self.below(most);
            total += size;
            values.push(pair(&format!("taskmanager.memory.{key}"), &self.spell(size)));
        }
        total += self.below(total / 4) + MIB;
        if self.one_in(3) {
            let at = self.below(2) as usize;
            values.remove(at);
        }
        if self.percent(70) {
            values.push(pair("taskmanager.memory.flink.size", &self.spell(total)));
        }
        if self.percent(40) {
            let process = total + 256 * MIB + 192 * MIB + self.below(GIB);
            values.push(pair("taskmanager.memory.process.size", &self.spell(process)));
        }
        if self.one_in(4) {
            // Exactly what is left, in former versions, if the luck holds.
            values.push(pair("taskmanager.network.numberOfBuffers", &self.below(4096).to_string()));
        }
        self.maybe_fraction(&mut values, "taskmanager.memory.network.fraction", 20);
        self.maybe_fraction(&mut values, "taskmanager.memory.jvm-overhead.fraction", 20);
        self.maybe_size(&mut values, "taskmanager.memory.network.max", 20, total / 4);
        values
    }

    fn job_manager(&mut self) -> Vec<(String, String)> {
        let around = self.magnitude();
        let mut values = Vec::new();
        for (key, chance, share) in [
            ("jobmanager.memory.process.size", 60, 100),
            ("jobmanager.memory.flink.size", 30, 85),
            ("jobmanager.memory.heap.size", 25, 60),
            ("jobmanager.memory.off-heap.size", 20, 20),
            ("jobmanager.memory.jvm-metaspace.size", 15, 5),
            ("jobmanager.memory.jvm-overhead.min", 15, 5),
            ("jobmanager.memory.jvm-overhead.max", 15, 15),
            ("jobmanager.heap.size", 6, 60),
        ] {
            self.maybe_size(&mut values, key, chance, around / 100 * share);
        }
        self.maybe_fraction(&mut values, "jobmanager.memory.jvm-overhead.fraction", 25);
        self.maybe_int(&mut values, "jobmanager.heap.mb", 6, -5, 8192);
        self.maybe_direct_limit(&mut values);
        values
    }

    fn job_manager_that_adds_up(&mut self) -> Vec<(String, String)> {
        let mut values = Vec::new();
        let (heap, off_heap) = (self.below(4 * GIB), self.below(GIB));
        let near = |random: &mut Self, size: u64| match random.below(4) {
            0 => size.saturating_sub(1),
            _ => size,
        };
        let total = near(self, heap + off_heap);
        values.push(pair("jobmanager.memory.heap.size", &self.spell(heap)));
        if self.percent(70) {
            values.push(pair("jobmanager.memory.off-heap.size", &self.spell(off_heap)));
        }
        if self.percent(70) {
            values.push(pair("jobmanager.memory.flink.size", &self.spell(total)));
        }
        if self.percent(50) {
            let process = total + 256 * MIB + self.below(1200 * MIB);
            values.push(pair("jobmanager.memory.process.size", &self.spell(process)));
        }
        self.maybe_fraction(&mut values, "jobmanager.memory.jvm-overhead.fraction", 25);
        self.maybe_direct_limit(&mut values);
        values
    }

    fn maybe_size(&mut self, values: &mut Vec<(String, String)>, key: &str, chance: u64, around: u64) {
        if self.percent(chance) {
            // From nothing to twice as much.
            let size = self.below(around.saturating_mul(2).max(1));
            values.push(pair(key, &self.spell(size)));
        }
    }

    fn maybe_fraction(&mut self, values: &mut Vec<(String, String)>, key: &str, chance: u64) {
        if !self.percent(chance) {
            return;
        }
        let fraction = match self.below(12) {
            0 => {
                (*["0", "1", "0.0", "1.0", "0.99999994", "-0.1", "1e-45", "NaN", "2", ".5f", "0.25d", "0,1"]
                    .choose(&mut self.0)
                    .unwrap())
                .to_owned()
            }
            1..6 => format!("0.{}", self.below(100)),
            _ => self.0.random::<f32>().to_string(),
        };
        values.push(pair(key, &fraction));
    }

    fn maybe_int(
        &mut self,
        values: &mut Vec<(String, String)>,
        key: &str,
        chance: u64,
        least: i64,
        most: i64,
    ) {
        if self.percent(chance) {
            // Negative numbers are few in the range; they are refused in a way of their own.
            let most = if least < 0 && self.one_in(10) { -1 } else { most };
            values.push(pair(key, &self.0.random_range(least..=most).to_string()));
        }
    }

    fn maybe_direct_limit(&mut self, values: &mut Vec<(String, String)>) {
        if self.one_in(4) {
            let value = ["true", "TRUE", "false", "yes"].choose(&mut self.0).unwrap();
            values.push(pair("jobmanager.memory.enable-jvm-direct-memory-limit", value));
        }
    }

    /// Mostly the size of a process; rarely nothing, or all there is.
    fn magnitude(&mut self) -> u64 {
        match self.below(20) {
            0 => self.below(MIB),
            1 => self.0.random::<u64>() >> self.0.random_range(2..40),
            2..8 => self.below(64 * GIB),
            _ => 512 * MIB + self.below(8 * GIB),
        }
    }

    /// A size in a unit that may lose a little of it.
    fn spell(&mut self, size: u64) -> String {
        let units = [
            (1, ["", " b", " bytes", "b", "B"]),
            (1 << 10, ["k", " kb", "KB", " kibibytes", "Kb"]),
            (MIB, ["m", " mb", "MB", " mebibytes", "M"]),
            (GIB, ["g", " gb", "GB", " gibibytes", "G"]),
        ];
        let fitting: Vec<_> = units.iter().filter(|(factor, _)| *factor <= size.max(1)).collect();
        let (factor, names) = match self.below(2) {
            0 => &units[0],
            _ => fitting.choose(&mut self.0).unwrap(),
        };
        format!("{}{}", size / factor, names.choose(&mut self.0).unwrap())
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0.random_range(0..most.max(1))
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
