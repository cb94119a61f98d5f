//! The JDK: which release, whose, and whether this Flink runs on it. A JDK says so itself, in its file `release`.

use ops_core::version::FlinkVersion;

use super::{Check, Machine, Request, Verdict};

/// The releases of Java that a Flink runs on. The lowest is what its classes are compiled for; the highest is the latest that its own
/// scripts and documentation provide for.
pub(super) fn supported(flink: FlinkVersion) -> (u32, u32) {
    match (flink.major, flink.minor) {
        (1, ..=18) => (8, 17),
        (1, _) => (8, 21),
        _ => (11, 21),
    }
}

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let (lowest, highest) = supported(request.flink);
    let required = format!("Java {lowest} to {highest} for Flink {}", request.flink);
    let install = format!(
        "install a JDK {}, and name it with --java-home, JAVA_HOME or env.java.home",
        highest.min(17)
    );
    let Some(home) = &request.java_home else {
        return vec![Check::ok("Java", "none", required).but(Verdict::Failure, install)];
    };
    let shown = home.display();
    let has_java = machine.place(&home.join("bin/java")).is_file();
    // A JRE inside a JDK of Java 8 has it one level up.
    let release = [home.join("release"), home.join("../release")];
    let text = release.iter().find_map(|file| machine.text(file.to_str()?));
    let value = |key: &str| {
        let text = text.as_deref()?;
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches('"').to_owned())
    };
    let Some(version) = value("JAVA_VERSION").filter(|_| has_java) else {
        let found =
            format!("{shown} is no JDK: it has no {}", if has_java { "file `release`" } else { "bin/java" });
        return vec![Check::ok("Java", found, required).but(Verdict::Failure, install)];
    };
    let vendor = value("IMPLEMENTOR").map(|vendor| format!(" of {vendor}")).unwrap_or_default();
    let found = format!("Java {version}{vendor} in {shown}");
    let check = Check::ok("Java", found, required);
    let Some(number) = number(&version) else {
        return vec![check.but(Verdict::Unknown, "its version is not understood")];
    };
    let newer = format!(
        "it is newer than Flink {} provides for; Java {highest} is the latest that is",
        request.flink
    );
    vec![if number < lowest {
        check.but(Verdict::Failure, install)
    } else if number > highest {
        check.but(Verdict::Warning, newer)
    } else {
        check.but_if(
            number < 11,
            Verdict::Warning,
            "Java 8 is deprecated: Flink 2 does not run on it; take 11 or 17",
        )
    }]
}

/// `1.8.0_392` is 8, `17.0.15` is 17.
fn number(version: &str) -> Option<u32> {
    let mut parts = version.split(['.', '_', '-', '+']);
    match parts.next()?.parse().ok()? {
        1 => parts.next()?.parse().ok(),
        release => Some(release),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn request(flink: &str, home: Option<&str>) -> Request {
        Request { java_home: home.map(Into::into), ..Request::new(flink.parse().unwrap()) }
    }

    fn jdk(root: &Path, name: &str, release: &str) {
        let bin = root.join("jvm").join(name).join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join("java"), "").unwrap();
        fs::write(root.join("jvm").join(name).join("release"), release).unwrap();
    }

    #[test]
    fn a_jdk_says_what_it_is() {
        let directory = tempfile::tempdir().unwrap();
        jdk(directory.path(), "17", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n");
        jdk(directory.path(), "8", "JAVA_VERSION=\"1.8.0_392\"\n");
        jdk(directory.path(), "25", "JAVA_VERSION=\"25\"\n");
        jdk(directory.path(), "odd", "JAVA_VERSION=\"next\"\n");
        let machine = Machine::below(directory.path());
        for (flink, home, verdict, found) in [
            ("1.18", Some("/jvm/17"), Verdict::Ok, "Java 17.0.15 of Debian in /jvm/17"),
            ("1.20", Some("/jvm/8"), Verdict::Warning, "Java 1.8.0_392 in /jvm/8"),
            ("2.0", Some("/jvm/8"), Verdict::Failure, "Java 1.8.0_392"),
            ("2.3", Some("/jvm/25"), Verdict::Warning, "Java 25"),
            ("2.3", Some("/jvm/odd"), Verdict::Unknown, "Java next"),
            ("2.3", Some("/none"), Verdict::Failure, "/none is no JDK: it has no bin/java"),
            ("2.3", None, Verdict::Failure, "none"),
        ] {
            let checks = checks(&machine, &request(flink, home));
            assert!(
                checks[0].verdict == verdict && checks[0].found.starts_with(found),
                "{flink}: {checks:?}"
            );
        }
    }
}
