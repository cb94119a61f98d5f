//! The systemd unit of a watcher.

use std::path::{Path, PathBuf};

/// A unit that runs these arguments, with paths made absolute by the caller.
pub(super) fn unit(program: &Path, arguments: &[String]) -> String {
    let words = std::iter::once(program.display().to_string()).chain(arguments.iter().cloned());
    let command = words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ");
    format!(
        "[Unit]\n\
         Description=Keeps Flink jobs running\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         Type=exec\n\
         ExecStart={command}\n\
         Restart=always\n\
         RestartSec=5\n\
         KillMode=mixed\n\
         TimeoutStopSec=30\n\
         StateDirectory=flinkops\n\
         Environment=XDG_STATE_HOME=/var/lib\n\
         DynamicUser=yes\n\
         NoNewPrivileges=yes\n\
         ProtectHome=yes\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n"
    )
}

/// A word as systemd takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    let word = word.replace('%', "%%").replace('$', "$$");
    if !word.is_empty() && word.chars().all(plain) {
        return word;
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Options whose values are paths.
const PATHS: [&str; 9] = [
    "-f",
    "--file",
    "--journal",
    "--memory",
    "--cacert",
    "--cert",
    "--key",
    "--identity",
    "--webhook-cacert",
];

/// The arguments of this command line, without the wish for a unit, and with absolute paths.
pub(super) fn arguments(given: impl IntoIterator<Item = String>, directory: &Path) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut is_path = false;
    let absolute = |path: &str| -> String {
        let joined: PathBuf = directory.join(path);
        std::path::absolute(&joined).unwrap_or(joined).display().to_string()
    };
    for word in given {
        if word == "--systemd-unit" {
            continue;
        }
        if is_path {
            all.push(absolute(&word));
            is_path = false;
            continue;
        }
        match word.split_once('=') {
            Some((option, path)) if PATHS.contains(&option) => {
                all.push(format!("{option}={}", absolute(path)));
            }
            _ => {
                is_path = PATHS.contains(&word.as_str());
                // A secret in a file is a path, too.
                all.push(match word.strip_prefix("file:") {
                    Some(path) => format!("file:{}", absolute(path)),
                    None => word,
                });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_absolute_and_words_quoted() {
        let given = [
            "recover",
            "watch",
            "-f",
            "jobs",
            "--journal=j.db",
            "--webhook-from",
            "file:hook",
            "--systemd-unit",
            "--url",
            "https://jm:8081",
        ];
        let words = arguments(given.map(str::to_owned), Path::new("/srv/a b"));
        assert_eq!(
            words,
            [
                "recover",
                "watch",
                "-f",
                "/srv/a b/jobs",
                "--journal=/srv/a b/j.db",
                "--webhook-from",
                "file:/srv/a b/hook",
                "--url",
                "https://jm:8081"
            ]
        );
        let unit = unit(Path::new("/usr/bin/flinkops"), &words);
        assert!(unit.contains("ExecStart=/usr/bin/flinkops recover watch -f \"/srv/a b/jobs\""), "{unit}");
    }
}
