//! The configuration of pods in two parts: what everyone may read, and what not.

use std::path::Path;

use ops_core::conf::is_sensitive;
use ops_core::spec::{ClusterSpec, HighAvailabilityMode, TaskManagerGroup};
use secure_conf::kerberos::Platform as KerberosPlatform;
use zeroize::Zeroizing;

use super::names::Names;
use super::{LoginFiles, Request, Tls};
use crate::artifact::Artifact;
use crate::configuration::{self, Login, Node, Place, Settings, Target, client_log_files, document, take};
use crate::error::DeployError;

/// Where stores are in a container.
pub(crate) const STORES: &str = "/opt/flink/tls";
/// Where the login's files are.
pub(crate) const LOGIN: &str = "/opt/flink/kerberos";
const KEYTAB_PATH: &str = "/opt/flink/kerberos/flink.keytab";
const KRB5_PATH: &str = "/opt/flink/kerberos/krb5.conf";

/// The configuration of one kind of pod.
pub(crate) struct Part {
    /// What everyone may read.
    pub(crate) public: String,
    /// The lines with secrets.
    pub(crate) secret: Zeroizing<String>,
}

/// All kinds of pods.
pub(crate) struct Parts {
    pub(crate) job_manager: Part,
    /// By the names of their groups.
    pub(crate) task_managers: Vec<(String, Part)>,
    /// A conf directory for clients outside.
    pub(crate) client: Vec<Artifact>,
    /// The name of the file in Flink's conf directory.
    pub(crate) file_name: &'static str,
    /// The names of the Secrets with stores.
    pub(crate) has_internal: bool,
    pub(crate) has_rest: bool,
    pub(crate) has_login: bool,
}

impl Parts {
    pub(super) fn new(
        spec: &ClusterSpec,
        names: &Names,
        tls: &Tls,
        request: &Request<'_>,
    ) -> Result<Self, DeployError> {
        let service = names.with("jobmanager");
        let target = Target::Kubernetes { service: &service, namespace: &names.namespace };
        let part = |node: &Node<'_>| -> Result<Part, DeployError> {
            let settings = configuration::settings(spec, target, node);
            let doc = document(spec, node, &settings, &place(spec, node, tls), request.secrets)?;
            let (public, secret) = take(doc, is_sensitive)?;
            Ok(Part { public: public.to_text(), secret: Zeroizing::new(secret.to_text()) })
        };
        let groups = spec.task_managers.iter().map(|group: &TaskManagerGroup| {
            Ok((names.task_managers(spec, group), part(&Node::task_manager(group))?))
        });
        Ok(Self {
            job_manager: part(&Node::job_manager())?,
            task_managers: groups.collect::<Result<_, DeployError>>()?,
            client: client(spec, names, tls, request)?,
            file_name: spec.flink_version.dialect().file_name(),
            has_internal: tls.internal.is_some(),
            has_rest: tls.rest.is_some(),
            has_login: spec.security.kerberos.is_some(),
        })
    }
}

fn place<'a>(spec: &'a ClusterSpec, node: &Node<'_>, tls: &'a Tls) -> Place<'a> {
    Place {
        stores: STORES.into(),
        internal: tls.internal.as_ref(),
        rest: tls.rest.as_ref().filter(|_| node.job_manager),
        kerberos: login(spec),
    }
}

/// The login in a pod.
pub(crate) fn login(spec: &ClusterSpec) -> Option<Login<'_>> {
    spec.security.kerberos.as_ref().map(|kerberos| Login {
        kerberos,
        // Processes in pods of ours are told as those on hosts are: Flink's own key is read by its native integration only.
        platform: KerberosPlatform::Standalone,
        keytab: Path::new(KEYTAB_PATH),
        krb5_conf: Some(Path::new(KRB5_PATH)),
    })
}

/// A conf directory for `bin/flink` outside of the cluster.
fn client(
    spec: &ClusterSpec,
    names: &Names,
    tls: &Tls,
    request: &Request<'_>,
) -> Result<Vec<Artifact>, DeployError> {
    let node = Node::client();
    // The store's place is the user's; the directory is used where it is rendered, or copied to a gateway.
    let stores = spec.installation.configuration.join("tls");
    let material =
        tls.client.as_ref().or(tls.rest.as_ref()).filter(|_| spec.kubernetes.cert_manager.is_none());
    let place = Place { stores, internal: None, rest: material, kerberos: None };
    let host = spec.kubernetes.ingress.as_ref().map(|ingress| ingress.host.clone());
    let mut settings = Settings::new(spec.flink_version);
    settings.set(
        &["rest.address"],
        host.unwrap_or_else(|| "localhost".to_owned()),
        "The Ingress; or this machine, with `kubectl port-forward` to the REST Service.",
    );
    let port = if spec.kubernetes.ingress.is_some() { Some(443) } else { spec.rest.port };
    settings.set_if(&["rest.port"], port, "Its port.");
    let doc = document(spec, &node, &settings, &place, request.secrets)?;
    let mut files = vec![Artifact::secret(spec.flink_version.dialect().file_name(), doc.text().as_bytes())];
    files.push(Artifact::public(
        "flinkops.yaml",
        format!(
            "# What `flinkops conf lint` needs to know of this directory: for {}.\napiVersion: flinkops/v1\nprocesses: [client]\n",
            names.cluster
        ),
    ));
    files.extend(client_log_files().iter().map(|file| Artifact::public(file.name, file.text)));
    if let Some(material) = material {
        let [keystore, truststore] = material.files();
        let shown = tls.client.is_some().then_some(keystore);
        files.extend(shown.into_iter().chain([truststore]).map(|file| file.below(Path::new("tls"))));
    }
    Ok(files.into_iter().map(|file| file.below(Path::new("client"))).collect())
}

/// Whether pods talk to the API server.
pub(crate) fn needs_token(spec: &ClusterSpec) -> bool {
    spec.high_availability.mode == HighAvailabilityMode::Kubernetes
}

/// The Secret with the login's files, where they could be read.
pub(crate) fn login_data(login: &LoginFiles) -> [(String, Vec<u8>); 2] {
    let name = |path: &str| path.trim_start_matches(LOGIN).trim_start_matches('/').to_owned();
    [(name(KEYTAB_PATH), login.keytab.to_vec()), (name(KRB5_PATH), login.krb5_conf.clone().into_bytes())]
}
