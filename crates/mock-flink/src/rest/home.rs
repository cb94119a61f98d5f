//! The page at `/` when no dashboard is served: the state of the cluster, for people.

use std::fmt::Write as _;

use super::cluster::of as overview_of;
use crate::sim::Cluster;

/// The page.
pub(crate) fn page(cluster: &Cluster) -> Vec<u8> {
    let overview = overview_of(cluster);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"5\">\
         <title>mock-flink {version}</title><style>body{{font:15px/1.5 sans-serif;margin:2em;max-width:64em}}\
         table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.3em .8em;border-bottom:1px solid \
         #ddd}}</style></head><body>\n<h1>mock-flink {version}</h1>\n<p>A simulated JobManager. Its REST API is at \
         <a href=\"/v1/overview\">/v1/overview</a>, <a href=\"/v1/jobs/overview\">/v1/jobs/overview</a> and so on; \
         <code>--dashboard FLINK_HOME</code> serves Flink's own dashboard here.</p>\n\
         <p>{slots} of {all} slots free on {workers} TaskManagers</p>\n<h2>Jobs</h2>\n",
        version = overview.flink_version,
        slots = overview.slots_available,
        all = overview.slots_total,
        workers = overview.taskmanagers,
    );
    page.push_str(
        "<table><tr><th>Job</th><th>Name</th><th>State</th><th>Tasks</th><th>Checkpoints</th></tr>\n",
    );
    for job in super::jobs::listed(cluster).take(500) {
        let tasks: usize = job.vertices.iter().map(|vertex| vertex.subtasks.len()).sum();
        let _ = writeln!(
            page,
            "<tr><td><a href=\"/v1/jobs/{id}\"><code>{id}</code></a></td><td>{}</td><td>{}</td><td>{tasks}</td><td>{}</td></tr>",
            escaped(&job.name),
            job.status,
            job.coordinator.completed,
            id = job.id,
        );
    }
    page.push_str("</table>\n<h2>TaskManagers</h2>\n<table><tr><th>Id</th><th>Free slots</th></tr>\n");
    for found in cluster.task_managers() {
        let _ = writeln!(
            page,
            "<tr><td><a href=\"/v1/taskmanagers/{id}\">{id}</a></td><td>{} of {}</td></tr>",
            found.free_slots(),
            found.slots.len(),
            id = found.id,
        );
    }
    page.push_str("</table>\n</body></html>\n");
    page.into_bytes()
}

/// Text for a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_in_a_name_is_text() {
        assert_eq!(escaped("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}
