//! How a command ends badly: an exit code, what happened, how to mend it.

use std::fmt::Display;
use std::io;

use jobs::JobsError;
use jobs::apply::ApplyError;
use jobs::description::DescriptionError;
use jobs::journal::JournalError;
use ops_core::rest::RestError;

use crate::exit;

/// A command that could not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// One of [`exit`].
    pub(crate) code: u8,
    /// What happened, in one sentence or two.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// More for `-v`: a server's stack trace, the end of a log.
    pub(crate) detail: Option<String>,
    /// Whether `detail` is shown without `-v` too.
    pub(crate) detail_matters: bool,
}

impl Failure {
    /// A failure with this exit code.
    pub(crate) fn new(code: u8, message: impl Display) -> Self {
        Self { code, message: message.to_string(), help: None, detail: None, detail_matters: false }
    }

    /// Wrong usage or input.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(exit::USAGE, message)
    }

    /// Adds how to mend it.
    pub(crate) fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// Adds text that is shown below the message, with or without `-v`.
    pub(crate) fn evidence(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self.detail_matters = true;
        self
    }

    /// Puts what was being done in front of the message.
    pub(crate) fn during(mut self, what: impl Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }
}

/// Failures whose message says everything: wrong input, an unwritable place.
macro_rules! input_errors {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::usage(error)
            }
        })+
    };
}

input_errors!(
    conf_lint::LintError,
    ops_core::conf::ConfError,
    ops_core::files::FileError,
    ops_core::secret::SecretError,
    ops_core::spec::HostError,
    ops_core::tls::TlsError,
    deploy::DeployError,
    ops_core::yaml::YamlError,
    pki::PkiError,
    pki::certificate::CertificateError,
    pki::certificate::SerialError,
    pki::import::ImportError,
    pki::names::NameError,
    pki::request::RequestError,
    pki::rotation::RotationError,
    pki::store::PasswordError,
    pki::store::StoreFileError,
    secure_conf::SecureConfError,
    secure_conf::keytab::KeytabError,
    secure_conf::audit::AuditError,
    jobs::InspectError,
    DescriptionError,
    mock_flink::MockError,
    mock_flink::cli::CliError,
    tuning::TuningError,
);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let code = if error.kind() == io::ErrorKind::BrokenPipe { exit::DONE } else { exit::USAGE };
        Self::new(code, format!("cannot write the output: {error}"))
    }
}

impl From<RestError> for Failure {
    fn from(error: RestError) -> Self {
        let code = match &error {
            RestError::Jar(_) | RestError::Material(_) | RestError::InvalidUrl { .. } => exit::USAGE,
            error if error.is_refused() => exit::REFUSED,
            _ => exit::UNREACHABLE,
        };
        Self { detail: error.stack().map(str::to_owned), ..Self::new(code, &error) }
    }
}

impl From<JobsError> for Failure {
    fn from(error: JobsError) -> Self {
        match error {
            JobsError::Rest(error) => error.into(),
            other => {
                let code = match () {
                    () if other.is_timeout() => exit::TIMED_OUT,
                    () if other.is_input() => exit::USAGE,
                    () => exit::REFUSED,
                };
                Self { detail: other.stack().map(str::to_owned), ..Self::new(code, &other) }
            }
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Jar(error) => (*error).into(),
            JournalError::Busy { .. } | JournalError::TakenOver { .. } => Self::new(exit::REFUSED, error),
            other => Self::usage(other),
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Jobs(error) => {
                let goes_on =
                    error.is_timeout() || matches!(&error, JobsError::Rest(error) if !error.is_refused());
                let failure = Self::from(error);
                let advice = "what was begun is in the journal; flinkops job apply --resume goes on with it";
                if goes_on { failure.help(advice) } else { failure }
            }
            ApplyError::Journal(error) => error.into(),
            other if other.is_input() => Self::usage(other),
            other => Self::new(exit::REFUSED, other),
        }
    }
}
