//! Alerts for Prometheus on what Flink really exports: one rule a file, each with cases that say when it fires and when it
//! stays silent.
//!
//! | module | what it holds |
//! |---|---|
//! | `alert` | what an alert consists of, and what of it can be set |
//! | `case` | when an alert fires, and when it does not: the unit tests that come with it |
//! | `recording` | values that several rules and dashboards share |
//! | `registry` | every alert, by name |
//! | `rules` | the alerts, one a file |
//! | `settings` | thresholds and windows as the user wants them |
//! | `render` | rule files, `PrometheusRule` objects, promtool's unit tests |
//! | `routes` | an example of routes for Alertmanager |
//! | `runbook` | the page that annotations link to |

mod alert;
mod case;
mod recording;
mod registry;
mod render;
mod routes;
mod rules;
mod runbook;
mod settings;

pub use alert::{Alert, Group, Language, Parameter, Severity, Texts, Value};
pub use case::{Case, Fired};
pub use recording::{RECORDINGS, Recording};
pub use registry::{all, find};
pub use render::{Form, rules, unit_tests};
pub use routes::routes;
pub use runbook::{explain, page};
pub use settings::{Chosen, Expected, RUNBOOK, SettingError, Settings};
