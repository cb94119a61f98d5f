//! Memory sizes and durations against the answers of Flink's own classes, recorded in `fixtures/units.tsv`.

use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::FlinkVersion;
use proptest::prelude::*;
use serde_json::Value;

use crate::answers;

const VERSIONS: [&str; 5] = ["1.18", "1.20", "2.0", "2.1", "2.3"];

#[test]
fn every_recorded_memory_size_is_read_and_written_as_flink_does() {
    let mut checked = 0;
    for answer in answers::answers("units.tsv") {
        let Some(input) = answer.input.strip_prefix("memory ") else { continue };
        let ours = MemorySize::parse(input);
        match &answer.said {
            Value::Null => assert!(ours.is_err(), "{input:?} is refused by Flink, and read here as {ours:?}"),
            said => {
                let ours =
                    ours.unwrap_or_else(|error| panic!("{input:?} is read by Flink as {said}: {error}"));
                let ours = serde_json::json!([ours.bytes(), ours.to_string(), ours.human()]);
                assert_eq!(&ours, said, "{input:?}");
            }
        }
        checked += 1;
    }
    assert!(checked > 500, "only {checked} recorded sizes");
}

#[test]
fn every_recorded_duration_is_read_and_written_as_that_version_does() {
    let mut checked = 0;
    for answer in answers::answers("units.tsv") {
        let Some(input) = answer.input.strip_prefix("duration ") else { continue };
        for version in VERSIONS.map(|v| v.parse::<FlinkVersion>().unwrap()) {
            if !answer.holds_for(version) {
                continue;
            }
            let ours = FlinkDuration::parse_for(input, version);
            match &answer.said {
                Value::Null => assert!(ours.is_err(), "{version} refuses {input:?}, and here it is {ours:?}"),
                said => {
                    let ours =
                        ours.unwrap_or_else(|error| panic!("{version} reads {input:?} as {said}: {error}"));
                    let std = ours.as_std();
                    assert_eq!(
                        (Value::from(std.as_secs()), Value::from(std.subsec_nanos())),
                        (said[0].clone(), said[1].clone()),
                        "{input:?} in {version}"
                    );
                    // Older versions cannot write the longest durations; later ones show how.
                    if let Some(shown) = said[2].as_str() {
                        assert_eq!(ours.to_string(), shown, "{input:?} in {version}");
                    }
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 2000, "only {checked} recorded durations");
}

#[test]
fn what_1_18_reads_every_version_reads_alike() {
    for answer in answers::answers("units.tsv") {
        let Some(input) = answer.input.strip_prefix("duration ") else { continue };
        if let Ok(common) = FlinkDuration::parse(input) {
            assert_eq!(FlinkDuration::parse_for(input, FlinkVersion::new(2, 3, 0)), Ok(common), "{input:?}");
        }
    }
}

#[test]
fn a_refusal_names_what_was_found_and_what_would_do() {
    for (text, expected) in [
        ("", "a memory size is needed, and nothing is there; write for example `4096m`"),
        ("true", "`true` is no memory size: a whole number without sign is needed first, as in `4096m`"),
        (
            "4 gib",
            "`gib` in `4 gib` is no unit of a memory size; Flink knows b, k, m, g, t, kb, mb, gb, tb, bytes, \
             kibibytes, mebibytes, gibibytes and tebibytes",
        ),
        (
            "9999999 tb",
            "`9999999 tb` is more than Flink can hold; at most 9223372036854775807 bytes is possible",
        ),
    ] {
        assert_eq!(MemorySize::parse(text).unwrap_err().to_string(), expected);
    }
    let error = FlinkDuration::parse("5 mins").unwrap_err().to_string();
    assert!(
        error.starts_with("`mins` in `5 mins` is no unit of a duration; Flink knows d, h, min"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn parsing_never_panics(text: String) {
        let _ = MemorySize::parse(&text);
        let _ = FlinkDuration::parse_for(&text, FlinkVersion::new(2, 3, 0));
    }

    #[test]
    fn iso_like_text_never_panics(text in "[-+]?[Pp]([-+]?[0-9]{1,20}[Dd])?([Tt]([-+]?[0-9.,é]{0,12}[HhMmSs]){0,3})?") {
        let _ = FlinkDuration::parse_for(&text, FlinkVersion::new(2, 3, 0));
    }

    #[test]
    fn what_is_written_is_read_back(bytes in 0..=i64::MAX.unsigned_abs(), seconds in 0..=1_000_000_000_u64, nanos in 0..1_000_000_000_u32) {
        let size = MemorySize::from_bytes(bytes);
        prop_assert_eq!(MemorySize::parse(&size.to_string()), Ok(size));
        let duration = FlinkDuration::from(std::time::Duration::new(seconds, nanos));
        prop_assert_eq!(FlinkDuration::parse(&duration.to_string()), Ok(duration));
    }
}
