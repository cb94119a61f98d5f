//! The security of the cluster: an authority, the leaves for it, their stores, and the configuration that
//! names them.

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use ops_core::spec::{ClusterSpec, Host, InternalTls, RestTls};
use ops_core::tls::{ClientIdentity, TrustAnchors};
use ops_core::version::FlinkVersion;
use pki::authority::{Authority, AuthorityRequest, LeafRequest};
use pki::certificate::KeyAlgorithm;
use pki::key::KeyKind;
use pki::names::SubjectAltName;
use pki::profile::Role;
use pki::store::{IssuedStores, StorePasswords, write_stores};
use secure_conf::ssl::{self, Change, ClientAuthentication, SslWiring, Stores};

use super::workspace::Workspace;
use crate::failure::Failure;

/// The stores of a secured cluster.
#[derive(Debug, Default)]
pub(crate) struct Secured {
    /// Of the processes among themselves.
    pub(crate) internal: Option<Issued>,
    /// Of the REST endpoint.
    pub(crate) rest: Option<Issued>,
    /// Of the client, if it must show a certificate.
    pub(crate) client: Option<Issued>,
}

/// A keystore and a truststore, and what opens them.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) stores: IssuedStores,
    pub(crate) passwords: StorePasswords,
    key: KeyAlgorithm,
}

/// Where the authority's certificate lies, for clients.
pub(crate) const CA_FILE: &str = "pki/ca.pem";

/// Creates the authority and issues what the cluster's security asks for.
pub(crate) fn issue(
    workspace: &Workspace,
    spec: &ClusterSpec,
    kind: KeyKind,
    now: Timestamp,
) -> Result<Secured, Failure> {
    let passphrase = Secret::generate();
    let request = AuthorityRequest::new(format!("{} CA", spec.name.as_str()).parse()?, now);
    let authority = Authority::create(&workspace.path("pki"), &request, &passphrase)?;
    let passphrase_file = workspace.path("pki").join("ca.passphrase");
    files::write(&passphrase_file, passphrase.expose().as_bytes(), Access::Private)?;

    let stores = workspace.directory("stores")?;
    let mut requests = Vec::new();
    if spec.security.internal == InternalTls::Mutual {
        requests.push(LeafRequest::new("internal".parse()?, Role::Internal, reachable(&spec.hosts())?, now));
    }
    if spec.security.rest != RestTls::Off {
        let hosts: Vec<_> = spec.job_managers.hosts.iter().collect();
        requests.push(LeafRequest::new("rest".parse()?, Role::RestServer, reachable(&hosts)?, now));
    }
    if spec.security.rest == RestTls::Mutual {
        requests.push(LeafRequest::new("client".parse()?, Role::RestClient, [], now));
    }
    let mut secured = Secured::default();
    for request in &mut requests {
        request.key = kind;
    }
    for leaf in authority.issue_all(&requests)? {
        let anchors = [authority.certificate().clone()];
        let passwords = StorePasswords::generate();
        let issued = Issued {
            stores: write_stores(&stores, &leaf, &anchors, &passwords)?,
            passwords,
            key: kind.algorithm(),
        };
        match leaf.role {
            Role::Internal => secured.internal = Some(issued),
            Role::RestServer => secured.rest = Some(issued),
            _ => secured.client = Some(issued),
        }
    }
    Ok(secured)
}

/// The hosts, and this machine under its own names: the CLI on a host says `localhost`.
fn reachable(hosts: &[&Host]) -> Result<Vec<SubjectAltName>, Failure> {
    let names = hosts.iter().map(ToString::to_string);
    let local = ["localhost", "127.0.0.1"].map(str::to_owned);
    names.chain(local).map(|name| SubjectAltName::host(&name).map_err(Failure::from)).collect()
}

impl Secured {
    /// One line about what was issued.
    pub(crate) fn describe(&self) -> String {
        let issued = [("internal", &self.internal), ("REST", &self.rest), ("client", &self.client)];
        let names: Vec<_> =
            issued.iter().filter(|(_, stores)| stores.is_some()).map(|(name, _)| *name).collect();
        if names.is_empty() {
            return "created a certificate authority; TLS is off, so it issued nothing".to_owned();
        }
        format!("created a certificate authority; issued PKCS#12 stores: {}", names.join(", "))
    }

    /// Sets what Flink needs to use the stores.
    pub(crate) fn wire(
        &self,
        document: &mut ConfDocument,
        version: FlinkVersion,
        rest: RestTls,
    ) -> Result<Vec<Change>, Failure> {
        let client_authentication = match rest {
            RestTls::Mutual => ClientAuthentication::Required,
            RestTls::ServerOnly | RestTls::Off => ClientAuthentication::None,
        };
        let wiring = SslWiring {
            internal: self.internal.as_ref().map(Issued::wired),
            rest: self
                .rest
                .as_ref()
                .map(|issued| ssl::RestTls { stores: issued.wired(), client_authentication }),
            ..SslWiring::default()
        };
        Ok(ssl::wire_ssl(document, version, &wiring)?)
    }
}

impl Issued {
    fn wired(&self) -> Stores {
        Stores::issued(&self.stores, &self.passwords, self.key)
    }

    /// The identity in the keystore.
    pub(crate) fn identity(&self) -> Result<ClientIdentity, Failure> {
        Ok(ClientIdentity::from_pkcs12_file(&self.stores.keystore, &self.passwords.keystore)?)
    }

    /// The authorities in the truststore.
    pub(crate) fn anchors(&self) -> Result<TrustAnchors, Failure> {
        Ok(TrustAnchors::from_pkcs12_file(&self.stores.truststore, &self.passwords.truststore)?)
    }
}
