//! What a dashboard consists of, before Grafana's form of it.

/// A dashboard.
#[derive(Debug)]
pub struct Dashboard {
    /// The name of its file, and the end of its uid.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// What can be chosen on it.
    pub variables: &'static [Variable],
    /// Its rows, from the top.
    pub rows: &'static [Row],
}

/// Something that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The cluster, `$cluster`.
    Cluster,
    /// The job, by its name, `$job_name`.
    Job,
}

/// A row with a title.
#[derive(Debug)]
pub struct Row {
    /// The title.
    pub title: &'static str,
    /// The panels, from the left.
    pub panels: &'static [Panel],
}

/// A panel.
#[derive(Debug)]
pub struct Panel {
    /// The title.
    pub title: &'static str,
    /// What it shows and what to look for.
    pub description: &'static str,
    /// How it is drawn.
    pub shape: Shape,
    /// The unit of its values.
    pub unit: Unit,
    /// What it asks for.
    pub targets: &'static [Target],
}

/// How a panel is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines over time.
    Lines,
    /// One large number for each series.
    Numbers,
    /// A table of what is there now.
    Table,
}

/// The unit of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number.
    Count,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// 0 to 1.
    Ratio,
    /// A second.
    PerSecond,
    /// Bytes a second.
    BytesPerSecond,
    /// Seconds since 1970 times a thousand.
    Date,
}

/// A query, and how its series are called.
#[derive(Debug)]
pub struct Target {
    /// PromQL with `$cluster`, `$job_name` and `$__rate_interval`.
    pub expression: &'static str,
    /// The legend, with labels in double braces.
    pub legend: &'static str,
}

impl Dashboard {
    /// The panels with their queries, as Prometheus can be asked: everything is chosen.
    pub fn queries(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let panels = self.rows.iter().flat_map(|row| row.panels);
        panels
            .flat_map(|panel| panel.targets.iter().map(|target| (panel.title, everything(target.expression))))
    }
}

fn everything(expression: &str) -> String {
    expression.replace("$cluster", ".*").replace("$job_name", ".+").replace("$__rate_interval", "5m")
}
