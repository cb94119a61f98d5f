//! Certificate signing requests (PKCS#10): made here for a foreign authority, and read from anyone who asks to have
//! one signed.
//!
//! A request that was read is proven: its signature was made with the private key of the public key in it.

use std::fmt;

use rcgen::PublicKeyData as _;
use serde::Serialize;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::cri_attributes::ParsedCriAttribute;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer as _, GeneralName};

use crate::error::PkiError;
use crate::key::{KeyKind, PrivateKey, PublicKeyKind, SigningKey, UnfitKey};
use crate::names::{LeafName, NameError, SubjectAltName};
use crate::pem;
use crate::profile::{self, Role};
use crate::public_key::{self, SignatureProblem};

/// A request with a thousand names is about 30 KB.
const MAX_REQUEST: usize = 256 << 10;
/// More names than any host has.
const MAX_NAMES: usize = 1000;

/// Why a signing request cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// It is something else, or damaged.
    #[error("it is no signing request in PKCS#10, PEM or DER: {reason}")]
    Unreadable {
        /// What was found.
        reason: String,
    },
    /// The signature does not prove that the sender has the key.
    #[error(
        "the request of {subject} does not prove that its sender has the private key: {reason}; let the sender make it anew"
    )]
    Unproven {
        /// The subject of the request.
        subject: String,
        /// What is wrong with the signature.
        reason: String,
    },
    /// Its key is too weak or of an unknown kind.
    #[error("the request of {subject} cannot be signed: {problem}")]
    Key {
        /// The subject of the request.
        subject: String,
        /// What is wrong with the key.
        problem: UnfitKey,
    },
    /// It asks for the rights of an authority.
    #[error(
        "REFUSED: the request of {subject} asks for the certificate of an authority ({asks}), with which its holder could issue certificates for any host; if that is meant, sign it as an intermediate authority"
    )]
    WantsAuthority {
        /// The subject of the request.
        subject: String,
        /// Where it asks.
        asks: &'static str,
    },
    /// A leaf's request where that of an authority is needed.
    #[error("the request of {subject} does not ask for the certificate of an authority; sign it as a leaf")]
    NoAuthority {
        /// The subject of the request.
        subject: String,
    },
    /// One of its names fits into no certificate.
    #[error(
        "the request of {subject} holds a name that fits into no certificate: {problem}; give the names to certify instead"
    )]
    Name {
        /// The subject of the request.
        subject: String,
        /// What is wrong with the name.
        problem: NameError,
    },
    /// Its common name cannot name a leaf.
    #[error(
        "the common name of the request, {common_name}, cannot name a certificate and its files; give a name"
    )]
    CommonName {
        /// What it has as its common name.
        common_name: String,
    },
    /// It has hundreds of names.
    #[error(
        "the request of {subject} holds {count} names, and {MAX_NAMES} are the most that flinkops certifies"
    )]
    TooManyNames {
        /// The subject of the request.
        subject: String,
        /// How many.
        count: usize,
    },
}

/// A signing request that was read, with proof that its sender has the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateRequest {
    /// The subject asked for, as `CN=…, O=…`.
    pub subject: String,
    /// The first common name in it.
    pub common_name: Option<String>,
    /// The names asked for that flinkops certifies: host names, addresses, URIs.
    pub names: Vec<SubjectAltName>,
    /// Names of other forms, and other extensions: what a certificate will not have, whatever the request says.
    pub left_out: Vec<String>,
    /// The kind of its key.
    pub key: PublicKeyKind,
    /// Where it asks for the rights of an authority, if it does.
    pub wants_authority: Option<&'static str>,
    /// The subject public key info, in DER.
    #[serde(skip)]
    pub public_key: Vec<u8>,
}

impl CertificateRequest {
    /// Reads a request in PEM (`CERTIFICATE REQUEST` or `NEW CERTIFICATE REQUEST`, as keytool writes it) or in DER.
    ///
    /// # Errors
    /// It is none, it holds several, its key is unfit, or its signature is not one of that key.
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        let unreadable = |reason: String| RequestError::Unreadable { reason };
        if bytes.len() > MAX_REQUEST {
            return Err(unreadable(format!("it is {} bytes long", bytes.len())));
        }
        if !pem::looks_like_pem(bytes) {
            return Self::parse_der(bytes);
        }
        let blocks = pem::blocks(bytes).map_err(|error| unreadable(error.to_string()))?;
        let mut requests = blocks.iter().filter(|block| block.label.ends_with("CERTIFICATE REQUEST"));
        match (requests.next(), requests.next()) {
            (Some(request), None) => Self::parse_der(&request.der),
            (Some(_), Some(_)) => Err(unreadable("it holds several; sign them one by one".to_owned())),
            (None, _) => {
                let labels: Vec<_> = blocks.iter().map(|block| block.label.as_str()).collect();
                let found = if labels.is_empty() { "nothing".to_owned() } else { labels.join(", ") };
                Err(unreadable(format!("it holds {found}")))
            }
        }
    }

    fn parse_der(der: &[u8]) -> Result<Self, RequestError> {
        let unreadable = |reason: &dyn fmt::Display| RequestError::Unreadable { reason: reason.to_string() };
        let (rest, request) = X509CertificationRequest::from_der(der).map_err(|error| unreadable(&error))?;
        if !rest.is_empty() {
            return Err(unreadable(&format_args!("{} bytes follow it", rest.len())));
        }
        let info = &request.certification_request_info;
        let subject = info.subject.to_string();
        let key = public_key::kind(info.subject_pki.raw)
            .map_err(|problem| RequestError::Key { subject: subject.clone(), problem })?;
        let signed = public_key::verify(
            &info.subject_pki,
            &request.signature_algorithm,
            &request.signature_value.data,
            info.raw,
        );
        signed.map_err(|problem| RequestError::Unproven {
            subject: subject.clone(),
            reason: match problem {
                SignatureProblem::Wrong => "its signature was not made with that key".to_owned(),
                SignatureProblem::Unsupported(what) => what,
            },
        })?;
        let mut read = Self {
            common_name: info
                .subject
                .iter_common_name()
                .find_map(|name| name.as_str().ok().map(str::to_owned)),
            names: Vec::new(),
            left_out: Vec::new(),
            key,
            wants_authority: None,
            public_key: info.subject_pki.raw.to_vec(),
            subject,
        };
        for attribute in info.iter_attributes() {
            let ParsedCriAttribute::ExtensionRequest(requested) = attribute.parsed_attribute() else {
                continue;
            };
            for extension in &requested.extensions {
                read.take(&extension.oid.to_id_string(), extension.parsed_extension())?;
            }
        }
        Ok(read)
    }

    /// Notes what an extension asks for. Nothing of it gets into a certificate but the names.
    fn take(&mut self, oid: &str, extension: &ParsedExtension<'_>) -> Result<(), RequestError> {
        match extension {
            ParsedExtension::SubjectAlternativeName(names) => {
                let count = names.general_names.len();
                if count > MAX_NAMES {
                    return Err(RequestError::TooManyNames { subject: self.subject.clone(), count });
                }
                for name in &names.general_names {
                    self.take_name(name)?;
                }
            }
            ParsedExtension::BasicConstraints(constraints) => {
                if constraints.ca {
                    self.wants_authority = Some("CA:TRUE in its basic constraints");
                }
            }
            ParsedExtension::KeyUsage(usage) => {
                if usage.key_cert_sign() || usage.crl_sign() {
                    self.wants_authority.get_or_insert("keyCertSign or cRLSign in its key usage");
                }
            }
            // The profile decides on these, and the key identifier is computed.
            ParsedExtension::ExtendedKeyUsage(_) | ParsedExtension::SubjectKeyIdentifier(_) => {}
            ParsedExtension::ParseError { .. } => {
                let reason = format!("its extension {oid} cannot be read");
                return Err(RequestError::Unreadable { reason });
            }
            _ => self.left_out.push(format!("the extension {oid}")),
        }
        Ok(())
    }

    fn take_name(&mut self, name: &GeneralName<'_>) -> Result<(), RequestError> {
        let text = match name {
            GeneralName::DNSName(name) => format!("dns:{name}"),
            GeneralName::URI(uri) => format!("uri:{uri}"),
            GeneralName::IPAddress(bytes) => {
                let v4 = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
                match v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from)) {
                    Ok(address) => format!("ip:{address}"),
                    Err(_) => {
                        let reason = format!("it holds an address of {} bytes", bytes.len());
                        return Err(RequestError::Unreadable { reason });
                    }
                }
            }
            other => {
                self.left_out.push(format!("the name {other}"));
                return Ok(());
            }
        };
        let name =
            text.parse().map_err(|problem| RequestError::Name { subject: self.subject.clone(), problem })?;
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        Ok(())
    }

    /// A name for the leaf, from the common name asked for.
    ///
    /// # Errors
    /// The request has none, or one that cannot name files.
    pub fn leaf_name(&self) -> Result<LeafName, RequestError> {
        let common_name = self.common_name.clone().unwrap_or_else(|| "which is none".to_owned());
        self.common_name
            .as_deref()
            .and_then(|name| name.parse().ok())
            .ok_or(RequestError::CommonName { common_name })
    }
}

/// A key with a request for its certificate, to be signed by somebody else.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewRequest {
    /// The private key. It never leaves its holder.
    pub key: PrivateKey,
    /// The request in PEM: what the authority gets.
    pub pem: String,
}

/// Makes a key and a request for its certificate, with the usages of the role.
///
/// # Errors
/// Key generation fails.
pub fn create(
    name: &LeafName,
    role: Role,
    names: &[SubjectAltName],
    kind: KeyKind,
) -> Result<NewRequest, PkiError> {
    let key = SigningKey::generate(kind)?;
    sign(name, role, names, &key)
}

/// Makes a request for the certificate of a key that is there already.
///
/// # Errors
/// The key is of a kind that flinkops does not use.
pub fn create_for(
    name: &LeafName,
    role: Role,
    names: &[SubjectAltName],
    key: &PrivateKey,
) -> Result<NewRequest, PkiError> {
    sign(name, role, names, &SigningKey::from_private_key(key)?)
}

fn sign(
    name: &LeafName,
    role: Role,
    names: &[SubjectAltName],
    key: &SigningKey,
) -> Result<NewRequest, PkiError> {
    let failed = |error: &dyn fmt::Display| PkiError::crypto("make a signing request")(error);
    if role == Role::RestServer && names.is_empty() {
        return Err(PkiError::NoNames { name: name.to_string() });
    }
    let kind = public_key::kind(&key.0.subject_public_key_info()).map_err(|error| failed(&error))?;
    let params = profile::leaf_request(name.as_str(), role, kind, names).map_err(|error| failed(&error))?;
    let request = params.serialize_request(&*key.0).map_err(|error| failed(&error))?;
    Ok(NewRequest { key: key.private_key(), pem: pem::block("CERTIFICATE REQUEST", request.der()) })
}
