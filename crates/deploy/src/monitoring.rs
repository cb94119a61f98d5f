//! What watches a cluster: scrape configurations, alerts and dashboards, in files beside those of the platforms.

use monitor::alerts::{Form, RUNBOOK, Settings, rules};
use monitor::dashboards;
use monitor::scrape::{Discovery, scrape};
use ops_core::spec::{ClusterSpec, Platform};

use crate::artifact::Artifact;

/// The directory below that which is rendered into.
pub const DIRECTORY: &str = "monitoring";

/// The files; none where the processes export nothing.
pub fn render(spec: &ClusterSpec, platforms: &[Platform]) -> Vec<Artifact> {
    if spec.metrics.prometheus.is_none() {
        return Vec::new();
    }
    let mut files = Vec::new();
    let mut add =
        |name: &str, text: String| files.push(Artifact::public(format!("{DIRECTORY}/{name}"), text));
    let mut scraped = Vec::new();
    for platform in platforms {
        // Pods are found in the same way, whoever starts them.
        let name = match platform {
            Platform::Standalone | Platform::Yarn => "scrape-hosts.yml",
            Platform::Kubernetes | Platform::Operator => "scrape-pods.yml",
        };
        // YARN chooses its hosts anew each time.
        if let (false, Ok(scrape)) =
            (scraped.contains(&name), scrape(spec, *platform, Discovery::Static, None))
        {
            add(name, scrape.config);
            scraped.push(name);
        }
    }
    let mut settings = Settings::new(RUNBOOK);
    settings.expect(std::slice::from_ref(spec));
    add("rules.yml", rules(&settings, Form::File));
    if scraped.contains(&"scrape-pods.yml") {
        let name = format!("{}-flink", spec.name);
        let namespace = Some(spec.kubernetes.namespace.as_deref().unwrap_or(spec.name.as_str()));
        add("prometheus-rule.yaml", rules(&settings, Form::Kubernetes { name: &name, namespace }));
    }
    for board in dashboards::ALL {
        add(&format!("dashboards/flink-{}.json", board.name), format!("{:#}\n", dashboards::grafana(board)));
    }
    files
}
