//! Findings that somebody has decided to live with: `# flinkops: allow(FC012) reason` in a file, and `flinkops.yaml`.
//!
//! A comment at the end of a line speaks for that line; one on lines of its own, for the line below. At the head of a
//! file, before an empty line, it speaks for the whole file.

use crate::finding::Finding;
use crate::lines::lines;
use crate::registry;
use crate::rules::reading::{fc010_needless_allow, fc011_unreadable_allow};
use crate::subject::Subject;

const MARK: &str = "flinkops:";

/// What a comment allows.
#[derive(Debug, PartialEq, Eq)]
struct Allow {
    codes: Vec<String>,
    scope: Scope,
    line: usize,
    column: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Line(usize),
    File,
}

/// A comment that begins like an exception and is none.
#[derive(Debug, PartialEq, Eq)]
struct Unreadable {
    line: usize,
    column: usize,
    why: String,
}

/// Takes out what is allowed, and reports exceptions that are needless or cannot be read.
pub(crate) fn apply(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut reports = Vec::new();
    for (name, text) in subject.texts() {
        if !text.contains(MARK) {
            continue;
        }
        let (allows, unreadable) = comments(text);
        for Unreadable { line, column, why } in unreadable {
            reports.push(fc011_unreadable_allow::report(subject, name, (line, column), why));
        }
        for allow in allows {
            let mut used: Vec<bool> = vec![false; allow.codes.len()];
            findings.retain(|finding| {
                let here = finding.file == name && covers(subject, allow.scope, finding);
                let code = allow.codes.iter().position(|code| code.eq_ignore_ascii_case(finding.code));
                let Some(at) = code.filter(|_| here) else { return true };
                used[at] = true;
                false
            });
            for (code, used) in allow.codes.iter().zip(used) {
                if !used {
                    reports.push(needless(subject, name, (allow.line, allow.column), code));
                }
            }
        }
    }
    if let Some(policy) = subject.policy() {
        for allow in &policy.allows {
            let mut used: Vec<&str> = Vec::new();
            findings.retain(|finding| {
                let allowed = allow.holds_for(finding);
                if allowed {
                    used.push(finding.code);
                }
                !allowed
            });
            for code in &allow.codes {
                if !used.iter().any(|used| used.eq_ignore_ascii_case(code)) {
                    reports.push(needless(subject, &policy.name, (allow.line, allow.column), code));
                }
            }
        }
    }
    findings.append(&mut reports);
}

fn needless(subject: &Subject<'_>, file: &str, place: (usize, usize), code: &str) -> Finding {
    match registry::rule(code) {
        Some(rule) => fc010_needless_allow::report(subject, file, place, rule.code),
        None => {
            let why = format!("there is no rule `{code}`");
            fc011_unreadable_allow::report(subject, file, place, why)
        }
    }
}

fn covers(subject: &Subject<'_>, scope: Scope, finding: &Finding) -> bool {
    match scope {
        Scope::File => true,
        // An entry may begin above its value.
        Scope::Line(line) => {
            let entry = finding.key.as_ref().and_then(|key| subject.entry(key));
            finding.line == line
                || entry.is_some_and(|entry| entry.line == line && entry.value_line == finding.line)
        }
    }
}

fn comments(text: &str) -> (Vec<Allow>, Vec<Unreadable>) {
    let lines: Vec<&str> = lines(text).collect();
    let own_line = |line: &str| line.trim_start().starts_with('#');
    let head = lines.iter().take_while(|line| own_line(line)).count();
    let head_is_alone = lines.get(head).is_none_or(|line| line.trim().is_empty());
    let (mut allows, mut unreadable) = (Vec::new(), Vec::new());
    for (index, line) in lines.iter().enumerate() {
        let Some((at, said)) = comment(line) else { continue };
        let (number, column) = (index + 1, line[..at].chars().count() + 1);
        let codes = match codes(said) {
            Ok(codes) => codes,
            Err(why) => {
                unreadable.push(Unreadable { line: number, column, why });
                continue;
            }
        };
        let scope = match own_line(line) {
            false => Scope::Line(number),
            true if index < head && head_is_alone => Scope::File,
            true => {
                let below = lines[index..].iter().take_while(|line| own_line(line)).count();
                Scope::Line(number + below)
            }
        };
        allows.push(Allow { codes, scope, line: number, column });
    }
    (allows, unreadable)
}

/// Where a comment for us begins, and what it says.
fn comment(line: &str) -> Option<(usize, &str)> {
    line.match_indices('#').find_map(|(at, _)| {
        let said = line[at + 1..].trim_start().strip_prefix(MARK)?;
        Some((at, said.trim()))
    })
}

fn codes(said: &str) -> Result<Vec<String>, String> {
    let list = said
        .strip_prefix("allow")
        .and_then(|rest| rest.trim_start().strip_prefix('('))
        .and_then(|rest| rest.split_once(')'));
    let Some((list, reason)) = list else { return Err("it does not read `allow(CODE) reason`".to_owned()) };
    let codes: Vec<String> =
        list.split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
    match (codes.is_empty(), reason.trim().is_empty()) {
        (true, _) => Err("it names no rule".to_owned()),
        (_, true) => Err("it gives no reason".to_owned()),
        _ => Ok(codes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Vec<Scope> {
        comments(text).0.into_iter().map(|allow| allow.scope).collect()
    }

    #[test]
    fn the_place_of_a_comment_says_for_what_it_speaks() {
        let allow = "# flinkops: allow(FC001) r";
        assert_eq!(scopes(&format!("a: 1 {allow}\n")), [Scope::Line(1)]);
        assert_eq!(scopes(&format!("{allow}\na: 1\n")), [Scope::Line(2)]);
        assert_eq!(scopes(&format!("{allow}\n# more\na: 1\n")), [Scope::Line(3)]);
        assert_eq!(scopes(&format!("# licence\n{allow}\n\na: 1\n")), [Scope::File]);
        assert_eq!(scopes(&format!("a: 1\n{allow}\n\nb: 1\n")), [Scope::Line(3)]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (said, why) in [
            ("allow(FC001)", "it gives no reason"),
            ("allow() because", "it names no rule"),
            ("alow(FC001) because", "it does not read `allow(CODE) reason`"),
            ("allow FC001", "it does not read `allow(CODE) reason`"),
        ] {
            assert_eq!(codes(said), Err(why.to_owned()));
        }
        assert_eq!(codes("allow(FC001, FC002) because"), Ok(vec!["FC001".to_owned(), "FC002".to_owned()]));
    }
}
