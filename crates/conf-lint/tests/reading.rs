//! Conf directories on the disk.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use conf_lint::{Files, FixLevel, lint_files, mend_files};

fn write(directory: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(directory.join(name), text).unwrap();
    }
}

fn codes(path: &Path, version: &str) -> Vec<(&'static str, String)> {
    let files = Files::read(path, version.parse().unwrap()).unwrap();
    let name = |file: &str| Path::new(file).file_name().unwrap().to_str().unwrap().to_owned();
    lint_files(&files).findings.iter().map(|finding| (finding.code, name(&finding.file))).collect()
}

const SIZED: &str = "jobmanager.memory.process.size: 2g\ntaskmanager.memory.process.size: 4g\n";

#[test]
fn the_configuration_that_the_version_reads_is_linted() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("flink-conf.yaml", SIZED), ("config.yaml", SIZED)]);
    assert_eq!(codes(dir.path(), "1.18"), [("FC103", "config.yaml".to_owned())]);
    assert_eq!(codes(dir.path(), "1.20"), [("FC103", "config.yaml".to_owned())]);
    assert_eq!(codes(dir.path(), "2.3"), [("FC103", "flink-conf.yaml".to_owned())]);
    fs::remove_file(dir.path().join("config.yaml")).unwrap();
    assert_eq!(codes(dir.path(), "2.3"), [("FC007", "flink-conf.yaml".to_owned())]);
    // What is not read is not parsed either.
    write(dir.path(), &[("config.yaml", "a: [")]);
    assert_eq!(codes(dir.path(), "1.20"), [("FC103", "config.yaml".to_owned())]);
}

#[test]
fn a_directory_without_configuration_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let error = Files::read(dir.path(), "2.3".parse().unwrap()).unwrap_err().to_string();
    assert!(
        error.ends_with("holds neither flink-conf.yaml nor config.yaml; Flink 2.3.0 reads config.yaml"),
        "{error}"
    );
}

#[test]
fn permissions_and_exceptions_are_read_beside_a_single_file_too() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("flink-conf.yaml");
    fs::write(&file, "s3.endpoint: https://example.com\nhistoryserver.web.ssl.enabled: true\nours: 1\n")
        .unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(codes(&file, "1.20"), [("FC001", "flink-conf.yaml".to_owned())]);
    fs::write(&file, "security.ssl.internal.key-password: Kq7vXe2mPz\nours: 1\n").unwrap();
    let expected = [("FC073", "flink-conf.yaml".to_owned()), ("FC001", "flink-conf.yaml".to_owned())];
    assert_eq!(codes(&file, "1.20"), expected);
    let policy = "apiVersion: flinkops/v1\nlint: {allow: [{codes: [FC001, FC073], reason: a test}]}\n";
    write(dir.path(), &[("flinkops.yaml", policy)]);
    assert_eq!(codes(&file, "1.20"), []);
}

#[test]
fn mending_changes_the_texts_and_not_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("flink-conf.yaml", SIZED), ("workers", "tm-1:8081\r\ntm-2\r\n")]);
    let mut files = Files::read(dir.path(), "1.20".parse().unwrap()).unwrap();
    let mended = mend_files(&mut files, FixLevel::Unsafe);
    assert_eq!((mended.applied.len(), mended.remaining.findings.len()), (1, 0));
    let workers = dir.path().join("workers");
    assert_eq!(files.texts().find(|(path, _)| *path == workers).unwrap().1, "tm-1\r\ntm-2\r\n");
    assert_eq!(fs::read_to_string(&workers).unwrap(), "tm-1:8081\r\ntm-2\r\n");
}
