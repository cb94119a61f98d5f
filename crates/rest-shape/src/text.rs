//! The structure of a message: what changes from run to run (ids, numbers, paths, addresses) becomes a placeholder.

/// The message with placeholders for whatever differs between two runs of the same program.
pub fn structure(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = path(rest) {
            out.push_str("<path>");
            rest = &rest[length..];
        } else if c.is_ascii_alphanumeric() {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            out.push_str(&word(&rest[..end]));
            rest = &rest[end..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    // `host:port`, `@hash`, versions: runs of numbers are one.
    for joiner in ['.', ':', '-', '@', ','] {
        let (double, single) = (format!("<n>{joiner}<n>"), "<n>");
        while out.contains(&double) {
            out = out.replace(&double, single);
        }
    }
    out
}

/// The length of the path or URI of a file that the text begins with.
fn path(text: &str) -> Option<usize> {
    let begins = ["/tmp/", "file:/"].iter().any(|start| text.starts_with(start));
    begins
        .then(|| text.find([' ', '\'', '"', ']', ')', ',', '\n', ';']).unwrap_or(text.len()))
        .map(|length| text[..length].trim_end_matches(['.', ':']).len())
}

/// Words of digits, and longer ones of hexadecimal digits, are numbers and ids.
fn word(text: &str) -> String {
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match () {
        () if digits == text.len() => "<n>".to_owned(),
        () if hexadecimal && text.len() == 32 => "<id>".to_owned(),
        () if hexadecimal && text.len() >= 4 && (digits > 0 || text.len() == 4) => "<n>".to_owned(),
        () => text.to_owned(),
    }
}

/// The package of the exceptions of Flink's JSON parser.
const JSON_PARSER: &str = "org.apache.flink.shaded.jackson";

/// The first line of each exception of a stack trace: the exception itself and its causes.
pub fn headlines(trace: &str) -> String {
    let causes =
        trace.lines().enumerate().filter(|(index, line)| *index == 0 || line.starts_with("Caused by: "));
    let mut lines = Vec::new();
    for (_, line) in causes {
        // What Flink's JSON parser says in its own words differs even between two versions of Flink.
        if line.contains(JSON_PARSER) {
            lines.push("Caused by: <JSON parser>".to_owned());
            break;
        }
        lines.push(structure(line.trim()));
    }
    lines.join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_a_placeholder() {
        for (text, expected) in [
            ("Job 0123456789abcdef0123456789abcdef not found", "Job <id> not found"),
            ("Jar file /tmp/a/b_c.jar does not exist", "Jar file <path> does not exist"),
            ("key: org.X@1f3a5c", "key: org.X@<n>"),
            ("at localhost:8081.", "at localhost:<n>."),
            ("Exactly 1 file must be sent, received 0.", "Exactly <n> file must be sent, received <n>."),
            ("SHA1 of FLINK-12312", "SHA1 of FLINK-<n>"),
        ] {
            assert_eq!(structure(text), expected);
        }
    }

    #[test]
    fn causes_are_kept_and_frames_are_not() {
        assert_eq!(
            headlines("a.B: x 1\n\tat c\nCaused by: d.E: y\n\tat f\n"),
            "a.B: x <n> / Caused by: d.E: y"
        );
    }
}
