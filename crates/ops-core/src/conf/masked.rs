//! The lines of a file as they may be shown: what may be a secret is `…`.

use super::document::ConfDocument;
use super::lines::lines;
use super::sensitive::{end_of_name, is_sensitive};

/// Stands for a secret.
const HIDDEN: char = '…';

impl ConfDocument {
    /// The lines, without their line breaks and without secrets: the values of sensitive keys, and whatever stands
    /// behind a word like `password` and a `:` or `=`, in comments and other values too.
    pub fn shown_lines(&self) -> Vec<String> {
        let text = self.text();
        let mut shown: Vec<String> =
            lines(text).map(|line| shown_line(&text[line.start..line.end])).collect();
        for entry in self.entries().filter(|entry| is_sensitive(&entry.key)) {
            for (number, line) in lines(text).enumerate().take(entry.end_line).skip(entry.value_line - 1) {
                let raw = &text[line.start..line.end];
                let kept = match number + 1 == entry.value_line {
                    true => raw.chars().take(entry.value_column - 1).collect(),
                    false => raw.chars().take_while(|c| c.is_whitespace()).collect::<String>(),
                };
                shown[number] = format!("{kept}{HIDDEN}");
            }
        }
        shown
    }
}

/// A line of any file as it may be shown: `# a.password: x` is `# a.password: …`, and so is `-Dstore.password=x`.
pub fn shown_line(line: &str) -> String {
    let Some(name) = end_of_name(&line.to_ascii_lowercase()) else { return line.to_owned() };
    match line[name..].find([':', '=']) {
        Some(at) if !line[name + at + 1..].trim().is_empty() => {
            let kept = name + at + 1;
            let blank = if line[kept..].starts_with(' ') { " " } else { "" };
            format!("{}{blank}{HIDDEN}", &line[..kept])
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Dialect;

    fn shown(text: &str, dialect: Dialect) -> String {
        ConfDocument::parse(text, dialect).unwrap().shown_lines().join("\n")
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let legacy = "rest.port: 8081\na.password: hunter2 # old: x\n#b.secret: y\nc.password:z\na.password: w\n\
                      env.java.opts.all: -Dx.password=hunter2 -Xmx1g\n# the password is in the vault\n";
        assert_eq!(
            shown(legacy, Dialect::Legacy),
            "rest.port: 8081\na.password: …\n#b.secret: …\nc.password:…\na.password: …\n\
             env.java.opts.all: -Dx.password=…\n# the password is in the vault"
        );
        let yaml = "security:\n  ssl:\n    key-password:\n      hunter2\n  token: |\n    one\n    two\nx: {api-key: z}\n";
        assert_eq!(
            shown(yaml, Dialect::Yaml),
            "security:\n  ssl:\n    key-password:\n      …\n  token: …\n    …\n    …\nx: {api-key: …"
        );
    }
}
