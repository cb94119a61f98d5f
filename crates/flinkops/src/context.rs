//! The context file: clusters by name, like a kubeconfig. `FLINKOPS_CONFIG`, or `flinkops/config.yaml` under
//! `XDG_CONFIG_HOME` (default `~/.config`). Paths in it are relative to the file.

use std::path::{Path, PathBuf};

use ops_core::yaml;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ContextFile {
    /// Used when no `--context` is given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) current_context: Option<String>,
    /// The clusters.
    #[serde(default)]
    pub(crate) contexts: Vec<Context>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cacert: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cert: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) key: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) identity: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) identity_password_from: Option<String>,
}

/// Where the context file is, given the environment.
pub(crate) fn path(environment: impl Fn(&str) -> Option<String>) -> Result<PathBuf, Failure> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let place = set("FLINKOPS_CONFIG").or_else(|| {
        let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
        Some(config.join("flinkops/config.yaml"))
    });
    place.ok_or_else(|| {
        Failure::usage("there is no place for the context file: neither FLINKOPS_CONFIG nor HOME is set")
            .help("name the cluster with --url, or set FLINKOPS_CONFIG")
    })
}

/// The context of this name, or the current one; its paths made absolute to the file's directory.
pub(crate) fn load(path: &Path, name: Option<&str>) -> Result<Context, Failure> {
    if !path.exists() {
        return Err(Failure::usage(format!(
            "no cluster was named, and there is no context file {}",
            path.display()
        ))
        .help("give --url URL, or create the file; `flinkops quickstart` writes one to look at"));
    }
    let file: ContextFile = yaml::read(path)?;
    let names = || file.contexts.iter().map(|context| context.name.as_str()).collect::<Vec<_>>().join(", ");
    let Some(wanted) = name.or(file.current_context.as_deref()) else {
        return Err(Failure::usage(format!("{} has no current-context", path.display()))
            .help(format!("give --context with one of: {}", names())));
    };
    let Some(context) = file.contexts.iter().find(|context| context.name == wanted) else {
        return Err(Failure::usage(format!("{} has no context `{wanted}`", path.display()))
            .help(format!("it has: {}", names())));
    };
    let base = path.parent().unwrap_or(Path::new("."));
    let mut context = context.clone();
    let files = [&mut context.cacert, &mut context.cert, &mut context.key, &mut context.identity];
    for file in files.into_iter().flatten() {
        *file = base.join(&*file);
    }
    if let Some(file) =
        context.identity_password_from.as_ref().and_then(|source| source.strip_prefix("file:"))
    {
        context.identity_password_from = Some(format!("file:{}", base.join(file).display()));
    }
    Ok(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(dir: &Path) -> PathBuf {
        let path = dir.join("config.yaml");
        let text = "current-context: a\ncontexts:\n- name: a\n  url: http://a:1\n- name: b\n  url: https://b:2\n  \
                    cacert: ca.pem\n  identity: /abs/b.p12\n  identity-password-from: file:b.password\n";
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = example(dir.path());
        assert_eq!(load(&path, None).unwrap().url, "http://a:1");
        let b = load(&path, Some("b")).unwrap();
        assert_eq!(b.cacert, Some(dir.path().join("ca.pem")));
        assert_eq!(b.identity, Some("/abs/b.p12".into()));
        assert_eq!(
            b.identity_password_from,
            Some(format!("file:{}", dir.path().join("b.password").display()))
        );
    }

    #[test]
    fn a_wrong_name_lists_the_right_ones() {
        let dir = tempfile::tempdir().unwrap();
        let path = example(dir.path());
        let failure = load(&path, Some("c")).unwrap_err();
        assert!(failure.message.ends_with("has no context `c`"), "{}", failure.message);
        assert_eq!(failure.help.as_deref(), Some("it has: a, b"));
        assert!(load(&dir.path().join("none"), None).unwrap_err().message.contains("no context file"));
    }

    #[test]
    fn the_place_follows_the_environment() {
        let place = |pairs: &[(&str, &str)]| {
            path(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(place(&[("HOME", "/h")]).unwrap(), Path::new("/h/.config/flinkops/config.yaml"));
        assert_eq!(
            place(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).unwrap(),
            Path::new("/x/flinkops/config.yaml")
        );
        assert_eq!(place(&[("HOME", "/h"), ("FLINKOPS_CONFIG", "/f")]).unwrap(), Path::new("/f"));
        assert!(place(&[]).is_err());
    }
}
