//! Which journal is meant: `--journal`, `FLINKOPS_JOURNAL`, or `flinkops/journal.db` below `XDG_STATE_HOME` (default `~/.local/state`).

use std::path::PathBuf;

use clap::Args;
use jobs::Journal;
use jobs::journal::Holder;

use crate::adapters;
use crate::failure::Failure;

/// Where the journal is.
#[derive(Debug, Clone, Args)]
pub(crate) struct JournalOption {
    /// The journal [default: $FLINKOPS_JOURNAL, or ~/.local/state/flinkops/journal.db].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl JournalOption {
    pub(crate) fn open(&self) -> Result<Journal, Failure> {
        let path = match &self.journal {
            Some(path) => path.clone(),
            None => place(adapters::environment)?,
        };
        let user = adapters::user().unwrap_or_else(|| "somebody".to_owned());
        Ok(Journal::open(&path, Holder::this_process(&user), adapters::now)?)
    }
}

fn place(environment: impl Fn(&str) -> Option<String>) -> Result<PathBuf, Failure> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = || set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
    let place = set("FLINKOPS_JOURNAL").or_else(|| state().map(|state| state.join("flinkops/journal.db")));
    place.ok_or_else(|| {
        Failure::usage("there is no place for the journal: neither FLINKOPS_JOURNAL nor HOME is set")
            .help("give --journal FILE")
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_place_follows_the_environment() {
        let place = |pairs: &[(&str, &str)]| {
            place(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(place(&[("HOME", "/h")]).unwrap(), Path::new("/h/.local/state/flinkops/journal.db"));
        let state = [("HOME", "/h"), ("XDG_STATE_HOME", "/x")];
        assert_eq!(place(&state).unwrap(), Path::new("/x/flinkops/journal.db"));
        assert_eq!(place(&[("HOME", "/h"), ("FLINKOPS_JOURNAL", "/j.db")]).unwrap(), Path::new("/j.db"));
        assert!(place(&[]).is_err());
    }
}
