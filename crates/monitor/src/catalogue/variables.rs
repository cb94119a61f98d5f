//! What a reporter's configuration makes of labels: `scope.variables.excludes` and `scope.variables.additional`.

use super::metric::Metric;

/// The two options of a reporter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    excluded: Vec<String>,
    additional: Vec<String>,
}

impl Variables {
    /// Of the values as they stand in a configuration: names between semicolons, and `name:value` between commas.
    pub fn new(excludes: Option<&str>, additional: Option<&str>) -> Self {
        let names = |text: &str, separator: char| -> Vec<String> {
            text.split(separator)
                .map(|name| name.trim().trim_matches(['<', '>']))
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self {
            excluded: excludes.map(|text| names(text, ';')).unwrap_or_default(),
            additional: additional
                .map(|text| {
                    names(text, ',')
                        .iter()
                        .filter_map(|pair| Some(pair.split_once(':')?.0.trim().to_owned()))
                        .collect()
                })
                .unwrap_or_default(),
        }
    }

    /// The labels that a metric then has.
    pub fn labels(&self, metric: &Metric) -> Vec<String> {
        let own = metric.all_labels().filter(|label| !self.excluded.iter().any(|excluded| excluded == label));
        own.map(str::to_owned).chain(self.additional.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::find_series;

    #[test]
    fn labels_are_left_out_and_added() {
        let metric = find_series("flink_jobmanager_job_uptime")[0].metric;
        assert_eq!(Variables::default().labels(metric), ["host", "job_id", "job_name"]);
        let changed = Variables::new(Some("host; job_id"), Some("region:eu,stage:prod"));
        assert_eq!(changed.labels(metric), ["job_name", "region", "stage"]);
    }
}
