//! The detached signature: Ed25519 over `SHA256SUMS`, as `openssl pkeyutl -verify` reads it.

use std::fs;
use std::path::Path;

use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, spki::der::pem::LineEnding};
use ed25519_dalek::{Signer as _, SigningKey};

use crate::error::XtaskError;
use crate::files::{self, Access, context};

/// How the signature is called.
pub(super) const NAME: &str = "SHA256SUMS.sig";

/// Reads a private key: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` makes it.
pub(super) fn read(path: &Path) -> Result<SigningKey, XtaskError> {
    let text = fs::read_to_string(path).map_err(context("read", path))?;
    SigningKey::from_pkcs8_pem(&text).map_err(|_| {
        XtaskError::Dist(format!(
            "{} is no unencrypted Ed25519 key in PKCS#8 PEM; `openssl genpkey -algorithm ed25519 -out {}` makes one",
            path.display(),
            path.display()
        ))
    })
}

/// Signs the sums, and writes the public key beside the signature. Who checks must have that key from elsewhere.
pub(super) fn sign(key: &SigningKey, out: &Path) -> Result<(), XtaskError> {
    let sums = out.join("SHA256SUMS");
    let bytes = fs::read(&sums).map_err(context("read", &sums))?;
    files::write(&out.join(NAME), &key.sign(&bytes).to_bytes(), Access::Public)?;
    let public = key.verifying_key().to_public_key_pem(LineEnding::LF);
    let public = public.map_err(|error| XtaskError::Dist(format!("the public key: {error}")))?;
    files::write(&out.join("SHA256SUMS.pub.pem"), public.as_bytes(), Access::Public)?;
    println!(
        "signed; to check: openssl pkeyutl -verify -rawin -pubin -inkey PUBLIC-KEY -in SHA256SUMS -sigfile {NAME}"
    );
    Ok(())
}
