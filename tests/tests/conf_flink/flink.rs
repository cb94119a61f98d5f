//! Asking a real Flink what it makes of configuration files, through `xtask/java/ConfOracle.java`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use end_to_end::run::TestRun;
use serde_json::Value;

/// A busy machine takes its time over two JVMs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Keys and values of a file; `None` where Flink refuses it.
pub(crate) type Read = Option<BTreeMap<String, String>>;

/// What the Flink at `home` makes of each of these texts under the name that it looks for.
pub(crate) fn read_all(home: &Path, javac: &Path, java: &Path, name: &str, texts: &[String]) -> Vec<Read> {
    let run = TestRun::new();
    let inputs = run.path().join("inputs");
    fs::create_dir(&inputs).unwrap();
    for (index, text) in texts.iter().enumerate() {
        fs::write(inputs.join(format!("{index:05}")), text).unwrap();
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/java/ConfOracle.java");
    let classes = run.path().join("classes");
    // This jar alone: with a logging library beside it, Flink's warnings would stand among the answers.
    let version = home.file_name().unwrap().to_string_lossy();
    let jars = format!("{}/lib/flink-dist-{version}.jar", home.display());
    let compile =
        run.command(javac).args(["-encoding", "UTF-8", "-cp", &jars, "-d"]).arg(&classes).arg(source);
    compile.timeout(PATIENCE).run().expect_code(0);
    let class_path = format!("{}:{jars}", classes.display());
    let ask = run.command(java).args(["-Dfile.encoding=UTF-8", "-cp", &class_path, "ConfOracle"]);
    let said = ask.arg(&inputs).arg(name).timeout(PATIENCE).run().expect_code(0);
    let answers: Vec<Read> = said
        .stdout
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, answer)| match serde_json::from_str(answer).unwrap() {
            Value::Object(map) => {
                Some(map.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())).collect())
            }
            _ => None,
        })
        .collect();
    assert_eq!(answers.len(), texts.len(), "{said}");
    answers
}
