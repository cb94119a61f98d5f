//! FC080: a login that ends with its ticket.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A Kerberos login from the ticket cache, without a keytab.
    ///
    /// ## Why it matters
    /// A ticket lives for hours, and is renewed for days at most. A cluster that runs longer loses access to HDFS, Kafka or
    /// ZooKeeper one night, and checkpoints fail.
    ///
    /// ## Example
    /// ```yaml
    /// security.kerberos.login.use-ticket-cache: true
    /// security.kerberos.login.contexts: Client
    /// ```
    ///
    /// ## Fix
    /// None: set keytab and principal. `flinkops keytab create` makes one.
    "FC080", "ticket-cache", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let cache = "security.kerberos.login.use-ticket-cache";
    if subject.set("security.kerberos.login.keytab").is_some() || !subject.is_on(cache) {
        return;
    }
    let Some(entry) = subject.set(cache).or(subject.set("security.kerberos.login.contexts")) else { return };
    let message = "the login comes from a ticket cache, and ends with its ticket";
    let help = "set `security.kerberos.login.keytab` and `security.kerberos.login.principal`";
    findings.push(subject.at_key(&RULE, entry, message, help));
}
