//! When what was issued expires: a table for people and programs, and metrics for Prometheus' textfile collector.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::authority::{Record, Register};
use crate::certificate::CertificateInfo;
use crate::error::PkiError;

/// From when on a certificate is one to look after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Less than this left: plan its renewal.
    pub warning: SignedDuration,
    /// Less than this left: renew it now.
    pub critical: SignedDuration,
}

impl Default for Thresholds {
    /// 30 days and 7 days: a renewal of a Flink cluster needs restarts, and restarts need a maintenance window.
    fn default() -> Self {
        Self { warning: SignedDuration::from_hours(30 * 24), critical: SignedDuration::from_hours(7 * 24) }
    }
}

/// How a certificate stands. Ordered from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// A later certificate has taken its place; whether it expires concerns nobody.
    Superseded,
    /// It was revoked, which is an end of its own.
    Revoked,
    /// It is valid, and will be for a while.
    Valid,
    /// It is valid from a time to come.
    NotYetValid,
    /// It expires before the first threshold.
    Warning,
    /// It expires before the second threshold.
    Critical,
    /// It has expired.
    Expired,
}

impl State {
    /// `valid`, `warning` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Valid => "valid",
            Self::NotYetValid => "not-yet-valid",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Expired => "expired",
        }
    }

    /// The state of a certificate by its validity alone.
    pub fn of(not_before: Timestamp, not_after: Timestamp, thresholds: Thresholds, now: Timestamp) -> Self {
        let left = not_after.duration_since(now);
        if now > not_after {
            Self::Expired
        } else if left < thresholds.critical {
            Self::Critical
        } else if left < thresholds.warning {
            Self::Warning
        } else if now < not_before {
            Self::NotYetValid
        } else {
            Self::Valid
        }
    }
}

/// One certificate of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StatusRow {
    /// Its name.
    pub name: String,
    /// `authority`, `intermediate`, or the role of a leaf.
    pub kind: &'static str,
    /// Its serial number.
    pub serial: String,
    /// How it stands.
    pub state: State,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
    /// Whole days left; negative when it has expired.
    pub days_left: i64,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
    /// The subject alternative names.
    pub names: Vec<String>,
    /// Who issued it.
    pub by: Option<String>,
}

/// Which leaves the table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Include {
    /// Those in use: the newest of each name and role, unless revoked.
    #[default]
    Current,
    /// Every one.
    All,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StatusReport {
    /// When it was made.
    pub at: Timestamp,
    /// The authority first, then what expires first.
    pub certificates: Vec<StatusRow>,
    /// When the newest revocation list is due to be replaced.
    pub revocation_list_due: Option<Timestamp>,
}

impl StatusReport {
    /// Makes the table of an authority.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn new(
        register: &Register,
        include: Include,
        thresholds: Thresholds,
        now: Timestamp,
    ) -> Result<Self, PkiError> {
        let mut certificates = Vec::new();
        for der in register.chain() {
            let info = CertificateInfo::parse(&der)
                .map_err(|error| PkiError::crypto("read the authority's chain")(&error))?;
            certificates.push(StatusRow {
                name: info.subject,
                kind: "authority",
                serial: info.serial,
                state: State::of(info.not_before, info.not_after, thresholds, now),
                not_before: info.not_before,
                not_after: info.not_after,
                days_left: days_left(info.not_after, now),
                fingerprint_sha256: info.fingerprint_sha256,
                names: Vec::new(),
                by: None,
            });
        }
        let mut rest = Vec::new();
        for row in register.delegated()? {
            rest.push(StatusRow {
                name: row.name.to_string(),
                kind: "intermediate",
                serial: row.serial.to_string(),
                state: State::of(row.not_before, row.not_after, thresholds, now),
                not_before: row.not_before,
                not_after: row.not_after,
                days_left: days_left(row.not_after, now),
                fingerprint_sha256: row.fingerprint_sha256,
                names: Vec::new(),
                by: row.by,
            });
        }
        for record in register.records()? {
            let state = state(&record, thresholds, now);
            if include == Include::All || !matches!(state, State::Superseded | State::Revoked) {
                rest.push(StatusRow {
                    name: record.row.name.to_string(),
                    kind: record.row.role.name(),
                    serial: record.row.serial.to_string(),
                    state,
                    not_before: record.row.not_before,
                    not_after: record.row.not_after,
                    days_left: days_left(record.row.not_after, now),
                    fingerprint_sha256: record.row.fingerprint_sha256,
                    names: record.row.names.iter().map(ToString::to_string).collect(),
                    by: record.row.by,
                });
            }
        }
        rest.sort_by(|a, b| (a.not_after, &a.name).cmp(&(b.not_after, &b.name)));
        certificates.extend(rest);
        let revocation_list_due = register.last_list()?.map(|row| row.next_update);
        Ok(Self { at: now, certificates, revocation_list_due })
    }

    /// The worst state of any certificate in use.
    pub fn worst(&self) -> State {
        let states = self.certificates.iter().map(|row| row.state);
        states.filter(|state| *state >= State::Valid).max().unwrap_or(State::Valid)
    }

    /// The table in Prometheus' text format. Times are seconds since 1970; alerts compute what is left.
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        let labels = |row: &StatusRow| {
            format!("{{name=\"{}\",kind=\"{}\",serial=\"{}\"}}", escape(&row.name), row.kind, row.serial)
        };
        let in_use: Vec<_> = self.certificates.iter().filter(|row| row.state >= State::Valid).collect();
        let mut gauge = |name: &str, help: &str, value: &dyn Fn(&StatusRow) -> i64| {
            if in_use.is_empty() {
                return;
            }
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
            for row in &in_use {
                let _ = writeln!(text, "{name}{} {}", labels(row), value(row));
            }
        };
        gauge(
            "flinkops_certificate_not_after_seconds",
            "When the certificate expires, in seconds since 1970.",
            &|row| row.not_after.as_second(),
        );
        gauge(
            "flinkops_certificate_not_before_seconds",
            "When the certificate becomes valid, in seconds since 1970.",
            &|row| row.not_before.as_second(),
        );
        if let Some(due) = self.revocation_list_due {
            let name = "flinkops_revocation_list_next_update_seconds";
            let help = "By when the revocation list has to be replaced, in seconds since 1970.";
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {}", due.as_second());
        }
        let name = "flinkops_certificate_status_timestamp_seconds";
        let help = "When these metrics were written, in seconds since 1970.";
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {}", self.at.as_second());
        text
    }
}

/// Whole days left, rounded down.
fn days_left(not_after: Timestamp, now: Timestamp) -> i64 {
    (not_after.as_second() - now.as_second()).div_euclid(24 * 3600)
}

fn state(record: &Record, thresholds: Thresholds, now: Timestamp) -> State {
    if record.revoked.is_some() {
        State::Revoked
    } else if record.superseded_by.is_some() {
        State::Superseded
    } else {
        State::of(record.row.not_before, record.row.not_after, thresholds, now)
    }
}

fn escape(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_the_thresholds() {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let state = |now| State::of(at(0), at(100 * 24), Thresholds::default(), at(now));
        assert_eq!(state(-1), State::NotYetValid);
        assert_eq!(state(70 * 24), State::Valid);
        assert_eq!(state(70 * 24 + 1), State::Warning);
        assert_eq!(state(93 * 24 + 1), State::Critical);
        assert_eq!(state(100 * 24), State::Critical);
        assert_eq!(state(100 * 24 + 1), State::Expired);
        assert_eq!((days_left(at(23), at(0)), days_left(at(0), at(1))), (0, -1));
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escape("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
