//! Evidence as a file, to be looked at elsewhere: a gzipped tar with `evidence.json` and what it is.

use std::io::{self, Read as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::evidence::Evidence;

/// The evidence in a bundle.
const EVIDENCE: &str = "evidence.json";

/// A larger bundle, unpacked, is none.
const LARGEST: u64 = 256 << 20;

/// A bundle that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It is no gzipped tar, or broken off.
    #[error("it is no bundle of `flinkops doctor --bundle`: {0}")]
    Broken(#[source] io::Error),
    /// Something else is in it.
    #[error("it is no bundle of `flinkops doctor --bundle`: it has no {EVIDENCE}")]
    Foreign,
    /// It is too large.
    #[error("its {EVIDENCE} is larger than {} MiB", LARGEST >> 20)]
    Large,
    /// The evidence has another shape.
    #[error("its {EVIDENCE} does not read: {0}; a newer flinkops may have made it")]
    Shape(#[source] serde_json::Error),
}

/// Packs evidence, without secrets.
///
/// # Errors
/// Memory cannot be written, which does not happen.
pub fn pack(evidence: &Evidence) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec_pretty(&evidence.clone().redacted())?;
    let about = "What `flinkops doctor` saw of a Flink cluster, without secrets.\n\
                 Look at it again: flinkops doctor --bundle-in THIS-FILE\n";
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let at = u64::try_from(evidence.at / 1000).unwrap_or(0);
    for (name, bytes) in [("README.txt", about.as_bytes()), (EVIDENCE, &json)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(at);
        tar.append_data(&mut header, name, bytes)?;
    }
    tar.into_inner()?.finish()
}

/// Unpacks evidence.
///
/// # Errors
/// See [`BundleError`].
pub fn unpack(bytes: &[u8]) -> Result<Evidence, BundleError> {
    let mut tar = tar::Archive::new(GzDecoder::new(bytes).take(LARGEST + (1 << 20)));
    for entry in tar.entries().map_err(BundleError::Broken)? {
        let entry = entry.map_err(BundleError::Broken)?;
        if entry.path_bytes().as_ref() != EVIDENCE.as_bytes() {
            continue;
        }
        let mut json = Vec::new();
        entry.take(LARGEST + 1).read_to_end(&mut json).map_err(BundleError::Broken)?;
        if json.len() as u64 > LARGEST {
            return Err(BundleError::Large);
        }
        return serde_json::from_slice(&json).map_err(BundleError::Shape);
    }
    Err(BundleError::Foreign)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::doctor::examine;
    use crate::doctor::signatures::sample::Sample;

    fn evidence() -> Evidence {
        let job = Sample::job()
            .chain(2)
            .checkpoints(&[1, 2])
            .threw_times("java.lang.OutOfMemoryError: Metaspace", 3);
        job.setting("x.password", "hunter2").evidence()
    }

    #[test]
    fn a_bundle_says_what_the_cluster_said() {
        let packed = pack(&evidence()).unwrap();
        let unpacked = unpack(&packed).unwrap();
        assert_eq!(examine(&unpacked), examine(&evidence()));
        assert!(!format!("{unpacked:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_none_is_refused() {
        assert!(matches!(unpack(b"nonsense"), Err(BundleError::Broken(_))));
        let packed = pack(&evidence()).unwrap();
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(place in 0_usize..4000, byte in any::<u8>()) {
            let mut packed = pack(&evidence()).unwrap();
            let place = place % packed.len();
            packed[place] = byte;
            drop(unpack(&packed));
        }
    }
}
