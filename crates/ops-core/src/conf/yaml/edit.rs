//! Edits of `config.yaml`, made on the text at the places of the nodes. Each returns the new text, or `None` where
//! the text at hand offers no way; the caller reads the result back and compares it.

use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::flatten::{key_name, trimmed_end};
use super::tree::{self, Kind, Node};
use super::write::{self, Context};
use crate::conf::lines::{append, comment, line_break, lines, splice};

/// A pair of a mapping, and the pairs around it: mapping and index, outermost first.
type Path<'a> = Vec<(&'a Node, usize)>;

/// Gives the last entry of this key a new value, or adds the key: in the innermost mapping whose path is a prefix of
/// the key, else at the end.
pub(crate) fn set(text: &str, key: &str, value: &str) -> Option<String> {
    let root = tree::parse(text).ok()?;
    let root = root.as_deref();
    if let Some(path) = root.and_then(|root| find(root, key).pop()) {
        return replace(text, &path, value);
    }
    match root {
        Some(root) if matches!(root.kind, Kind::Map(_)) => insert(text, root, key, value),
        _ => {
            let line =
                format!("{}: {}", write::key(key, Context::Block), write::value(value, Context::Block));
            Some(append(text, &[line]))
        }
    }
}

/// Gives a key another name, in its place.
pub(crate) fn rename(text: &str, from: &str, to: &str) -> Option<String> {
    let root = tree::parse(text).ok()??;
    let mut changes = Vec::new();
    for path in find(&root, from) {
        let (map, index) = *path.last()?;
        let (node, _) = &pairs(map)[index];
        // In a nested mapping, the part above stays; a name that lies elsewhere moves the entry there.
        let Some(rest) = to.strip_prefix(&prefix(&path)).filter(|rest| !rest.is_empty()) else {
            return moved(text, &path, from, to);
        };
        changes.push((node.start..node.end, write::key(rest, context(map))));
    }
    Some(splice(text, changes))
}

/// Removes every entry of a key, and the mappings that would be empty then.
pub(crate) fn unset(text: &str, key: &str) -> Option<String> {
    let root = tree::parse(text).ok()??;
    let changes = gone(&root, &find(&root, key)).into_iter().map(|(map, index)| removal(text, map, index));
    Some(splice(text, changes.map(|range| range.map(|range| (range, String::new()))).collect::<Option<_>>()?))
}

/// Turns the lines of every entry of a key into comments, with the reason above.
pub(crate) fn comment_out(text: &str, key: &str, reason: &str) -> Option<String> {
    let root = tree::parse(text).ok()??;
    let paths = find(&root, key);
    let gone = gone(&root, &paths);
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut explained = false;
    for (map, index) in gone {
        let (name, _) = &pairs(map)[index];
        let mut above = String::new();
        let explain = if explained { Vec::new() } else { comment(reason) };
        explained = true;
        let (at, indent) = if map.flow {
            // A part of a line cannot become a comment: the entry moves to one above the line where the braces begin.
            let place = outermost_flow(&root, map)?;
            (line_start(text, place), String::new())
        } else {
            let at = line_start(text, name.start);
            (at, text[at..name.start].to_owned())
        };
        for line in explain {
            above.push_str(&indent);
            above.push_str(&line);
            above.push_str(line_break(text));
        }
        if map.flow {
            let range = removal(text, map, index)?;
            let (name, value) = &pairs(map)[index];
            for line in comment(&text[name.start..value.end.max(name.end)]) {
                above.push_str(&line);
                above.push_str(line_break(text));
            }
            changes.push((at..at, above));
            changes.push((range, String::new()));
            continue;
        }
        let range = removal(text, map, index)?;
        for line in lines(&text[range.clone()]) {
            let start = range.start + line.start;
            let blanks = text[start..].bytes().take_while(|b| *b == b' ').count().min(indent.len());
            let mark = if line.start == line.end { "#" } else { "# " };
            let with = if line.start == 0 { std::mem::take(&mut above) } else { String::new() };
            // The reason stands before the line, the mark within it.
            changes.push((start..start + blanks, format!("{with}{}{mark}", &text[start..start + blanks])));
        }
    }
    Some(splice(text, changes))
}

/// Takes an entry out of the mapping that holds it, and sets it anew under a name that lies elsewhere.
fn moved(text: &str, path: &Path<'_>, from: &str, to: &str) -> Option<String> {
    let (map, index) = *path.last()?;
    let value = match &pairs(map)[index].1.target().kind {
        Kind::Scalar(scalar) => scalar.to_flink()?,
        _ => write::list(pairs(map)[index].1.target()).ok()?,
    };
    set(&unset(text, from)?, to, &value)
}

/// Every pair that flattens to `key`, in the order of the file. What an alias stands for is not looked into.
fn find<'a>(root: &'a Node, key: &str) -> Vec<Path<'a>> {
    fn visit<'a>(map: &'a Node, key: &str, path: &mut Path<'a>, found: &mut Vec<Path<'a>>) {
        for (index, (name, value)) in pairs(map).iter().enumerate() {
            let Some(rest) = key_name(name).and_then(|name| key.strip_prefix(name)) else { continue };
            path.push((map, index));
            match (&value.kind, rest.strip_prefix('.')) {
                (Kind::Map(_), Some(rest)) => visit(value, rest, path, found),
                (Kind::Map(_), None) => {}
                _ if rest.is_empty() => found.push(path.clone()),
                _ => {}
            }
            path.pop();
        }
    }
    let mut found = Vec::new();
    visit(root, key, &mut Vec::new(), &mut found);
    found
}

fn pairs(map: &Node) -> &[(Rc<Node>, Rc<Node>)] {
    match &map.kind {
        Kind::Map(pairs) => pairs,
        _ => &[],
    }
}

fn context(map: &Node) -> Context {
    if map.flow { Context::Flow } else { Context::Block }
}

/// The dotted path of the mapping that holds the pair, with its final dot; empty for the root.
fn prefix(path: &Path<'_>) -> String {
    let outer = &path[..path.len() - 1];
    outer
        .iter()
        .filter_map(|(map, index)| key_name(&pairs(map)[*index].0))
        .fold(String::new(), |all, name| all + name + ".")
}

fn replace(text: &str, path: &Path<'_>, value: &str) -> Option<String> {
    let (map, index) = *path.last()?;
    let (key, old) = &pairs(map)[index];
    let new = write::value(value, context(map));
    let end = trimmed_end(text, old).max(old.start);
    let between = &text[key.end..old.start];
    let colon = key.end + between.find(':')?;
    let properties = text[old.start..].starts_with(['&', '!']);
    let same_line = text[colon + 1..old.start].bytes().all(|b| matches!(b, b' ' | b'\t'));
    if same_line && !properties && !is_block(text, old) && old.start > colon + 1 {
        return Some(splice(text, vec![(old.start..end, new)]));
    }
    // A comment between the key and its value, an anchor, a tag and a block header go with the value.
    Some(splice(text, vec![(colon + 1..end.max(colon + 1), format!(" {new}"))]))
}

/// Whether a scalar stands below a `|` or `>`: the node begins with the text, not with the header.
fn is_block(text: &str, node: &Node) -> bool {
    matches!(node.kind, Kind::Scalar(_)) && {
        let head = text[..node.start].trim_end();
        text[head.len()..node.start].contains(['\n', '\r'])
    } || matches!(text[node.start..].chars().next(), Some('|' | '>'))
}

/// Adds a key to the innermost mapping whose path is a prefix of it.
fn insert(text: &str, root: &Node, key: &str, value: &str) -> Option<String> {
    let (mut map, mut rest) = (root, key);
    'deeper: loop {
        for (name, inner) in pairs(map) {
            let below = key_name(name)
                .and_then(|name| rest.strip_prefix(name))
                .and_then(|rest| rest.strip_prefix('.'));
            if let (Some(below), Kind::Map(_)) = (below.filter(|below| !below.is_empty()), &inner.kind) {
                (map, rest) = (inner, below);
                continue 'deeper;
            }
        }
        break;
    }
    let context = context(map);
    let pair = format!("{}: {}", write::key(rest, context), write::value(value, context));
    let Some((first, _)) = pairs(map).first() else {
        let open = map.start + text[map.start..map.end].rfind('{')? + 1;
        return Some(splice(text, vec![(open..open, pair)]));
    };
    let (_, last) = pairs(map).last()?;
    if map.flow {
        let end = trimmed_end(text, last);
        return Some(splice(text, vec![(end..end, format!(", {pair}"))]));
    }
    let indent = &text[line_start(text, first.start)..first.start];
    if !indent.bytes().all(|b| b == b' ') {
        return None;
    }
    let at = next_line(text, last.end);
    let line_break = line_break(text);
    let before = if at > 0 && !text[..at].ends_with(['\n', '\r']) { line_break } else { "" };
    Some(splice(text, vec![(at..at, format!("{before}{indent}{pair}{line_break}"))]))
}

/// The pairs to take out so that these entries go: a mapping that would be left empty goes as a whole.
fn gone<'a>(root: &'a Node, paths: &[Path<'a>]) -> Vec<(&'a Node, usize)> {
    let mut gone: HashSet<(*const Node, usize)> = HashSet::new();
    let mut result = Vec::new();
    for path in paths {
        let mut chosen = None;
        for (map, index) in path.iter().rev() {
            gone.insert((std::ptr::from_ref(*map), *index));
            chosen = Some((*map, *index));
            let emptied = (0..pairs(map).len()).all(|i| gone.contains(&(std::ptr::from_ref(*map), i)));
            if !emptied || std::ptr::eq(*map, root) {
                break;
            }
        }
        result.extend(chosen);
    }
    // What lies within a pair that goes as a whole has gone with it.
    let spans: Vec<Range<usize>> = result.iter().map(|(map, index)| span(map, *index)).collect();
    let mut kept = Vec::new();
    for (at, pair) in result.iter().enumerate() {
        let inside = |other: usize| {
            let (this, that) = (&spans[at], &spans[other]);
            other != at && that.start <= this.start && this.end <= that.end && (that != this || other < at)
        };
        if !(0..spans.len()).any(inside) {
            kept.push(*pair);
        }
    }
    kept
}

fn span(map: &Node, index: usize) -> Range<usize> {
    let (key, value) = &pairs(map)[index];
    key.start..value.end.max(key.end)
}

/// The bytes to take out so that a pair is gone: whole lines, or a part between braces.
fn removal(text: &str, map: &Node, index: usize) -> Option<Range<usize>> {
    let pairs = pairs(map);
    let pair = span(map, index);
    if map.flow {
        return Some(match (pairs.get(index + 1), index.checked_sub(1)) {
            (Some((next, _)), _) => pair.start..next.start,
            (None, Some(before)) => span(map, before).end..pair.end,
            (None, None) => pair,
        });
    }
    let start = line_start(text, pair.start);
    if !text[start..pair.start].bytes().all(|b| b == b' ') {
        return None;
    }
    Some(start..next_line(text, pair.end))
}

/// The first character of the pair of a block mapping that holds this flow mapping.
fn outermost_flow(root: &Node, wanted: &Node) -> Option<usize> {
    if root.flow {
        return Some(root.start);
    }
    for (key, value) in pairs(root) {
        if value.start <= wanted.start && wanted.end <= value.end {
            return if value.flow { Some(key.start) } else { outermost_flow(value, wanted) };
        }
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1)
}

/// The start of the line after `at`, or `at` itself where it begins a line (a block scalar ends there).
fn next_line(text: &str, at: usize) -> usize {
    if at == line_start(text, at) && at > 0 {
        return at;
    }
    lines(&text[at..]).next().map_or(at, |line| at + line.next)
}
