//! What a signature consists of.

use super::evidence::{Evidence, JobEvidence};
use super::finding::{Confidence, Effect, Finding, JobName, Kind, Next, Severity};
use super::throwable::Throwable;

/// A known way in which jobs and clusters fail. One a file, below `signatures`.
#[derive(Debug)]
pub struct Signature {
    /// `DR` and three digits; never reused.
    pub code: &'static str,
    /// A few words, joined by hyphens.
    pub name: &'static str,
    /// How bad it is; a finding may be milder.
    pub severity: Severity,
    /// How close it is to what really is wrong.
    pub tier: Tier,
    /// What it finds.
    pub finds: &'static str,
    /// Why that happens, most likely.
    pub cause: &'static str,
    /// What to do, first things first.
    pub steps: &'static [Step],
    /// How it is found.
    pub look: Look,
}

/// Of findings of one severity, those of the first tier come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// All that is known is that something failed.
    Generic,
    /// It follows from something else, which may not have left a trace.
    Consequence,
    /// What has to be mended.
    Cause,
}

/// Something to do. `{job}` in a command is the job's id.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What, in a sentence.
    pub what: &'static str,
    /// The command; empty where there is none.
    pub command: &'static str,
    /// What the command does to the cluster or to files.
    pub effect: Effect,
}

impl Step {
    pub(super) const fn run(what: &'static str, command: &'static str) -> Self {
        Self { what, command, effect: Effect::Looks }
    }

    /// With a command that changes something, and what that costs.
    pub(super) const fn change(what: &'static str, command: &'static str, cost: &'static str) -> Self {
        Self { what, command, effect: Effect::Changes { cost } }
    }

    /// With a command that destroys something, and what.
    pub(super) const fn destroy(what: &'static str, command: &'static str, cost: &'static str) -> Self {
        Self { what, command, effect: Effect::Destroys { cost } }
    }

    pub(super) const fn just(what: &'static str) -> Self {
        Self { what, command: "", effect: Effect::ByHand }
    }
}

/// How a signature is found.
#[derive(Debug)]
pub enum Look {
    /// By one of these signs in a chain of exceptions.
    Thrown {
        /// Any of them.
        signs: &'static [Sign],
        /// Where a job got over it by itself, nothing has to be done.
        fleeting: bool,
        /// What such an exception looks like.
        examples: &'static [&'static str],
        /// What looks like it and is something else.
        others: &'static [&'static str],
    },
    /// By everything else.
    Seen(fn(&Evidence) -> Vec<Found>),
}

/// What tells an exception.
#[derive(Clone, Copy, Debug)]
pub enum Sign {
    /// Class, words of its message, or both.
    Said {
        /// The end of the class's name at a dot or `$`; empty for any.
        class: &'static str,
        /// What its message contains, whatever the case of letters, with `*` between parts; empty for any.
        says: &'static str,
        /// Who throws it: where a test can look it up.
        origin: Origin,
    },
    /// The program's own code is in its stack.
    OwnCode,
    /// Nothing else has told it.
    Anything,
}

/// Who throws an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Flink, or what comes with it.
    Flink,
    /// The Java runtime.
    Java,
    /// The operating system's words, or those of YARN and Kubernetes.
    System,
    /// A connector or a file system that does not come with Flink: not verified by our tests.
    Elsewhere,
}

impl Sign {
    pub(super) const fn flink(class: &'static str, says: &'static str) -> Self {
        Self::Said { class, says, origin: Origin::Flink }
    }

    pub(super) const fn java(class: &'static str, says: &'static str) -> Self {
        Self::Said { class, says, origin: Origin::Java }
    }

    pub(super) const fn system(says: &'static str) -> Self {
        Self::Said { class: "", says, origin: Origin::System }
    }

    pub(super) const fn elsewhere(class: &'static str, says: &'static str) -> Self {
        Self::Said { class, says, origin: Origin::Elsewhere }
    }

    /// How much of an exception it goes by.
    pub(super) fn words(&self) -> usize {
        match self {
            Self::Said { class, says, .. } => {
                usize::from(!class.is_empty()) + 2 * usize::from(!says.is_empty())
            }
            Self::OwnCode | Self::Anything => 0,
        }
    }

    /// Whether this exception is meant.
    pub(super) fn fits(&self, throwable: &Throwable) -> bool {
        match *self {
            Self::Said { class, says, .. } => {
                let before = throwable.class.strip_suffix(class);
                let ends = before.is_some_and(|before| before.is_empty() || before.ends_with(['.', '$']));
                (class.is_empty() || ends) && (says.is_empty() || contains(&throwable.message, says))
            }
            Self::OwnCode => throwable.own_frame().is_some(),
            Self::Anything => false,
        }
    }
}

/// Whether it contains all these parts, with `*` between them, whatever the case of letters.
fn contains(text: &str, parts: &str) -> bool {
    let has =
        |part: &[u8]| text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    parts.split('*').all(|part| has(part.as_bytes()))
}

/// What a signature that looks at everything has found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub(super) job: Option<JobName>,
    pub(super) subject: Option<String>,
    pub(super) message: String,
    pub(super) evidence: Vec<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) severity: Option<Severity>,
    /// In place of the signature's.
    pub(super) cause: Option<String>,
}

impl Found {
    /// About a job.
    pub(super) fn of(job: &JobEvidence, message: impl Into<String>) -> Self {
        Self { job: Some(job.name()), message: message.into(), ..Self::default() }
    }

    /// About the cluster.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    pub(super) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    pub(super) fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    pub(super) fn sure(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(super) fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl Signature {
    /// What it is found by.
    pub fn kind(&self) -> Kind {
        match (&self.look, self.code.as_bytes().get(2)) {
            (Look::Thrown { .. }, _) => Kind::Failure,
            (Look::Seen(_), Some(b'5')) => Kind::Configuration,
            (Look::Seen(_), _) => Kind::Behaviour,
        }
    }

    /// A finding of it.
    pub(super) fn finding(&self, found: Found) -> Finding {
        let job = found.job.as_ref().map(|job| job.id.to_string());
        let steps = self.steps.iter().map(|step| Next {
            what: step.what.to_owned(),
            command: (!step.command.is_empty())
                .then(|| step.command.replace("{job}", job.as_deref().unwrap_or("JOB"))),
            effect: step.effect,
        });
        Finding {
            code: self.code,
            name: self.name,
            kind: self.kind(),
            severity: found.severity.unwrap_or(self.severity),
            confidence: found.confidence.unwrap_or(Confidence::Likely),
            subject: found.subject,
            message: found.message,
            evidence: found.evidence,
            cause: found.cause.unwrap_or_else(|| self.cause.to_owned()),
            next: steps.collect(),
            job: found.job,
        }
    }

    /// The whole explanation, in Markdown.
    pub fn explanation(&self) -> String {
        let mut text = format!(
            "{} {} ({}, {})\n\n{}\n\nLikely cause: {}\n\nWhat to do:\n\n",
            self.code,
            self.name,
            self.kind(),
            self.severity,
            self.finds,
            self.cause
        );
        for (number, step) in (1..).zip(self.steps) {
            text.push_str(&format!("{number}. {}", step.what));
            if !step.command.is_empty() {
                text.push_str(&format!(" `{}`", step.command.replace("{job}", "JOB")));
            }
            text.push('\n');
        }
        if let Look::Thrown { examples, .. } = &self.look {
            text.push_str("\nIt looks like this:\n\n");
            for example in *examples {
                let lines = example.lines().map(|line| format!("    {line}\n"));
                text.push_str(&lines.collect::<String>());
                text.push('\n');
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}
