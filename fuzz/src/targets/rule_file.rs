//! Files of alerting rules, and the expressions in them.

use monitor::check::{Query, read_rules};

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "rule_file", about: "rule files of Prometheus and their expressions", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    let _ = read_rules(text);
    if let Ok(query) = Query::parse(text) {
        let _ = query.selected();
        let _ = query.labels();
        let _ = query.can_have_value(&|_| true);
    }
}
