//! FC079: JAAS contexts with nobody to log in.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Login contexts, no keytab, and the ticket cache switched off.
    ///
    /// ## Why it matters
    /// The contexts have no credentials: ZooKeeper and Kafka clients fail, or go on without a name.
    ///
    /// ## Example
    /// ```yaml
    /// security.kerberos.login.contexts: Client,KafkaClient
    /// security.kerberos.login.use-ticket-cache: false
    /// ```
    ///
    /// ## Fix
    /// None: set keytab and principal.
    "FC079", "contexts-without-login", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(contexts) = subject.set("security.kerberos.login.contexts") else { return };
    if subject.set("security.kerberos.login.keytab").is_some()
        || subject.is_on("security.kerberos.login.use-ticket-cache")
    {
        return;
    }
    let message = format!("`{}` has no credentials: neither keytab nor ticket cache", contexts.key);
    let help = "set `security.kerberos.login.keytab` and `security.kerberos.login.principal`";
    findings.push(subject.at_key(&RULE, contexts, message, help));
}
