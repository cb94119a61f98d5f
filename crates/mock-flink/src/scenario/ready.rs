//! The scenarios that come with the mock: the files in `scenarios/`.

/// A scenario that comes with the mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyMade {
    /// Its name.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! ready_made {
    ($($name:literal),* $(,)?) => {
        &[$(ReadyMade { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".yaml")) }),*]
    };
}

/// The scenarios that come with the mock, by name.
pub const READY_MADE: &[ReadyMade] = ready_made![
    "back-pressure",
    "checkpoint-timeouts",
    "growing-state",
    "job-zoo",
    "large",
    "leader-change",
    "restart-loop",
    "savepoints-denied",
    "slow-answers",
    "task-manager-lost",
];

/// The one of this name.
pub fn ready_made(name: &str) -> Option<ReadyMade> {
    READY_MADE.iter().find(|ready| ready.name == name).copied()
}
