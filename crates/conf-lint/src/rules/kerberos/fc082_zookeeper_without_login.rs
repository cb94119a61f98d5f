//! FC082: a ZooKeeper that does not learn who asks.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A Kerberos login and high availability by ZooKeeper, without ZooKeeper's login context (`Client`) among
    /// `security.kerberos.login.contexts`.
    ///
    /// ## Why it matters
    /// Where ZooKeeper asks for a login, the JobManager ends after some 20 s (`SessionClosedRequireAuthException`). Where it
    /// does not, everybody may read and change what the JobManagers keep there.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.type: zookeeper
    /// security.kerberos.login.keytab: /etc/security/keytabs/flink.keytab
    /// security.kerberos.login.principal: flink@EXAMPLE.COM
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the context is added.
    "FC082", "zookeeper-without-login", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let contexts = "security.kerberos.login.contexts";
    let zookeeper =
        subject.set("high-availability").filter(|entry| entry.value.eq_ignore_ascii_case("zookeeper"));
    let (Some(zookeeper), Some(_)) = (zookeeper, subject.set("security.kerberos.login.keytab")) else {
        return;
    };
    if subject.is_on("zookeeper.sasl.disable") {
        return;
    }
    let context =
        subject.text("zookeeper.sasl.login-context-name").map_or("Client".to_owned(), |name| name.value);
    let set = subject.set(contexts);
    if set.is_some_and(|set| set.value.split(',').any(|name| name.trim() == context)) {
        return;
    }
    let message = format!("Flink does not log in to ZooKeeper, since `{contexts}` lacks {context}");
    let value = set.map_or(context.clone(), |set| format!("{},{context}", set.value));
    let finding = subject.at_key(&RULE, set.unwrap_or(zookeeper), message, format!("set it to `{value}`"));
    findings.push(finding.with_unsafe_fix(vec![subject.give(contexts, value)]));
}
