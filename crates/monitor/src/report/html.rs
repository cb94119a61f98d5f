//! HTML: texts escaped, tables, and the style of the page.

use std::fmt::Write as _;

/// A text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A table; cells are HTML already. It scrolls by itself where it is wider than the screen.
pub(super) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = "<div class=\"wide\"><table><thead><tr>".to_owned();
    header.iter().for_each(|cell| {
        let _ = write!(text, "<th>{}</th>", escaped(cell));
    });
    text.push_str("</tr></thead><tbody>\n");
    for row in rows {
        text.push_str("<tr>");
        row.iter().for_each(|cell| {
            let _ = write!(text, "<td>{cell}</td>");
        });
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody></table></div>\n");
    text
}

/// A word in a colour of its own.
pub(super) fn badge(class: &str, text: &str) -> String {
    format!("<span class=\"badge {class}\">{}</span>", escaped(text))
}

/// A share of 1 as a bar with its percentage, in a colour that says how bad it is.
pub(super) fn meter(share: Option<f64>) -> String {
    let class = match share {
        Some(0.8..) => "bad",
        Some(0.5..) => "so-so",
        _ => "good",
    };
    filled(share, class)
}

/// The same for what may be full without harm.
pub(super) fn neutral(share: Option<f64>) -> String {
    filled(share, "blue")
}

fn filled(share: Option<f64>, class: &str) -> String {
    let Some(share) = share else { return "–".to_owned() };
    let percent = share * 100.0;
    format!(
        "<span class=\"meter\"><i class=\"{class}\" style=\"width:{percent:.0}%\"></i></span> {percent:.0}&nbsp;%"
    )
}

pub(super) const STYLE: &str = "\
:root{--ink:#1d2433;--soft:#5b6577;--line:#d8dde6;--paper:#fff;--panel:#f5f7fa;--good:#1a7f4b;--so-so:#b7791f;--bad:#c0362c;--blue:#2b6cb0}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa5b8;--line:#39424f;--paper:#151a21;--panel:#1d242d;--good:#48bb78;--so-so:#ecc94b;--bad:#fc8181;--blue:#63b3ed}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
p{margin:.4rem 0}.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem;margin:1rem 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.card b{display:block;font-size:1.4rem;line-height:1.2}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:1rem}
figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.6rem}
figcaption{font-size:.9rem;color:var(--soft)}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
.badge{padding:0 .45rem;border-radius:.6rem;border:1px solid currentColor;font-size:.8rem;white-space:nowrap}
.good{color:var(--good)}.so-so{color:var(--so-so)}.bad{color:var(--bad)}.quiet{color:var(--soft)}.blue{color:var(--blue)}
.meter{display:inline-block;width:5rem;height:.55rem;background:var(--line);border-radius:.3rem;overflow:hidden;vertical-align:middle}
.meter i{display:block;height:100%;background:currentColor}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.85rem;color:var(--soft);list-style:none;padding:0;margin:.4rem 0}
.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:.15rem;margin-right:.35rem}
code{font-size:.85em;white-space:nowrap}
.plots+.wide,figure+.wide{margin-top:.6rem}figure.spans svg{max-width:40rem}
@media print{body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}figure,tr,.card{break-inside:avoid}
:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--panel:#fff}}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
        assert!(table(&["<x>"], [vec!["1".to_owned()]]).contains("&lt;x&gt;"));
    }
}
