//! FC081: a krb5.conf that nobody passes on.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `security.kerberos.krb5-conf.path` for a cluster that the start scripts run.
    ///
    /// ## Why it matters
    /// Only deployments on Kubernetes and YARN read it. Java looks into `/etc/krb5.conf` instead: `Cannot locate KDC`.
    ///
    /// ## Example
    /// ```yaml
    /// security.kerberos.krb5-conf.path: /opt/flink/krb5.conf
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `-Djava.security.krb5.conf=…` is added to the Java options of every process.
    "FC081", "unread-krb5-conf", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let options = "env.java.opts.all";
    let Some(entry) = subject.set("security.kerberos.krb5-conf.path") else { return };
    let set = subject.set(options);
    let property = "-Djava.security.krb5.conf=";
    if subject.is_managed() || set.is_some_and(|options| options.value.contains(property)) {
        return;
    }
    let message = format!("`{}` has no effect on a standalone cluster", entry.key);
    let option = format!("{property}{}", entry.value);
    let finding = subject.at_key(&RULE, entry, message, format!("add `{option}` to `{options}`"));
    findings.push(match set {
        // Within quotes, there is no place for one more.
        Some(set) if set.value.ends_with(['"', '\'']) => finding,
        Some(set) => finding.with_unsafe_fix(vec![subject.give(options, format!("{} {option}", set.value))]),
        None => finding.with_unsafe_fix(vec![subject.give(options, option)]),
    });
}
