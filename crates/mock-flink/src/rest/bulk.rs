//! Long lists as JSON: ten thousand jobs are megabytes, which are written on both cores.

use std::thread;

use serde::Serialize;

/// Shorter lists are not worth a thread.
const WORTH_IT: usize = 1000;

/// `{"name":[…]}`, of items that take about so many bytes each, in the shape that `shape` gives them.
pub(super) fn object_of_list<T: Sync, S: Serialize>(
    name: &str,
    items: &[T],
    item_bytes: usize,
    shape: impl Fn(&T) -> S + Sync,
) -> Vec<u8> {
    let (first, second) = items.split_at(if items.len() < WORTH_IT { items.len() } else { items.len() / 2 });
    let head = format!("{{\"{name}\":[");
    let mut body = Vec::with_capacity(head.len() + items.len() * item_bytes + 2);
    body.extend_from_slice(head.as_bytes());
    if second.is_empty() {
        append(&mut body, first, &shape);
    } else {
        thread::scope(|scope| {
            let writing = scope.spawn(|| {
                let mut bytes = Vec::with_capacity(second.len() * item_bytes);
                append(&mut bytes, second, &shape);
                bytes
            });
            append(&mut body, first, &shape);
            body.push(b',');
            // Serializing wire types does not panic.
            body.extend_from_slice(&writing.join().unwrap_or_default());
        });
    }
    body.extend_from_slice(b"]}");
    body
}

/// The items with commas between them.
fn append<T, S: Serialize>(body: &mut Vec<u8>, items: &[T], shape: impl Fn(&T) -> S) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        let written = serde_json::to_writer(&mut *body, &shape(item));
        debug_assert!(written.is_ok(), "wire types always serialize");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_are_what_serde_writes() {
        for length in [0, 1, 2, 999, 1000, 1001, 5000] {
            let items: Vec<String> = (0..length).map(|item| format!("\"{item}\"")).collect();
            let expected = serde_json::to_string(&serde_json::json!({ "jobs": items })).unwrap();
            assert_eq!(object_of_list("jobs", &items, 8, String::clone), expected.as_bytes(), "{length}");
        }
    }
}
