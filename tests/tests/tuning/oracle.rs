//! `java/TuningOracle.java` on one Flink.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use end_to_end::run::TestRun;
use tuning::memory::{Process, ProcessMemory, Refusal};

/// Java starts slowly on a machine with much to do.
const PATIENCE: Duration = Duration::from_secs(180);

/// The tools and the distribution.
pub(crate) struct Tools {
    pub(crate) java: PathBuf,
    pub(crate) javac: PathBuf,
    pub(crate) jar: PathBuf,
}

impl Tools {
    pub(crate) fn new([java, javac, home]: [PathBuf; 3], version: &str) -> Self {
        Self { java, javac, jar: home.join(format!("lib/flink-dist-{version}.jar")) }
    }

    /// The directory with the compiled classes of a program. Compiled once, with the first Flink that asks; what it
    /// uses is the same in all of them.
    pub(crate) fn compiled(&self, program: &str) -> PathBuf {
        static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let classes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tuning-classes");
        let mut done = DONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !done.iter().any(|known| known == program) {
            let run = TestRun::new();
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("java/{program}.java"));
            let compile = run.command(&self.javac).arg("-d").arg(&classes).arg("-cp").arg(&self.jar);
            compile.arg(source).timeout(PATIENCE).run().expect_code(0);
            done.push(program.to_owned());
        }
        classes
    }

    /// What a program prints, line by line.
    pub(crate) fn run(&self, program: &str, arguments: &[&str], input: String) -> Vec<String> {
        let classes = self.compiled(program);
        let run = TestRun::new();
        let output = run
            .command(&self.java)
            .args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"])
            .arg(format!("{}:{}", classes.display(), self.jar.display()))
            .arg(program)
            .args(arguments)
            .env_remove("FLINK_TM_HEAP")
            .env_remove("FLINK_JM_HEAP")
            .stdin(input)
            .timeout(PATIENCE)
            .run()
            .expect_code(0);
        run.assert_no_process_left();
        output.stdout.lines().map(str::to_owned).collect()
    }
}

/// A question in the oracle's form.
pub(crate) fn question(name: &str, pairs: &[(String, String)]) -> String {
    let pairs: String = pairs.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
    format!("{name}\n{pairs}\n")
}

/// Our answer in the oracle's form; a refusal without its reason.
pub(crate) fn ours(answer: &Result<ProcessMemory, Refusal>) -> String {
    match answer {
        Err(_) => "refused".to_owned(),
        Ok(memory) => {
            let sizes: Vec<_> =
                memory.figures().iter().map(|(_, figure)| figure.size.bytes().to_string()).collect();
            format!("{} {}", sizes.join(" "), memory.jvm_args())
        }
    }
}

/// The oracle's name of a process.
pub(crate) fn name(process: Process) -> &'static str {
    match process {
        Process::TaskManager => "taskmanager",
        Process::JobManager => "jobmanager",
    }
}
