//! Plots as SVG: lines over time, bars, stacks, spans.

use std::fmt::Write as _;

use super::html::escaped;

/// Colours that are told apart on light and dark paper.
pub(super) const COLOURS: [&str; 10] = [
    "#3182ce", "#dd6b20", "#38a169", "#d53f8c", "#805ad5", "#d69e2e", "#319795", "#e53e3e", "#718096",
    "#975a16",
];

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 160.0;
/// Room for the numbers at the left, and for times below.
const LEFT: f64 = 52.0;
const BELOW: f64 = 18.0;

/// A line with a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    /// Times in milliseconds, and values.
    pub(super) points: Vec<(i64, f64)>,
}

/// Lines over time with a legend, up to `top` or to the highest value. `shown` writes a value.
pub(super) fn lines(
    caption: &str,
    series: &[Series],
    top: Option<f64>,
    shown: impl Fn(f64) -> String,
) -> String {
    let points = || series.iter().flat_map(|one| &one.points);
    let (first, last) =
        points().fold((i64::MAX, i64::MIN), |(first, last), (at, _)| (first.min(*at), last.max(*at)));
    let highest = top.unwrap_or_else(|| points().map(|(_, value)| *value).fold(0.0, f64::max));
    let mut inner = axes(highest, &shown);
    let x = |at: i64| LEFT + (WIDTH - LEFT - 6.0) * ((at - first) as f64 / (last - first).max(1) as f64);
    let y = |value: f64| height(value, highest);
    for (one, colour) in series.iter().zip(COLOURS.iter().cycle()) {
        let path: Vec<String> =
            one.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
        let _ = writeln!(
            inner,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"/>",
            path.join(" ")
        );
        if let [(at, value)] = one.points.as_slice() {
            let _ = writeln!(
                inner,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"{colour}\"/>",
                x(*at),
                y(*value)
            );
        }
    }
    let seconds = (last.saturating_sub(first)) / 1000;
    if seconds > 0 {
        let _ = writeln!(
            inner,
            "<text x=\"{LEFT}\" y=\"{:.0}\">{seconds} s ago</text><text x=\"{:.0}\" y=\"{0:.0}\" text-anchor=\"end\">now</text>",
            HEIGHT - 4.0,
            WIDTH - 6.0
        );
    }
    figure(caption, &inner, &legend(series.iter().map(|one| one.name.as_str())))
}

/// Bars from left to right, each with a colour class.
pub(super) fn bars(caption: &str, values: &[(f64, &str, String)], shown: impl Fn(f64) -> String) -> String {
    let highest = values.iter().map(|(value, ..)| *value).fold(0.0, f64::max);
    let mut inner = axes(highest, &shown);
    let step = (WIDTH - LEFT - 6.0) / values.len().max(1) as f64;
    for ((value, class, title), number) in values.iter().zip(0_u32..) {
        let top = height(*value, highest);
        let _ = writeln!(
            inner,
            "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" class=\"{class}\" fill=\"currentColor\"><title>{}</title></rect>",
            LEFT + step * f64::from(number),
            (step * 0.8).max(0.5),
            (HEIGHT - BELOW - top).max(1.0),
            escaped(title)
        );
    }
    figure(caption, &inner, "")
}

/// One bar of layers, each with its size.
pub(super) fn stack(caption: &str, layers: &[(&str, f64)], shown: impl Fn(f64) -> String) -> String {
    let total: f64 = layers.iter().map(|(_, size)| *size).sum();
    let mut inner = String::new();
    let mut x = 0.0;
    for ((name, size), colour) in layers.iter().zip(COLOURS) {
        let width = WIDTH * size / total.max(1.0);
        let _ = writeln!(
            inner,
            "<rect x=\"{x:.1}\" y=\"0\" width=\"{width:.1}\" height=\"28\" fill=\"{colour}\"><title>{} {}</title></rect>",
            escaped(name),
            escaped(&shown(*size))
        );
        x += width;
    }
    let named: Vec<String> = layers.iter().map(|(name, size)| format!("{name} {}", shown(*size))).collect();
    sized(caption, &inner, &legend(named.iter().map(String::as_str)), 28.0)
}

/// Spans on one scale of time, with a mark at `now`. Each has a name, its two ends, and a colour class.
pub(super) fn spans(caption: &str, rows: &[(String, i64, i64, &str)], now: i64) -> String {
    const ROW: f64 = 20.0;
    const NAMES: f64 = 150.0;
    let first = rows.iter().map(|(_, from, ..)| *from).min().unwrap_or(now).min(now);
    let last = rows.iter().map(|(_, _, until, _)| *until).max().unwrap_or(now).max(now);
    let x = |at: i64| NAMES + (WIDTH - NAMES - 6.0) * ((at - first) as f64 / (last - first).max(1) as f64);
    let mut inner = String::new();
    for ((name, from, until, class), number) in rows.iter().zip(0_u32..) {
        let y = ROW * f64::from(number);
        let short: String = name.chars().take(24).collect();
        let _ = writeln!(
            inner,
            "<text x=\"0\" y=\"{:.0}\">{}</text><rect x=\"{:.1}\" y=\"{:.0}\" width=\"{:.1}\" height=\"10\" rx=\"3\" class=\"{class}\" fill=\"currentColor\"/>",
            y + 14.0,
            escaped(&short),
            x(*from),
            y + 5.0,
            (x(*until) - x(*from)).max(2.0)
        );
    }
    let height = ROW * rows.len() as f64;
    let _ = writeln!(
        inner,
        "<line x1=\"{0:.1}\" y1=\"0\" x2=\"{0:.1}\" y2=\"{height:.0}\" stroke=\"currentColor\" stroke-dasharray=\"3 3\"/>",
        x(now)
    );
    sized(caption, &inner, "", height.max(1.0)).replacen("<figure>", "<figure class=\"spans\">", 1)
}

fn height(value: f64, highest: f64) -> f64 {
    let highest = if highest > 0.0 { highest } else { 1.0 };
    6.0 + (HEIGHT - BELOW - 6.0) * (1.0 - (value / highest).clamp(0.0, 1.0))
}

fn axes(highest: f64, shown: &impl Fn(f64) -> String) -> String {
    let mut text = String::new();
    for share in [0.0, 0.5, 1.0] {
        let y = height(share, 1.0);
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.0}\" y2=\"{y:.1}\" stroke=\"var(--line)\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - 6.0,
            LEFT - 5.0,
            y + 4.0,
            escaped(&shown(highest * share))
        );
    }
    text
}

fn figure(caption: &str, inner: &str, legend: &str) -> String {
    sized(caption, inner, legend, HEIGHT)
}

fn sized(caption: &str, inner: &str, legend: &str, height: f64) -> String {
    let caption = escaped(caption);
    format!(
        "<figure><figcaption>{caption}</figcaption><svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"{caption}\">\n{inner}</svg>{legend}</figure>\n"
    )
}

fn legend<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let items: String = names
        .zip(COLOURS.iter().cycle())
        .map(|(name, colour)| format!("<li><i style=\"background:{colour}\"></i>{}</li>", escaped(name)))
        .collect();
    if items.is_empty() { String::new() } else { format!("<ul class=\"legend\">{items}</ul>") }
}
