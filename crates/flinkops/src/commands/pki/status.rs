//! `flinkops pki status`.

use std::path::PathBuf;

use clap::Args;
use jiff::SignedDuration;
use ops_core::files::{self, Access};
use pki::status::{Include, State, StatusReport, Thresholds};

use super::authority::RegisterOptions;
use super::bytes::STDIN;
use super::written::day;
use crate::failure::Failure;
use crate::output::{Output, style, table};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki status --dir pki
  flinkops pki status --dir pki --warning 45 --critical 14 -o json
  flinkops pki status --dir pki --quiet --prometheus /var/lib/node_exporter/flinkops_pki.prom

Exit code: 0 nothing expires before the thresholds, 1 something does or has expired, 2 the
authority cannot be read. No passphrase is needed.")]
pub(crate) struct Options {
    #[command(flatten)]
    register: RegisterOptions,
    /// What was revoked or has a successor too.
    #[arg(short, long)]
    all: bool,
    /// Warn about what expires within so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    warning: u32,
    /// Call it critical within so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    critical: u32,
    /// Write metrics for Prometheus' textfile collector; `-` prints them instead of the table.
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    if options.critical > options.warning {
        return Err(Failure::usage(format!(
            "--critical {} comes before --warning {}",
            options.critical, options.warning
        ))
        .help("give the larger number of days to --warning"));
    }
    let thresholds = Thresholds { warning: days(options.warning), critical: days(options.critical) };
    let include = if options.all { Include::All } else { Include::Current };
    let now = adapters::now();
    let report = StatusReport::new(&options.register.open()?, include, thresholds, now)?;
    match options.prometheus.as_deref() {
        Some(file) if file.as_os_str() == STDIN => output.text(&report.prometheus())?,
        Some(file) => {
            files::write(file, report.prometheus().as_bytes(), Access::Public)?;
            if !output.is_quiet() {
                output.result(&report, human)?;
            }
        }
        None => output.result(&report, human)?,
    }
    if report.revocation_list_due.is_some_and(|due| due < now) {
        output.warning("the revocation list is overdue; flinkops pki revoke --list-only signs another one");
    }
    Ok(if report.worst() >= State::Warning { exit::FINDINGS } else { exit::DONE })
}

fn human(report: &StatusReport) -> String {
    let rows = report.certificates.iter().map(|row| {
        [
            row.state.name().to_owned(),
            row.name.clone(),
            row.kind.to_owned(),
            day(row.not_after),
            row.days_left.to_string(),
            row.serial.clone(),
            row.names.join(" "),
        ]
    });
    let plain = table(["STATE", "NAME", "KIND", "VALID UNTIL", "DAYS LEFT", "SERIAL", "NAMES"], rows);
    // Colours would count as width inside of the table, so they are put in afterwards; the state comes first in a row.
    let mut lines = plain.lines();
    let heading = style::HEADING;
    let mut text = format!("{heading}{}{heading:#}\n", lines.next().unwrap_or_default());
    for (line, row) in lines.zip(&report.certificates) {
        let colour = match row.state {
            State::Valid => style::GOOD,
            State::Warning | State::NotYetValid => style::WARNING,
            State::Critical | State::Expired => style::ERROR,
            _ => style::FAINT,
        };
        let (state, rest) = line.split_at(row.state.name().len().min(line.len()));
        text.push_str(&format!("{colour}{state}{colour:#}{rest}\n"));
    }
    if let Some(due) = report.revocation_list_due {
        text.push_str(&format!("\nthe next revocation list is due on {}\n", day(due)));
    }
    text
}
