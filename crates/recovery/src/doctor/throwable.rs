//! Java's stack traces, read.

/// More causes than this are not looked at.
const DEEPEST: usize = 24;

/// Frames that are kept of each.
const FRAMES: usize = 40;

/// Packages whose frames are not the user's code.
const NOT_THEIRS: [&str; 14] = [
    "org.apache.flink.",
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "scala.",
    "akka.",
    "org.apache.pekko.",
    "org.apache.kafka.",
    "org.apache.hadoop.",
    "org.rocksdb.",
    "org.forstdb.",
    "com.esotericsoftware.",
];

/// One exception or error of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throwable {
    /// Its class with the package; empty for a text that names none.
    pub class: String,
    /// Its message, possibly of several lines.
    pub message: String,
    /// Its frames from the innermost out, `a.B.c(B.java:1)`.
    pub frames: Vec<String>,
}

impl Throwable {
    /// The chain of a stack trace, from the outermost to its cause. A text that is none is one message without a class.
    pub fn chain(text: &str) -> Vec<Self> {
        let mut chain: Vec<Self> = Vec::new();
        let mut suppressed = false;
        for line in text.lines() {
            let trimmed = line.trim_start();
            let indented = trimmed.len() < line.len();
            if trimmed.starts_with("Suppressed: ") {
                suppressed = true;
            } else if let Some(cause) = line.strip_prefix("Caused by: ") {
                suppressed = false;
                if chain.len() < DEEPEST {
                    chain.push(Self::first_line(cause));
                }
            } else if suppressed {
                // What is suppressed happened on the way out; its causes are indented.
            } else if let Some(frame) = trimmed.strip_prefix("at ").filter(|_| indented || is_frame(trimmed))
            {
                if let Some(last) = chain.last_mut().filter(|last| last.frames.len() < FRAMES) {
                    last.frames.push(bare(frame).to_owned());
                }
            } else if trimmed.starts_with("... ") && trimmed.ends_with(" more") {
            } else if let Some(last) = chain.last_mut() {
                if last.frames.is_empty() && !line.trim().is_empty() {
                    last.message.push('\n');
                    last.message.push_str(line.trim_end());
                }
            } else if !line.trim().is_empty() {
                chain.push(Self::first_line(line.trim_end()));
            }
        }
        chain
    }

    fn first_line(line: &str) -> Self {
        let (mut class, mut rest) = match line.split_once(": ") {
            Some((head, tail)) if is_class(head) => (head, tail),
            _ if is_class(line) => (line, ""),
            _ => ("", line),
        };
        // One that is carried by another has both classes before its message.
        loop {
            let (head, tail) = rest.split_once(": ").unwrap_or((rest, ""));
            let carried = is_class(head) && (head.ends_with("Exception") || head.ends_with("Error"));
            // The message of some is the name of a class.
            if class.is_empty() || class.starts_with("java.lang.") || !carried {
                break;
            }
            (class, rest) = (head, tail);
        }
        Self { class: class.to_owned(), message: rest.to_owned(), frames: Vec::new() }
    }

    /// The class without its package.
    pub fn simple_class(&self) -> &str {
        self.class.rsplit(['.', '$']).next().unwrap_or(&self.class)
    }

    /// The innermost frame of the user's own code.
    pub fn own_frame(&self) -> Option<&str> {
        let theirs = |frame: &&String| !NOT_THEIRS.iter().any(|package| frame.starts_with(package));
        self.frames.iter().find(theirs).map(String::as_str)
    }

    /// Class and message in one line of bounded length.
    pub fn told(&self) -> String {
        let message = self.message.lines().next().unwrap_or_default();
        let text = match (self.class.is_empty(), message.is_empty()) {
            (true, _) => message.to_owned(),
            (false, true) => self.class.clone(),
            (false, false) => format!("{}: {message}", self.class),
        };
        shortened(&text, 240)
    }
}

/// A text of at most so many characters.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether this is the name of a class with a package: `a.b.C`, `a.b.C$D`.
fn is_class(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let word = |part: &str| {
        !part.is_empty()
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
    };
    parts.len() > 1
        && parts.iter().all(|part| word(part))
        && parts.last().is_some_and(|last| last.starts_with(|c: char| c.is_uppercase()))
}

fn is_frame(line: &str) -> bool {
    line.starts_with("at ") && line.contains('(') && line.ends_with(')')
}

/// A frame without module and class loader: `java.base/java.lang.Thread.run(Thread.java:840)`, `app//a.B.c(B.java:1)`.
fn bare(frame: &str) -> &str {
    let frame = frame.split(" ~[").next().unwrap_or(frame).trim_end();
    let name = &frame[..frame.find('(').unwrap_or(frame.len())];
    match name.rfind('/') {
        Some(slash) => &frame[slash + 1..],
        None => frame,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chains_are_read_with_their_causes() {
        let chain = Throwable::chain(
            "org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy\n\
             \tat org.apache.flink.runtime.A.b(A.java:1)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n\
             \tSuppressed: java.lang.IllegalStateException: closing\n\t\tat x.Y.z(Y.java:1)\n\
             Caused by: java.util.concurrent.CompletionException: java.io.IOException: No space\nleft on device\n\
             \tat app//com.example.Job.map(Job.java:7)\n\t... 3 more\n\
             Caused by: java.lang.NullPointerException\n\tat com.example.Job.map(Job.java:7) ~[job.jar:?]\n",
        );
        let told: Vec<String> = chain.iter().map(Throwable::told).collect();
        assert_eq!(
            told,
            [
                "org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy",
                "java.io.IOException: No space",
                "java.lang.NullPointerException"
            ]
        );
        assert_eq!(chain[1].message, "No space\nleft on device");
        assert_eq!(chain[1].own_frame(), Some("com.example.Job.map(Job.java:7)"));
        assert_eq!(chain[2].frames, ["com.example.Job.map(Job.java:7)"]);
        assert_eq!(chain[0].own_frame(), None);
        assert_eq!(chain[0].frames[1], "java.lang.Thread.run(Thread.java:840)");
    }

    #[test]
    fn the_name_of_a_class_may_be_a_message() {
        let one = |text: &str| Throwable::chain(text).remove(0).told();
        for text in
            ["java.lang.ClassNotFoundException: com.example.JobException", "java.lang.NullPointerException"]
        {
            assert_eq!(one(text), text);
        }
        let carried = "java.util.concurrent.ExecutionException: java.lang.NullPointerException";
        assert_eq!(one(carried), "java.lang.NullPointerException");
    }

    #[test]
    fn a_text_without_a_class_is_a_message() {
        let chain = Throwable::chain("Checkpoint expired before completing.");
        assert_eq!(
            chain,
            [Throwable {
                message: "Checkpoint expired before completing.".to_owned(),
                ..Throwable::default()
            }]
        );
        assert!(Throwable::chain("").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(Caused by: |\tat |Suppressed: |a\\.B: |\\PC|\n){0,60}") {
            for throwable in Throwable::chain(&text) {
                throwable.told();
                throwable.own_frame();
            }
        }
    }
}
