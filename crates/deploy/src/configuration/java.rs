//! The options with which Java runs Flink.

use ops_core::spec::Jvm;
use ops_core::version::FlinkVersion;
use secure_conf::ssl::{compares_internal_names, without_internal_names};

/// What Flink's reflection reaches into from Java 17 on, from the configuration that each distribution brings along
/// (`tests/stock_conf.rs` compares them). 2.1 and later no longer need the first.
const EXPORTS: [&str; 8] = [
    "java.base/sun.net.util",
    "java.rmi/sun.rmi.registry",
    "jdk.compiler/com.sun.tools.javac.api",
    "jdk.compiler/com.sun.tools.javac.file",
    "jdk.compiler/com.sun.tools.javac.parser",
    "jdk.compiler/com.sun.tools.javac.tree",
    "jdk.compiler/com.sun.tools.javac.util",
    "java.security.jgss/sun.security.krb5",
];

const OPENS: [&str; 12] = [
    "java.base/java.lang",
    "java.base/java.net",
    "java.base/java.io",
    "java.base/java.nio",
    "java.base/sun.nio.ch",
    "java.base/java.lang.reflect",
    "java.base/java.text",
    "java.base/java.time",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/java.util.concurrent.locks",
];

/// The options without which Flink does not work on Java 17: in the order of the distribution's own configuration.
pub fn base_options(version: FlinkVersion) -> Vec<String> {
    let exports = if version.at_least(2, 1) { &EXPORTS[1..] } else { &EXPORTS[..] };
    let exports = exports.iter().map(|package| format!("--add-exports={package}=ALL-UNNAMED"));
    exports.chain(OPENS.iter().map(|package| format!("--add-opens={package}=ALL-UNNAMED"))).collect()
}

/// The option for processes that share one certificate, where the version needs it: no name can fit, and whose holder is told
/// by the authority alone. Endpoints for clients decide by `security.ssl.rest.verify-hostname`, as before.
pub(super) fn shared_certificate(version: FlinkVersion) -> Option<String> {
    compares_internal_names(version).then(without_internal_names)
}

/// The options of every process: the base, the garbage collector, and what the description adds.
pub(super) fn options(version: FlinkVersion, jvm: &Jvm) -> String {
    let mut all = if jvm.open_packages { base_options(version) } else { Vec::new() };
    all.extend(jvm.garbage_collector.map(|collector| collector.option().to_owned()));
    all.extend(jvm.options.iter().cloned());
    all.join(" ")
}

/// Of options that a configuration has, those beside the base.
pub fn further_options(version: FlinkVersion, options: &str) -> Vec<String> {
    let base = base_options(version);
    options
        .split_whitespace()
        .filter(|option| !base.iter().any(|one| one == option))
        .map(str::to_owned)
        .collect()
}
