//! What is judged: rules, and queries of dashboards.

use crate::alerts::{RECORDINGS, Settings};

/// A rule or a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The alert, the recorded value, or the panel.
    pub name: String,
    /// The name that a recorded value gets.
    pub records: Option<String>,
    /// The PromQL.
    pub expression: String,
    /// Texts that may show labels of the result.
    pub annotations: Vec<String>,
}

/// Everything that flinkops writes itself: the rules with these settings, and the dashboards.
pub fn own(settings: &Settings) -> Vec<Subject> {
    let recordings = RECORDINGS.iter().map(|recording| Subject {
        name: recording.name.to_owned(),
        records: Some(recording.name.to_owned()),
        expression: recording.expression.to_owned(),
        annotations: Vec::new(),
    });
    let alerts = settings.wanted().map(|alert| {
        let texts = alert.texts(settings.language);
        Subject {
            name: alert.name.to_owned(),
            records: None,
            expression: (alert.expression)(&settings.chosen(alert)),
            annotations: [texts.summary, texts.description, alert.command].map(str::to_owned).to_vec(),
        }
    });
    let panels = crate::dashboards::ALL.iter().flat_map(|dashboard| {
        dashboard.queries().map(|(panel, expression)| Subject {
            name: format!("{}: {panel}", dashboard.title),
            records: None,
            expression,
            annotations: Vec::new(),
        })
    });
    recordings.chain(alerts.filter(|alert| !alert.expression.is_empty())).chain(panels).collect()
}
