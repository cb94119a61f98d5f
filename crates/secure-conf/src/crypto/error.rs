//! What can go wrong with keys and ciphertexts.

/// A failed operation. It says nothing about the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CryptoError {
    /// The key has not the length that its encryption type asks for.
    #[error("the key has not the length that its encryption type asks for")]
    KeyLength,
    /// The ciphertext was made with another key, or changed.
    #[error("the key does not decrypt it")]
    Integrity,
}
