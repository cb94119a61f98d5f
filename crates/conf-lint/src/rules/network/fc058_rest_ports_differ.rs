//! FC058: clients that knock at another port.

use super::ports::holds;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `rest.port` that is not among those of `rest.bind-port`.
    ///
    /// ## Why it matters
    /// The API listens at the one, and clients, the command line among them, call the other.
    ///
    /// ## Example
    /// ```yaml
    /// rest.port: 8081
    /// rest.bind-port: 9000-9010
    /// ```
    ///
    /// ## Fix
    /// None: either may be the right one. Behind a proxy that translates the port, allow the finding.
    "FC058", "rest-ports-differ", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let (Some(port), Some(bind)) = (subject.entry("rest.port"), subject.entry("rest.bind-port")) else {
        return;
    };
    let Ok(number) = port.value.trim().parse::<u32>() else { return };
    if !holds(&bind.value, number) && bind.value.trim() != "0" {
        let message = format!("clients call port {number}, and the REST API listens at {}", bind.value);
        let help = "make `rest.port` one of the ports in `rest.bind-port`";
        findings.push(subject.at_value(&RULE, port, message, help));
    }
}
