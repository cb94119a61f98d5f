//! Every seed, and every input that once failed, through its parser; and each of them cut short and changed a little.

use std::path::Path;
use std::time::{Duration, Instant};

use fuzz_targets::{TARGETS, seeds};

/// Longer than any seed takes, on a busy machine too.
const MOST: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "how long a parser takes is what is asked")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn every_target_survives_its_seeds() {
    for target in TARGETS {
        let seeds = seeds::of(target.name).unwrap();
        assert!(!seeds.is_empty(), "{} has no seed", target.name);
        for (name, bytes) in seeds {
            let half = &bytes[..bytes.len() / 2];
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(bytes.len() / 3) {
                *byte ^= 0x20;
            }
            for bytes in [&bytes, half, &changed] {
                let start = now();
                (target.run)(bytes);
                assert!(start.elapsed() < MOST, "{}: {name} took {:?}", target.name, start.elapsed());
            }
        }
    }
}

/// libFuzzer has an executable for each target, and no other.
#[test]
fn every_target_has_its_executable() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer");
    let manifest = std::fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    for target in TARGETS {
        let name = target.name;
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name} is not in libfuzzer/Cargo.toml");
        let main = std::fs::read_to_string(directory.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(main.contains(&format!("\"{name}\"")), "{main}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
