//! Sets a machine up for the tests: programs from Debian's packages where that is possible without asking anybody,
//! Flink from Python's package index. Whatever cannot be had is returned, with the command that would provide it.

use std::path::Path;

use crate::version::FlinkVersion;
use end_to_end::cache;
use end_to_end::need::{Missing, Need};

use crate::error::XtaskError;
use crate::{flink, process};

/// The JDK where a Debian release has no [`Need::debian_package`] of that version any more.
const ANY_JDK: &str = "default-jdk-headless";

/// Installs the programs that are missing, where it may. Returns those that are missing still.
pub fn programs() -> Vec<Missing> {
    install(missing_programs().iter().filter_map(|need| need.debian_package()).collect());
    let absent = Need::PYTHON.into_iter().filter(|need| need.find().is_err());
    let absent: Vec<&str> = absent.filter_map(|need| Some(need.python_package()?.0)).collect();
    if !absent.is_empty() {
        python_packages(&absent);
    }
    let needs = missing_programs().into_iter().chain(Need::PYTHON);
    needs.filter_map(|need| need.find().err()).collect()
}

/// Fetches what tests use of Python's package index. Failing is no error here, as in [`install`].
fn python_packages(packages: &[&str]) {
    let Some(cache) = cache::directory() else { return };
    if !flink::pip_available() {
        install(vec!["python3", "python3-pip"]);
    }
    let mut pip = process::command("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--retries=5",
        // Some of them have a directory in common, `bin`.
        "--upgrade",
    ]);
    pip.arg("--target").arg(cache::python_packages(&cache)).args(packages);
    if let Err(error) = process::run(&mut pip) {
        eprintln!("warning: {error}");
    }
}

/// Fetches the distributions that are missing. Returns those that are missing still.
///
/// # Errors
/// There is no place for a cache.
pub fn distributions(versions: &[FlinkVersion]) -> Result<Vec<Missing>, XtaskError> {
    let cache = cache::directory().ok_or(XtaskError::NoCache)?;
    let absent = |version: &&FlinkVersion| {
        let name = version.to_string();
        cache::missing_part(&cache::flink_home(&cache, &name), &name).is_some()
    };
    if versions.iter().any(|version| absent(&version)) && !flink::pip_available() {
        install(vec!["python3", "python3-pip"]);
    }
    let mut missing = Vec::new();
    for version in versions.iter().filter(absent) {
        if let Err(error) = flink::get(&cache, *version) {
            let reason = format!("Flink {version} cannot be fetched: {error}");
            let mend = format!("apt-get install python3-pip; cargo xtask flink get {version}");
            missing.push(Missing { reason, mend });
        }
    }
    Ok(missing)
}

fn missing_programs() -> Vec<Need> {
    Need::PROGRAMS.into_iter().filter(|need| need.find().is_err()).collect()
}

/// How packages are installed here without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apt {
    /// We are root.
    Root,
    /// sudo asks for no password.
    Sudo,
}

impl Apt {
    fn here() -> Option<Self> {
        let debian = Path::new("/etc/debian_version").exists();
        if !debian || process::capture(process::command("apt-get").arg("--version")).is_err() {
            return None;
        }
        if rustix::process::geteuid().is_root() {
            return Some(Self::Root);
        }
        process::capture(process::command("sudo").args(["-n", "true"])).is_ok().then_some(Self::Sudo)
    }

    fn get(self, arguments: &[&str]) -> Result<(), XtaskError> {
        // dpkg may be busy with somebody else's installation; it may not ask questions, and servers that come with the
        // programs (a KDC) must not be started, by systemd or without it.
        let apt = [
            "DEBIAN_FRONTEND=noninteractive",
            "SYSTEMD_OFFLINE=1",
            "RUNLEVEL=1",
            "apt-get",
            "-q",
            "-y",
            "-o",
            "DPkg::Lock::Timeout=300",
        ];
        let mut command = match self {
            Self::Root => process::command("env"),
            Self::Sudo => {
                let mut sudo = process::command("sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        process::run(command.args(apt).args(arguments))
    }
}

/// Installs the packages if it may. Failing is no error here: what is missing afterwards is found by looking.
fn install(mut packages: Vec<&'static str>) {
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return;
    }
    let Some(apt) = Apt::here() else {
        println!(
            "not installing {}: that needs Debian, and root or sudo without a password",
            packages.join(" ")
        );
        return;
    };
    println!("installing {} with apt-get", packages.join(" "));
    let installed = apt.get(&["update"]).and_then(|()| {
        let packages = available(&packages, |package| {
            process::capture(process::command("apt-cache").args(["show", package])).is_ok()
        });
        apt.get(&[&["install", "--no-install-recommends"], packages.as_slice()].concat())
    });
    if let Err(error) = installed {
        eprintln!("warning: {error}");
    }
}

/// The packages under the names that this Debian release has for them.
fn available(packages: &[&'static str], exists: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let named = |package: &'static str| {
        if package.starts_with("openjdk-") && !exists(package) { ANY_JDK } else { package }
    };
    packages.iter().map(|package| named(package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_jdk_stands_in_where_the_first_choice_is_gone() {
        let packages = ["openjdk-17-jdk-headless", "openssl"];
        assert_eq!(available(&packages, |_| true), packages);
        assert_eq!(available(&packages, |_| false), ["default-jdk-headless", "openssl"]);
    }
}
