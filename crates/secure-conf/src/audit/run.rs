//! All checks over all hosts.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::{SignedDuration, Timestamp};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use super::finding::{Finding, Report};
use super::host::Host;
use super::place::{self, AuditError};
use super::{clients, exposure, ignored, kerberos, manifests, peers, secrets, wiring};
use crate::ssl::{Examination, Examined, Identity, Opened, Side, StoreReader, examine};

/// What is to be checked, and by which measures.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The paths.
    pub targets: Vec<Target>,
    /// The present time.
    pub now: Timestamp,
    /// What expires in less than this is a warning.
    pub warn_before: SignedDuration,
}

/// A configuration file, a conf directory, or a tree that holds one for each host.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path.
    pub path: PathBuf,
    /// The Flink that reads it.
    pub version: FlinkVersion,
    /// Who reads it.
    pub side: Side,
}

impl Request {
    /// Warning a month ahead.
    pub fn new(targets: Vec<Target>, now: Timestamp) -> Self {
        Self { targets, now, warn_before: SignedDuration::from_hours(24 * 30) }
    }
}

/// Checks everything, offline.
///
/// # Errors
/// A path cannot be looked into, or holds no configuration. What is wrong with a configuration is a finding.
pub fn audit(request: &Request) -> Result<Report, AuditError> {
    let mut findings = Vec::new();
    let mut hosts = Vec::new();
    for target in &request.targets {
        let found = place::find(&target.path)?;
        let read = |place| Host::read(place, target.version, target.side, &mut findings);
        hosts.extend(found.places.into_iter().filter_map(read));
        found.manifests.iter().for_each(|manifest| manifests::check(manifest, &mut findings));
    }
    let opened = Opened::default();
    let named = hosts.iter().any(|host| host.side == Side::Cluster && host.is_named_master());
    let examined = on_all_cores(&hosts, |host| one(request, host, named, &opened));
    let mut handshakes = 0;
    let mut members = Vec::new();
    for (host, (examined, found)) in hosts.iter().zip(&examined) {
        findings.extend(found.iter().cloned());
        handshakes += examined.handshakes;
        members.push((host, examined));
    }
    handshakes += peers::check(&members, request.now, &mut findings);
    clients::check(&members, request.now, &mut findings);
    findings.sort_by(|a, b| {
        (&a.file, a.line, a.column, a.code, &a.key).cmp(&(&b.file, b.line, b.column, b.code, &b.key))
    });
    let mut report = Report { findings, ..Report::default() };
    report.checked.hosts = hosts.len();
    report.checked.stores = opened.count();
    report.checked.handshakes = handshakes;
    Ok(report)
}

/// A configured REST endpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RestEndpoint {
    /// The configuration of the JobManager.
    pub doc: ConfDocument,
    /// What the endpoint should show; `None` where it has no TLS, or its keystore does not open.
    pub identity: Option<Identity>,
}

/// The REST endpoint of the first host of the cluster that runs a JobManager, as far as names tell.
///
/// # Errors
/// As for [`audit`].
pub fn rest_endpoint(request: &Request) -> Result<Option<RestEndpoint>, AuditError> {
    let mut hosts = Vec::new();
    for target in request.targets.iter().filter(|target| target.side == Side::Cluster) {
        let places = place::find(&target.path)?.places.into_iter();
        hosts.extend(
            places.filter_map(|place| Host::read(place, target.version, target.side, &mut Vec::new())),
        );
    }
    let at = hosts.iter().position(Host::is_named_master).unwrap_or(0);
    let Some(host) = hosts.into_iter().nth(at) else { return Ok(None) };
    let opened = Opened::default();
    let reader = StoreReader::below(host.roots.clone(), &opened);
    let examined = examine(&Examination::new(&host.doc, host.version, request.now, &reader));
    let identity = examined.rest.and_then(|material| material.identity);
    Ok(Some(RestEndpoint { doc: host.doc, identity }))
}

fn one(request: &Request, host: &Host, named: bool, opened: &Opened) -> (Examined, Vec<Finding>) {
    let reader = StoreReader::below(host.roots.clone(), opened);
    let mut examination = Examination::new(&host.doc, host.version, request.now, &reader);
    examination.warn_before = Some(request.warn_before);
    examination.side = host.side;
    examination.masters = &host.masters;
    let mut examined = examine(&examination);
    let mut findings = Vec::new();
    let found = std::mem::take(&mut examined.findings);
    findings.extend(found.into_iter().map(|finding| wiring::translate(host, finding)));
    ignored::check(host, &examination, &mut findings);
    secrets::check(host, &examined, &reader, &mut findings);
    kerberos::check(host, &reader, &mut findings);
    if host.side == Side::Cluster {
        exposure::internal(host, &examination, &mut findings);
        if !named || host.is_named_master() {
            exposure::rest(host, &examination, &mut findings);
        }
    }
    (examined, findings)
}

/// The results in the order of the items.
fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
