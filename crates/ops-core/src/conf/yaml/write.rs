//! Writing YAML: values that must read back as they are, and lists the way Flink writes them into a string.
//!
//! Flink hands a list out as the flow text of snakeyaml-engine's emitter; its rules for plain and quoted scalars are
//! followed here.

use std::fmt::Write as _;

use super::scalar::{Scalar, is_text};
use super::tree::{Kind, Node};

/// Where a scalar is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// After `key: ` on a line.
    Block,
    /// Within brackets or braces.
    Flow,
}

/// A collection that Flink writes in a way that cannot be foretold, or is not worth following; and what to do.
pub(super) struct Unwritable<'a>(pub(super) &'a Node, pub(super) &'static str, pub(super) &'static str);

/// A scalar text that is read back as exactly `value`.
pub(super) fn value(value: &str, context: Context) -> String {
    let same = Scalar::plain(value).is_ok_and(|scalar| scalar.to_flink().as_deref() == Some(value));
    let analysis = Analysis::of(value);
    if same && analysis.plain(context) && !value.contains(BYTE_ORDER_MARK) {
        return value.to_owned();
    }
    quoted_safely(value, analysis)
}

/// A key text that is read back as exactly `key`.
pub(super) fn key(key: &str, context: Context) -> String {
    let analysis = Analysis::of(key);
    if is_text(key) && analysis.plain(context) && !key.contains(BYTE_ORDER_MARK) {
        return key.to_owned();
    }
    quoted_safely(key, analysis)
}

/// Flink writes it as it is; other readers refuse it within a document.
const BYTE_ORDER_MARK: char = '\u{feff}';

fn quoted_safely(text: &str, mut analysis: Analysis) -> String {
    analysis.single_quoted &= !text.contains(BYTE_ORDER_MARK);
    quoted(text, &analysis).replace(BYTE_ORDER_MARK, "\\ufeff")
}

/// A list as Flink's `YamlParserUtils.toYAMLString` writes it.
pub(super) fn list(node: &Node) -> Result<String, Unwritable<'_>> {
    let mut out = String::new();
    write(node, &mut out)?;
    Ok(out)
}

fn write<'a>(node: &'a Node, out: &mut String) -> Result<(), Unwritable<'a>> {
    match &node.kind {
        Kind::Scalar(scalar) => out.push_str(&scalar_in_list(scalar)),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Kind::Map(pairs) => {
            out.push('{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let Kind::Scalar(scalar) = &key.kind else {
                    return Err(Unwritable(key, "a key that is no scalar, in a list", "use a plain key"));
                };
                let text = scalar_in_list(scalar);
                let simple = |text: &str| text.len() <= 100 && text != "''" && !text.contains("\\n");
                if !simple(&text) {
                    let what = "an empty, long or multi-line key in a list";
                    return Err(Unwritable(key, what, "use a short key"));
                }
                let _ = write!(out, "{text}: ");
                write(value, out)?;
            }
            out.push('}');
        }
        Kind::Alias(target) => match &target.kind {
            Kind::Scalar(_) => write(target, out)?,
            _ => {
                let what = "an alias to a list or mapping within a list (Flink numbers these as it goes)";
                return Err(Unwritable(node, what, "write the items out"));
            }
        },
    }
    Ok(())
}

fn scalar_in_list(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Null => "null".to_owned(),
        Scalar::Text(text) => {
            let analysis = Analysis::of(text);
            if is_text(text) && analysis.plain(Context::Flow) {
                text.clone()
            } else {
                quoted(text, &analysis)
            }
        }
        other => other.to_flink().unwrap_or_default(),
    }
}

/// Which styles are possible for a text.
struct Analysis {
    flow_plain: bool,
    block_plain: bool,
    single_quoted: bool,
}

impl Analysis {
    fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (Some(first), Some(last)) = (chars.first(), chars.last()) else {
            return Self { flow_plain: false, block_plain: false, single_quoted: true };
        };
        let blank = |c: Option<&char>| {
            c.is_none_or(|c| {
                matches!(c, '\0' | ' ' | '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
            })
        };
        let markers = text.starts_with("---") || text.starts_with("...");
        let mut block = !markers && !"#,[]{}&*!|>'\"%@`".contains(*first);
        let mut flow = block && !matches!(first, '?' | ':');
        if matches!(first, '?' | ':' | '-') && blank(chars.get(1)) {
            (block, flow) = (false, false);
        }
        for (index, c) in chars.iter().enumerate().skip(1) {
            match c {
                ',' | '?' | '[' | ']' | '{' | '}' => flow = false,
                ':' => {
                    flow = false;
                    block &= !blank(chars.get(index + 1));
                }
                '#' if blank(chars.get(index - 1)) => (block, flow) = (false, false),
                _ => {}
            }
        }
        let ends_blank = *first == ' ' || *last == ' ';
        let special = chars.iter().any(|c| {
            !matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        });
        Self {
            flow_plain: flow && !ends_blank && !special,
            block_plain: block && !ends_blank && !special,
            single_quoted: !special,
        }
    }

    fn plain(&self, context: Context) -> bool {
        match context {
            Context::Block => self.block_plain,
            Context::Flow => self.flow_plain,
        }
    }
}

fn quoted(text: &str, analysis: &Analysis) -> String {
    if analysis.single_quoted {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        let short = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            ' '..='~' | '\u{a1}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => {
                out.push(c);
                continue;
            }
            _ => {
                let code = u32::from(c);
                let _ =
                    if code <= 0xff { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{code:04x}") };
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
    out
}
