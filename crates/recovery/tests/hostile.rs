//! Bytes that no Flink wrote: refused with a reason, without a panic, and without memory that they do not take themselves.

use proptest::prelude::*;
use recovery::state::{Handle, KeyedState, StateError, parse};

/// The beginning of every file of this version.
fn head(version: u8) -> Vec<u8> {
    [&[0x49, 0x60, 0x67, 0x2d, 0, 0, 0, version][..], &7_i64.to_be_bytes(), &0_i32.to_be_bytes()].concat()
}

fn utf(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat()
}

/// One operator with one subtask whose managed keyed state is this.
fn with_keyed(keyed: &[u8]) -> Vec<u8> {
    let mut bytes = head(3);
    bytes.extend(1_i32.to_be_bytes());
    bytes.extend([0; 15]);
    bytes.push(9);
    bytes.extend(2_i32.to_be_bytes());
    bytes.extend(128_i32.to_be_bytes());
    bytes.push(0);
    // One subtask, number 1, without operator state.
    for number in [1_i32, 1, 0, 0] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(keyed);
    bytes.push(0);
    bytes.extend([0; 8]);
    bytes
}

fn file(path: &str, size: i64) -> Vec<u8> {
    [&[2][..], &size.to_be_bytes(), &utf(path)].concat()
}

/// Changes in files: no backend of the tests writes them, for their storage is a plugin.
fn changes(path: &str) -> Vec<u8> {
    let mut bytes = vec![13];
    for number in [0_i32, 64, 1] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(0_i64.to_be_bytes());
    bytes.extend(file(path, 40));
    bytes.extend(30_i64.to_be_bytes());
    bytes.extend(30_i64.to_be_bytes());
    bytes.extend(utf("handle"));
    bytes.extend(utf("filesystem"));
    bytes
}

fn changelog(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![14];
    bytes.extend(0_i32.to_be_bytes());
    bytes.extend(64_i32.to_be_bytes());
    bytes.extend(0_i64.to_be_bytes());
    bytes.extend(0_i32.to_be_bytes());
    bytes.extend(i32::try_from(parts.len()).unwrap().to_be_bytes());
    parts.iter().for_each(|part| bytes.extend(part));
    bytes.extend([0; 16]);
    bytes.extend(utf("handle"));
    bytes
}

#[test]
fn changes_in_files_are_found() {
    let metadata = parse(&with_keyed(&changelog(&[changes("s3://bucket/changes")]))).unwrap();
    let operator = &metadata.operators[0];
    assert_eq!((operator.id.as_str(), operator.size()), ("00000000000000000000000000000009", 30));
    let KeyedState::Changelog(parts) = &operator.subtasks[0].keyed[0] else { panic!("{operator:?}") };
    let KeyedState::Changes { files, size: 30 } = &parts[0] else { panic!("{parts:?}") };
    assert!(matches!(&files[0], Handle::File { size: 40, .. }));
}

#[test]
fn nesting_has_an_end() {
    let mut state = changes("file:/a");
    for _ in 0..100 {
        state = changelog(&[state]);
    }
    let error = parse(&with_keyed(&state)).unwrap_err();
    assert!(matches!(error, StateError::Damaged { .. }), "{error}");
}

#[test]
fn numbers_that_promise_too_much_are_refused() {
    let mut bytes = head(3);
    bytes.extend(i32::MAX.to_be_bytes());
    let error = parse(&bytes).unwrap_err().to_string();
    assert!(error.contains("the number of operators at byte 20 needs"), "{error}");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(version in 3_u8..7, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        let _ = parse(&[head(version), bytes].concat());
    }

    /// Bytes that are more likely to be understood.
    #[test]
    fn no_kinds_make_it_panic(bytes in proptest::collection::vec(0_u8..18, 0..300)) {
        let _ = parse(&with_keyed(&bytes));
    }
}
