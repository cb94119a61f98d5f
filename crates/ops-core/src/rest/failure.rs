//! What a Java stack trace says to a person: its innermost cause. The rest is kept aside.

use std::fmt;

use super::wire::operations::FailureCause;

/// Exceptions that only carry another one.
const WRAPPERS: &[&str] = &[
    "java.util.concurrent.CompletionException: ",
    "java.util.concurrent.ExecutionException: ",
    "org.apache.flink.runtime.rest.handler.RestHandlerException: ",
    "org.apache.flink.util.SerializedThrowable: ",
];

/// A failure on the cluster's side. `Display` shows the root cause in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    root_cause: String,
    stack: String,
}

impl Failure {
    /// From the text of a stack trace, or any other text that explains a failure.
    pub fn from_stack(stack: impl Into<String>) -> Self {
        let stack = stack.into();
        Self { root_cause: root_cause(&stack), stack }
    }

    /// From the entries of an error answer.
    pub(super) fn from_errors(errors: &[String]) -> Self {
        let told: Vec<_> =
            errors.iter().map(String::as_str).filter(|e| *e != "Internal server error.").collect();
        let text = if told.is_empty() { errors.join("\n") } else { told.join("\n") };
        let text = text.trim().trim_start_matches("<Exception on server side:").trim_start();
        let text = text.trim_end_matches("End of exception on server side>").trim_end();
        Self::from_stack(text)
    }

    /// The innermost cause: class and message, one line.
    pub fn root_cause(&self) -> &str {
        &self.root_cause
    }

    /// Everything the cluster said.
    pub fn stack(&self) -> &str {
        &self.stack
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root_cause)
    }
}

impl From<FailureCause> for Failure {
    fn from(cause: FailureCause) -> Self {
        Self::from_stack(if cause.stack_trace.trim().is_empty() { cause.class } else { cause.stack_trace })
    }
}

fn root_cause(stack: &str) -> String {
    let lines = || stack.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let cause = lines().filter_map(|line| line.strip_prefix("Caused by: ")).next_back();
    let mut line = cause.or_else(|| lines().next()).unwrap_or("no reason was given").trim();
    while let Some(inner) = WRAPPERS.iter().find_map(|wrapper| line.strip_prefix(wrapper)) {
        line = inner;
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(errors: &[&str]) -> String {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Failure::from_errors(&errors).root_cause().to_owned()
    }

    #[test]
    fn the_innermost_cause_is_what_is_told() {
        assert_eq!(root(&["Not found: /v1/x"]), "Not found: /v1/x");
        assert_eq!(
            root(&[
                "org.apache.flink.runtime.rest.handler.RestHandlerException: Could not run.\n\tat a.B.c(B.java:1)\n\
                 Caused by: java.util.concurrent.CompletionException: org.x.Broken: outer\n\t... 3 more\n\
                 Caused by: java.lang.IllegalStateException: boom\n\tat d.E.f(E.java:2)"
            ]),
            "java.lang.IllegalStateException: boom"
        );
        assert_eq!(
            root(&[
                "Internal server error.",
                "<Exception on server side:\njava.util.concurrent.CompletionException: org.x.NoJar: gone\n\tat a.B\n\nEnd of exception on server side>"
            ]),
            "org.x.NoJar: gone"
        );
        assert_eq!(root(&["Internal server error."]), "Internal server error.");
        assert_eq!(root(&[]), "no reason was given");
    }

    #[test]
    fn the_stack_is_kept() {
        let failure = Failure::from(FailureCause {
            class: "x.Y".to_owned(),
            stack_trace: "x.Y: why\n\tat x.Y.z(Y.java:1)\n".to_owned(),
            serialized_throwable: None,
        });
        assert_eq!(failure.to_string(), "x.Y: why");
        assert!(failure.stack().contains("\tat x.Y.z"));
        let bare = Failure::from(FailureCause { class: "x.Y".to_owned(), ..FailureCause::default() });
        assert_eq!(bare.root_cause(), "x.Y");
    }
}
