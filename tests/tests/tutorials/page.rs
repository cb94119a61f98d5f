//! What a tutorial has a person do: commands with what they print, and files to write, in the order of the page.
//!
//! A fenced block of `console` holds commands behind `$ `; a command goes on over a trailing `\`, and over a here-document to
//! its end. What follows, up to the next command, is what it prints: `…` in a line stands for any text, alone on a line for any
//! number of lines. A block whose first line names a file after its language (` ```python test.py `) is that file.

/// A step of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A file to write.
    File { name: String, text: String },
    /// A command, and what it prints.
    Command { line: usize, command: String, output: Vec<String> },
}

/// The steps of a page.
pub(crate) fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut block = Vec::new();
        for (number, line) in lines.by_ref() {
            if line == "```" {
                break;
            }
            block.push((number + 1, line));
        }
        match info.split_once(' ') {
            None if info == "console" => commands(&block, &mut steps),
            Some((_, name)) => {
                let text = block.iter().map(|(_, line)| format!("{line}\n")).collect();
                steps.push(Step::File { name: name.to_owned(), text });
            }
            None => {}
        }
    }
    steps
}

fn commands(block: &[(usize, &str)], steps: &mut Vec<Step>) {
    let mut lines = block.iter().peekable();
    while let Some((line, text)) = lines.next() {
        let first =
            text.strip_prefix("$ ").unwrap_or_else(|| panic!("line {line}: output before any command"));
        let mut command = first.to_owned();
        while command.ends_with('\\') {
            let (_, more) = lines.next().unwrap_or_else(|| panic!("line {line}: the command does not end"));
            command = format!("{command}\n{more}");
        }
        if let Some((_, end)) = first.split_once("<<'") {
            let end = end.split('\'').next().unwrap_or_default();
            for (_, more) in lines.by_ref() {
                command = format!("{command}\n{more}");
                if more == &end {
                    break;
                }
            }
        }
        let mut output = Vec::new();
        while let Some((_, text)) = lines.next_if(|(_, text)| !text.starts_with("$ ")) {
            output.push((*text).to_owned());
        }
        steps.push(Step::Command { line: *line, command, output });
    }
}

/// Whether a command printed what the page shows.
pub(crate) fn matches(shown: &[String], said: &[&str]) -> bool {
    match shown.split_first() {
        None => said.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=said.len()).any(|skipped| matches(rest, &said[skipped..]))
        }
        Some((first, rest)) => {
            said.split_first().is_some_and(|(line, more)| line_matches(first, line) && matches(rest, more))
        }
    }
}

fn line_matches(shown: &str, said: &str) -> bool {
    let said = said.trim_end();
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn pages_are_read_as_people_read_them() {
    let page = "\
Text.
```console
$ echo one \\
    two
one two
$ cat > f <<'EOF'
$ not a command
EOF
$ true
```
```python test.py
print(1)
```
```yaml
shown: only
```
";
    let [one, two, three, four] = &steps(page)[..] else { panic!("{:?}", steps(page)) };
    let command = |command: &str, line, output: &[&str]| Step::Command {
        line,
        command: command.to_owned(),
        output: output.iter().map(|line| (*line).to_owned()).collect(),
    };
    assert_eq!(*one, command("echo one \\\n    two", 3, &["one two"]));
    assert_eq!(*two, command("cat > f <<'EOF'\n$ not a command\nEOF", 6, &[]));
    assert_eq!(*three, command("true", 9, &[]));
    assert_eq!(*four, Step::File { name: "test.py".to_owned(), text: "print(1)\n".to_owned() });
}

#[test]
fn ellipses_stand_for_what_differs() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&shown("a…c\n…\nend"), &["abbc", "x", "y", "end"]));
    assert!(matches(&shown("a…"), &["a"]));
    assert!(matches(&shown("…"), &[]));
    assert!(!matches(&shown("a…c"), &["abd"]));
    assert!(!matches(&shown("a"), &["a", "b"]));
    assert!(!matches(&shown("a\nb"), &["a"]));
}
