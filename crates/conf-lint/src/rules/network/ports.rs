//! Ports as Flink reads them.

/// Why Flink refuses this as a list of ports (`50100`, `50100-50200`, or several with commas).
pub(crate) fn refused(text: &str) -> Option<String> {
    text.split(',').find_map(|range| {
        let range = range.trim();
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let port = |text: &str| match text.parse::<u32>() {
            Ok(port) if port <= 65535 => Ok(port),
            Ok(port) => Err(format!("{port} is no port; the highest is 65535")),
            Err(_) => Err(format!("`{text}` is no port")),
        };
        match (port(first), port(last)) {
            (Err(why), _) | (_, Err(why)) => Some(why),
            (Ok(first), Ok(last)) if first > last => Some(format!("the range {range} is empty")),
            _ => None,
        }
    })
}

/// Whether a list of ports holds this one.
pub(super) fn holds(text: &str, port: u32) -> bool {
    text.split(',').any(|range| {
        let range = range.trim();
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        matches!((first.parse::<u32>(), last.parse::<u32>()), (Ok(first), Ok(last)) if (first..=last).contains(&port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with `NetUtils.getPortRangeFromString` of 1.20.5 and 2.3.0.
    #[test]
    fn ports_are_read_as_by_flink() {
        for right in ["9249", "9249-9259", "9249,9250", "0", " 9249"] {
            assert_eq!(refused(right), None, "{right}");
        }
        for wrong in ["9259-9249", "70000", "abc", "9249-70000", "-1", "9249 - 9259", ""] {
            assert!(refused(wrong).is_some(), "{wrong}");
        }
        assert!(holds("8081-8090", 8085) && holds("1,2", 2) && !holds("8081-8090", 8091));
    }
}
