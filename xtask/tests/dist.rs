//! What people install, judged by those who know: Debian's own tools, coreutils, openssl, systemd, and the schema of
//! CycloneDX. The executables are those of the tests: building the real ones takes minutes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::{binaries, require};

const EXAMINER: &str = "
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
sys.exit(str(problem) if problem else 0)
";

fn xtask(run: &TestRun, arguments: &[&str]) -> Output {
    run.command(Path::new(env!("CARGO_BIN_EXE_xtask")))
        .args(arguments)
        .env("HOME", home())
        .timeout(Duration::from_secs(240))
        .run()
}

/// Cargo's own files are there.
#[expect(clippy::disallowed_methods, reason = "cargo asks the environment, too")]
fn home() -> PathBuf {
    std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default()
}

fn ends(directory: &Path, end: &str) -> PathBuf {
    let entries = fs::read_dir(directory).unwrap().flatten().map(|entry| entry.path());
    entries
        .into_iter()
        .find(|path| path.to_string_lossy().ends_with(end))
        .unwrap_or_else(|| panic!("no {end}"))
}

#[test]
fn a_release_is_what_its_parts_say() {
    let [deb, openssl] = require!(Need::DpkgDeb, Need::Openssl);
    let run = TestRun::new();
    let out = run.path().join("out");
    let key = run.path().join("key.pem");
    run.command(&openssl).args(["genpkey", "-algorithm", "ed25519", "-out", "key.pem"]).run().expect_code(0);
    let executables = binaries::flinkops();
    let executables = executables.parent().unwrap().display().to_string();
    let (out_text, key_text) = (out.display().to_string(), key.display().to_string());
    let arguments = ["dist", "--executables", &executables, "--out", &out_text, "--sign-with", &key_text];
    binaries::mock_flink();
    xtask(&run, &arguments).expect_code(0);

    // The sums, and the signature over them.
    let inside = |program: &Path| run.command(program).current_dir(&out);
    inside(Path::new("sha256sum")).args(["--check", "--strict", "SHA256SUMS"]).run().expect_code(0);
    let verify =
        ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "SHA256SUMS.pub.pem", "-in", "SHA256SUMS"];
    inside(&openssl).args(verify).args(["-sigfile", "SHA256SUMS.sig"]).run().expect_code(0);
    let sums = fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    fs::write(out.join("SHA256SUMS"), sums.replacen('a', "b", 1)).unwrap();
    inside(&openssl).args(verify).args(["-sigfile", "SHA256SUMS.sig"]).run().expect_code(1);

    // The archive, unpacked by tar, runs where it lies.
    let archive = ends(&out, ".tar.gz");
    inside(Path::new("tar")).arg("xzf").arg(&archive).run().expect_code(0);
    let unpacked = out.join(archive.file_name().unwrap().to_string_lossy().trim_end_matches(".tar.gz"));
    run.command(unpacked.join("bin/mock-flink")).arg("--version").run().expect_code(0);

    // Debian's package.
    let package = ends(&out, ".deb");
    let fields = inside(&deb).arg("--field").arg(&package).run().expect_code(0).stdout;
    assert!(fields.contains("\nDepends: libc6 (>= 2.") && fields.contains("\nVersion: 0."), "{fields}");
    let tree = run.path().join("tree");
    inside(&deb).arg("--extract").arg(&package).arg(&tree).run().expect_code(0);
    inside(&deb).arg("--control").arg(&package).arg(tree.join("DEBIAN")).run().expect_code(0);
    run.command(Path::new("md5sum"))
        .args(["--check", "--strict", "--quiet", "DEBIAN/md5sums"])
        .current_dir(&tree)
        .run()
        .expect_code(0);
    run.command(tree.join("usr/bin/flinkops"))
        .args(["conf", "explain", "taskmanager.numberOfTaskSlots"])
        .run()
        .expect_code(0);
    for file in [
        "share/man/man1/flinkops-job-list.1.gz",
        "share/man/man1/mock-flink.1.gz",
        "share/doc/flinkops/copyright",
        "share/bash-completion/completions/flinkops",
    ] {
        assert!(tree.join("usr").join(file).is_file(), "{file}");
    }
    // Every crate inside has a licence, and a text of it.
    let licences = fs::read_to_string(tree.join("usr/share/doc/flinkops/THIRD-PARTY-LICENSES")).unwrap();
    assert!(
        licences.contains("rustls 0.") && licences.contains("Permission is hereby granted"),
        "{licences}"
    );
    assert!(!licences.contains("see its text"), "a crate without a licence");
}

#[test]
fn the_bill_of_materials_is_cyclonedx() {
    let packages = require!(Need::CycloneDx);
    let run = TestRun::new();
    let bill = xtask(&run, &["bom"]).expect_code(0).stdout;
    assert_eq!(bill, xtask(&run, &["bom"]).expect_code(0).stdout);
    // What is inside, and nothing that only builds or tests.
    assert!(bill.contains("pkg:cargo/rustls@") && !bill.contains("pkg:cargo/insta@"), "{bill}");
    let judge = |text: &str| {
        fs::write(run.path().join("bom.json"), text).unwrap();
        run.command(Path::new("python3"))
            .args(["-c", EXAMINER, "bom.json"])
            .env("PYTHONPATH", &packages)
            .run()
    };
    judge(&bill).expect_code(0);
    // The examiner can say no.
    judge(&bill.replace("\"library\"", "\"book\"")).expect_code(1);
}

#[test]
fn systemd_takes_the_units() {
    let analyze = require!(Need::SystemdAnalyze);
    let run = TestRun::new();
    for (unit, program) in
        [("flinkops-watch@.service", binaries::flinkops()), ("mock-flink.service", binaries::mock_flink())]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd").join(unit);
        let text = fs::read_to_string(path).unwrap();
        let name = program.file_name().unwrap().to_string_lossy().into_owned();
        let here = text.replace(&format!("/usr/bin/{name}"), &program.display().to_string());
        assert_ne!(here, text);
        let unit = unit.replace("@.", "@orders.");
        fs::write(run.path().join(&unit), here).unwrap();
        let said = run.command(&analyze).args(["verify", "--man=no"]).arg(&unit).run();
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{unit}");
    }
}

#[test]
fn the_containerfile_is_sound() {
    let hadolint = require!(Need::Hadolint);
    let run = TestRun::new();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Containerfile")).unwrap();
    let judge = |text: &str| {
        fs::write(run.path().join("Containerfile"), text).unwrap();
        run.command(&hadolint).arg("Containerfile").run()
    };
    judge(&text).expect_code(0);
    judge(&text.replace("rust:1-slim-bookworm", "rust:latest")).expect_code(1);
}
