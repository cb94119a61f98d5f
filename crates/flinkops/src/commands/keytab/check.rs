//! `flinkops keytab check`: offline, and at the KDC.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use secure_conf::kdc::{KeyOutcome, LoginCheck, LoginReport, Network, check_login};
use secure_conf::kerberos::krb5_conf::{KdcAddress, Krb5Conf};
use secure_conf::kerberos::{Code, Expectations, Finding, check_keytab, check_krb5_conf};
use secure_conf::keytab::{Keytab, Principal};
use secure_conf::ssl::Severity;
use serde::Serialize;

use super::entries::{Shown, rows};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops keytab check flink.keytab --principal flink@EXAMPLE.COM --krb5-conf /etc/krb5.conf
  flinkops keytab check flink.keytab --kdc kdc.example.com
  flinkops keytab check flink.keytab --krb5-conf /etc/krb5.conf --live --service zookeeper/zk-1.example.com

Offline: who is in it, encryption types against krb5.conf and Java 17, versions, duplicates, mode and owner.
With --kdc or --live it also logs in, over UDP and TCP, with an encrypted timestamp. KDCs lock accounts after
several wrong keys, so at most two are sent for each principal.
Exit code: 0 nothing at or above --fail-on, 1 findings, 2 wrong input, 3 no KDC answered.")]
pub(crate) struct Options {
    /// The keytab.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who must be in it, and logs in [default: everybody who is in it].
    #[arg(short, long, value_name = "PRINCIPAL")]
    principal: Option<String>,
    /// The krb5.conf that its users will have.
    #[arg(long, value_name = "FILE")]
    krb5_conf: Option<PathBuf>,
    /// The version that its newest keys must have.
    #[arg(long, value_name = "NUMBER")]
    kvno: Option<u32>,
    /// The user id that must own the file.
    #[arg(long, value_name = "UID")]
    owner: Option<u32>,
    /// A KDC to log in at, as HOST, HOST:PORT, udp/HOST or tcp/HOST; several are tried in turn.
    #[arg(long = "kdc", value_name = "ADDRESS")]
    kdcs: Vec<KdcAddress>,
    /// Log in at the KDCs that --krb5-conf names.
    #[arg(long, requires = "krb5_conf")]
    live: bool,
    /// After the login, get a ticket for this service, and open it if the keytab has the service's key.
    #[arg(long, value_name = "PRINCIPAL")]
    service: Option<String>,
    /// How long one KDC may take, in seconds, over UDP and over TCP.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    timeout: u64,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    #[default]
    Warning,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Checked {
    keytab: PathBuf,
    entries: Vec<Shown>,
    /// What the KDC said, for each principal that was to log in.
    logins: Vec<LoginReport>,
    /// Everything that is wrong, what the KDC said included.
    findings: Vec<Finding>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let krb5_conf = options.krb5_conf.as_deref().map(read_krb5_conf).transpose()?;
    let default_realm = krb5_conf.as_ref().and_then(Krb5Conf::default_realm);
    let parse = |text: &String, realm: Option<&str>| Principal::parse(text, realm).map_err(Failure::usage);
    let principal = options.principal.as_ref().map(|text| parse(text, default_realm)).transpose()?;
    let is_live = options.live || !options.kdcs.is_empty();
    if options.service.is_some() && !is_live {
        return Err(Failure::usage("a ticket for a service needs a login, and no KDC was named")
            .help("add --kdc HOST:PORT, or --live with --krb5-conf FILE"));
    }
    let expected = Expectations {
        principal: principal.as_ref(),
        krb5_conf: krb5_conf.as_ref(),
        owner: options.owner,
        kvno: options.kvno,
    };
    let (keytab, mut findings) = check_keytab(&options.file, &expected);
    let keytab = keytab.unwrap_or_default();
    let principals = principals(&keytab, principal.as_ref());
    if let (Some(path), Some(conf)) = (&options.krb5_conf, &krb5_conf) {
        let mut realms: Vec<_> = principals.iter().map(|principal| principal.realm_text()).collect();
        realms.sort();
        realms.dedup();
        let realms: Vec<_> = realms.iter().map(String::as_str).filter(|_| options.kdcs.is_empty()).collect();
        findings.extend(check_krb5_conf(path, conf, &realms));
    }
    let mut logins = Vec::new();
    if is_live {
        let network = Network::new(Duration::from_secs(options.timeout), adapters::now);
        for principal in &principals {
            let realm = principal.realm_text();
            let service = options.service.as_ref().map(|text| parse(text, Some(&realm))).transpose()?;
            let kdcs = kdcs(options, krb5_conf.as_ref(), &realm);
            let report = check_login(&LoginCheck {
                principal,
                keytab: &keytab,
                kdcs: &kdcs,
                service: service.as_ref(),
                transport: &network,
                clock: &adapters::now,
            });
            findings.extend(report.findings.iter().cloned());
            logins.push(report);
        }
    }
    let checked =
        Checked { keytab: options.file.clone(), entries: Shown::all(&keytab.entries), logins, findings };
    output.result(&checked, human)?;
    Ok(code(&checked.findings, options.fail_on))
}

fn read_krb5_conf(path: &Path) -> Result<Krb5Conf, Failure> {
    Krb5Conf::read(path).map_err(Failure::from)
}

/// Who is to log in: who was named, or everybody, unless the keytab has nothing for them.
fn principals(keytab: &Keytab, named: Option<&Principal>) -> Vec<Principal> {
    let all =
        keytab.principals().into_iter().filter(|principal| named.is_none_or(|named| named == *principal));
    all.cloned().collect()
}

/// The KDCs that were named, or those of krb5.conf. An address that is none is a finding of its own.
fn kdcs(options: &Options, krb5_conf: Option<&Krb5Conf>, realm: &str) -> Vec<KdcAddress> {
    if !options.kdcs.is_empty() {
        return options.kdcs.clone();
    }
    krb5_conf.and_then(|conf| conf.kdcs(realm).ok()).unwrap_or_default()
}

fn code(findings: &[Finding], fail_on: FailOn) -> u8 {
    let counts = |finding: &&Finding| fail_on == FailOn::Warning || finding.severity == Severity::Error;
    if findings.iter().any(|finding| finding.code == Code::KdcUnreachable) {
        exit::UNREACHABLE
    } else if findings.iter().any(|finding| counts(&finding)) {
        exit::FINDINGS
    } else {
        exit::DONE
    }
}

fn human(checked: &Checked) -> String {
    let mut text = if checked.entries.is_empty() { String::new() } else { rows(&checked.entries) };
    let (good, heading) = (style::GOOD, style::HEADING);
    for report in &checked.logins {
        if let Some(login) = &report.login {
            let _ = writeln!(
                text,
                "{good}logged in{good:#} {heading}{}{heading:#} with {}, kvno {}; ticket until {}",
                report.principal, login.etype, login.kvno, login.ticket_until
            );
        }
        for key in report.keys.iter().filter(|key| key.outcome != KeyOutcome::Right) {
            let outcome = if key.outcome == KeyOutcome::Wrong { "wrong" } else { "unknown to the KDC" };
            let _ = writeln!(text, "  {outcome}: {}, kvno {}", key.etype, key.kvno);
        }
        if let Some(ticket) = &report.service {
            let kvno = ticket.kvno.map_or_else(String::new, |kvno| format!(", kvno {kvno}"));
            let opened = match ticket.opened {
                Some(true) => "; the keytab opens it",
                Some(false) => "; the keytab does not open it",
                None => "",
            };
            let _ = writeln!(
                text,
                "{good}ticket{good:#} for {} with {}{kvno}{opened}",
                ticket.service, ticket.etype
            );
        }
    }
    for finding in &checked.findings {
        write_finding(&mut text, finding);
    }
    if checked.findings.is_empty() {
        let _ = writeln!(text, "{good}nothing found{good:#}");
    }
    text
}

/// One finding, as the checks of Kerberos print it.
pub(crate) fn write_finding(text: &mut String, finding: &Finding) {
    let (severity, label) = match finding.severity {
        Severity::Warning => (style::WARNING, "warning"),
        _ => (style::ERROR, "error"),
    };
    let code = serde_json::to_value(finding.code).ok().and_then(|code| code.as_str().map(str::to_owned));
    let help = style::HELP;
    let _ = writeln!(
        text,
        "{severity}{label}[{}]{severity:#} {}: {}\n  {help}help:{help:#} {}",
        code.unwrap_or_default(),
        finding.subject,
        finding.evidence,
        finding.mend
    );
}
