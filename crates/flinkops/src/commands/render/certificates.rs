//! The certificates of a rendered cluster: from its authority, which is made if there is none, or from elsewhere.

use std::path::{Path, PathBuf};

use deploy::certificates::StoreDirectory;
use jiff::SignedDuration;
use ops_core::files::{Access, ensure_directory};
use ops_core::secret::{Secret, SecretSource};
use ops_core::spec::{ClusterSpec, Platform};
use pki::authority::{Authority, AuthorityRequest, LeafRequest, Register};
use pki::bulk::{BulkRequest, Outcome};
use pki::key::KeyKind;
use pki::node_stores::NodeStores;
use pki::profile::Validity;
use pki::store::Format;
use serde::Serialize;

use super::progress::Progress;
use crate::adapters;
use crate::commands::interruption::Interruption;
use crate::commands::pki::secrets::{NewPassphrase, passphrase};
use crate::failure::Failure;

/// Stores whose certificate has at least so long to live are kept.
const KEEP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was done for certificates; its fields are stable.
#[derive(Debug, Default, Serialize)]
pub(super) struct Certificates {
    /// Where the stores are; null where TLS is off.
    dir: Option<PathBuf>,
    /// The authority; null where a foreign one signs, or TLS is off.
    authority: Option<PathBuf>,
    /// Whether the authority was made.
    created: bool,
    issued: usize,
    kept: usize,
}

impl Certificates {
    pub(super) fn human(&self, dry_run: bool) -> String {
        let Some(dir) = &self.dir else { return "  TLS is off: no certificates\n".to_owned() };
        let Some(authority) = &self.authority else {
            return format!("  certificates of a foreign authority, from {}\n", dir.display());
        };
        let would = if dry_run { "would be " } else { "" };
        let made = match self.created {
            true => format!("{would}made in {}; keep its passphrase elsewhere", authority.display()),
            false => authority.display().to_string(),
        };
        format!("  certificates: {} {would}issued, {} kept (authority {made})\n", self.issued, self.kept)
    }
}

/// The certificates that the platforms ask for, with the kind of key and the life that the description wants.
pub(super) fn wanted(spec: &ClusterSpec, platforms: &[Platform]) -> Result<Vec<LeafRequest>, Failure> {
    let mut wanted = deploy::certificates::wanted(spec, platforms, adapters::now())?;
    let pki = &spec.security.pki;
    let key = key(spec)?;
    let validity = pki.days.map_or(Ok(Validity::LEAF), Validity::days)?;
    for leaf in &mut wanted {
        leaf.key = key;
        leaf.validity = validity;
        leaf.by = adapters::user();
    }
    Ok(wanted)
}

fn key(spec: &ClusterSpec) -> Result<KeyKind, Failure> {
    let kind: KeyKind = spec
        .security
        .pki
        .key_type
        .parse()
        .map_err(|error| Failure::usage(error).during("security.pki.keyType"))?;
    if kind == KeyKind::Ed25519 {
        return Err(Failure::usage(
            "security.pki.keyType: Flink's Java has no cipher suites for ed25519 everywhere",
        )
        .help("use p-256"));
    }
    Ok(kind)
}

/// The password of stores that cert-manager makes: generated once, and kept for the next rendering.
pub(super) fn store_password(out: &Path) -> Result<Secret, Failure> {
    let file = out.join("pki").join("store.password");
    if file.is_file() {
        return Ok(SecretSource::File(file).fetch(|_| None)?);
    }
    let password = Secret::generate();
    ensure_directory(out, Access::Private)?;
    ensure_directory(&out.join("pki"), Access::Private)?;
    let line = Secret::new(format!("{}\n", password.expose()));
    ops_core::files::write(&file, line.expose().as_bytes(), Access::Private)?;
    Ok(password)
}

/// What is to be there, and where.
pub(super) struct Plan<'a> {
    pub(super) spec: &'a ClusterSpec,
    /// The directory of the description, to which its paths are relative.
    pub(super) beside: &'a Path,
    pub(super) out: &'a Path,
    pub(super) wanted: Vec<LeafRequest>,
}

impl Plan<'_> {
    fn stores(&self) -> PathBuf {
        match &self.spec.security.pki.stores {
            Some(foreign) => self.beside.join(foreign),
            None => self.out.join("pki").join("stores"),
        }
    }

    fn authority(&self) -> PathBuf {
        match &self.spec.security.pki.authority {
            Some(dir) => self.beside.join(dir),
            None => self.out.join("pki").join("authority"),
        }
    }

    /// What would be done, without judging the stores that are there.
    pub(super) fn foresee(&self) -> Certificates {
        if self.wanted.is_empty() {
            return Certificates::default();
        }
        let dir = self.stores();
        if self.spec.security.pki.stores.is_some() {
            return Certificates { dir: Some(dir), ..Certificates::default() };
        }
        let is_there = |leaf: &&LeafRequest| {
            NodeStores::in_directory(&dir, &leaf.name, Format::Pkcs12(Default::default())).keystore.exists()
        };
        let kept = self.wanted.iter().filter(is_there).count();
        let authority = self.authority();
        let created = Register::open(&authority).is_err();
        let issued = self.wanted.len() - kept;
        Certificates { dir: Some(dir), authority: Some(authority), created, issued, kept }
    }

    /// Issues what is missing; afterwards every certificate has its stores.
    pub(super) fn issue(
        self,
        passphrase_from: Option<&str>,
        progress: &Progress,
        done: &mut Certificates,
    ) -> Result<StoreDirectory, Failure> {
        let key = key(self.spec)?;
        let dir = self.stores();
        let directory = StoreDirectory { path: dir.clone(), key };
        if self.wanted.is_empty() {
            return Ok(directory);
        }
        done.dir = Some(dir.clone());
        if self.spec.security.pki.stores.is_some() {
            self.check_foreign(&directory)?;
            return Ok(directory);
        }
        let place = self.authority();
        done.authority = Some(place.clone());
        let authority = if Register::open(&place).is_ok() || self.spec.security.pki.authority.is_some() {
            Authority::open(&place, &passphrase(&place, passphrase_from)?)?
        } else {
            done.created = true;
            self.create_authority(&place, key, passphrase_from)?
        };
        let total = self.wanted.len();
        let mut request = BulkRequest::new(self.wanted, dir);
        request.keep = KEEP;
        let bar = progress.bar(total);
        let interruption = Interruption::default();
        let nodes = std::thread::scope(|scope| {
            let (finished, listening) = tokio::sync::oneshot::channel::<()>();
            scope.spawn(|| interruption.listen(listening, total));
            let nodes = authority.issue_bulk(&request, &|one| {
                if let Some(bar) = bar {
                    bar.set_message(one.node.name.to_string());
                    bar.inc(1);
                }
                interruption.pass(one.done);
            });
            drop(finished);
            nodes
        })?;
        done.issued = nodes.iter().filter(|node| matches!(node.outcome, Outcome::Issued(_))).count();
        done.kept = nodes.len() - done.issued;
        Ok(directory)
    }

    fn check_foreign(&self, directory: &StoreDirectory) -> Result<(), Failure> {
        let missing: Vec<_> = self
            .wanted
            .iter()
            .filter(|leaf| directory.read(&leaf.name).is_err())
            .map(|leaf| leaf.name.as_str())
            .collect();
        let [first, rest @ ..] = &missing[..] else { return Ok(()) };
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        Err(Failure::usage(format!(
            "{} lacks the stores of {first}{more}: {first}.keystore.p12, {first}.truststore.p12 and their .password files",
            directory.path.display()
        ))
        .help(format!(
            "flinkops pki csr makes a request for {first}, and flinkops pki import stores what the authority answers"
        )))
    }

    fn create_authority(&self, place: &Path, key: KeyKind, from: Option<&str>) -> Result<Authority, Failure> {
        ensure_directory(self.out, Access::Private)?;
        if let Some(above) = place.parent() {
            ensure_directory(above, Access::Private)?;
        }
        let name = format!("{} Flink CA", self.spec.name).parse()?;
        let mut request = AuthorityRequest::new(name, adapters::now());
        request.key = if key.is_rsa() { KeyKind::Rsa3072 } else { KeyKind::P384 };
        request.by = adapters::user();
        let passphrase = NewPassphrase::new(place, from)?;
        let authority = Authority::create(place, &request, &passphrase.secret)?;
        passphrase.keep(place)?;
        Ok(authority)
    }
}
