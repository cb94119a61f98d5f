//! The SHA-256 of each archive of the versions that the tests start, as the package index served them when the version
//! was added here. A version without an entry is still verified by pip, against what the index says today.

use crate::version::FlinkVersion;

/// The archives of one version.
pub(super) struct Pins {
    version: FlinkVersion,
    /// The sdist of `apache-flink-libraries`.
    pub(super) libraries: &'static str,
    /// The wheel of `apache-flink` for CPython 3.9 on Linux x86-64.
    pub(super) scripts: &'static str,
}

const PINS: [Pins; 7] = [
    Pins {
        version: FlinkVersion::new(1, 18, 1),
        libraries: "369ce11ab33e5e15cdd349db2f5412dcc2fad163b6a87aa93b927a3631bcca7f",
        scripts: "68c83b80dce53811826c32350c9e534f53dbf62f5e113937dd5bb101e1ab76fb",
    },
    Pins {
        version: FlinkVersion::new(1, 19, 3),
        libraries: "4a58e3a1fb7d83340bc96b6c080624c6d792d69fae5d294b96224775204a9c60",
        scripts: "8ab3aecb4a3eac8a33fbaad12aad44934f39e045561ab7f765ab8b6b0d29834a",
    },
    Pins {
        version: FlinkVersion::new(1, 20, 5),
        libraries: "e6aee62ea1a1fe7b32e28894ad079f3f1a50a372a4caac3df52405267f4228c8",
        scripts: "7aa2e7038d1bde640c3ad1089d2858d17116f21404559663c8bffc86df6817f0",
    },
    Pins {
        version: FlinkVersion::new(2, 0, 2),
        libraries: "64dced9d0324a5f23f84e9cdf444d3fd64632169e477f001c21b422f39b995ba",
        scripts: "0c4b22f126d4124abe0d0e9d4eae14edf6fadbf976316cd63af729a3527d9815",
    },
    Pins {
        version: FlinkVersion::new(2, 1, 3),
        libraries: "b48d3944755b9303f99d205ea1a9bcb798fc563a872c782393fb466f16d4f91c",
        scripts: "36413a9da79d768bb1887d1d73e0cd26fbf5949d5d29011a9d9b5ab6540cbb96",
    },
    Pins {
        version: FlinkVersion::new(2, 2, 1),
        libraries: "eec27ffa86d01184de7f5ab668c479c83cdb75ebc7fba8091307da4f1a9d3348",
        scripts: "f501b3bc74a0d34ab319941ba21ac66ec8da65d432a92349cab3ebd0688e20db",
    },
    Pins {
        version: FlinkVersion::new(2, 3, 0),
        libraries: "570bf8831d3c1336311e924e97119e52d8842e5485a4a7709ff9a92db709b006",
        scripts: "d2146aaaa75fc7983d3b55e06383ed09e1ebe343cea9c7ff2c84a46e9daaee4d",
    },
];

/// The recorded hashes of `version`.
pub(super) fn of(version: FlinkVersion) -> Option<&'static Pins> {
    PINS.iter().find(|pins| pins.version == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tested_version_is_pinned_with_distinct_hashes() {
        for version in FlinkVersion::KNOWN {
            assert!(of(version).is_some(), "no hashes of Flink {version}");
        }
        let mut all: Vec<_> = PINS.iter().flat_map(|pins| [pins.libraries, pins.scripts]).collect();
        assert!(all.iter().all(|hash| hash.len() == 64));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 2 * PINS.len());
    }
}
