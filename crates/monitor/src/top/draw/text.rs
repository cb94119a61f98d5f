//! Numbers, spans and bars in few characters.

use ratatui::style::{Color, Style};
use ratatui::text::Span;

/// `950`, `1.2k`, `34.0M`.
pub(crate) fn count(number: f64) -> String {
    if !number.is_finite() {
        return "-".to_owned();
    }
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] {
        if number >= size {
            return format!("{:.1}{unit}", number / size);
        }
    }
    if number >= 10.0 || number == 0.0 { format!("{number:.0}") } else { format!("{number:.1}") }
}

/// `512 B`, `1.5 GiB`.
pub(crate) fn bytes(number: i64) -> String {
    let number = number as f64;
    for (unit, size) in
        [("TiB", 1_099_511_627_776.0), ("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1_024.0)]
    {
        if number >= size {
            return format!("{:.1} {unit}", number / size);
        }
    }
    format!("{number:.0} B")
}

/// `850 ms`, `4.2 s`, `3 min 20 s`, `2 d 3 h`.
pub(crate) fn span(millis: i64) -> String {
    let seconds = millis / 1000;
    match millis {
        ..0 => "-".to_owned(),
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{:.1} s", millis as f64 / 1000.0),
        60_000..3_600_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600_000..86_400_000 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// `12:31:05` of a time in milliseconds since 1970, UTC.
pub(super) fn clock(millis: i64) -> String {
    let seconds = millis.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A share as a bar of `width` characters with its percentage, or a dash.
pub(super) fn bar(share: Option<f64>, width: usize) -> Span<'static> {
    let colour = heat(share.unwrap_or_default());
    coloured(share, width, colour)
}

/// The same for what may be full without harm: memory that is reserved.
pub(super) fn neutral(share: Option<f64>, width: usize) -> Span<'static> {
    coloured(share, width, Color::Cyan)
}

fn coloured(share: Option<f64>, width: usize, colour: Color) -> Span<'static> {
    let Some(share) = share else { return Span::raw(format!("{:>1$}", "-", width + 5)) };
    let filled = (share * width as f64).round() as usize;
    let text = format!(
        "{}{}{:>4.0}%",
        "█".repeat(filled.min(width)),
        "░".repeat(width.saturating_sub(filled)),
        share * 100.0
    );
    Span::styled(text, Style::new().fg(colour))
}

/// Green, yellow, red.
pub(super) fn heat(share: f64) -> Color {
    match share {
        0.8.. => Color::Red,
        0.5.. => Color::Yellow,
        _ => Color::Green,
    }
}

/// The values as a line of blocks, the newest at the right end; at most `width` of them.
pub(super) fn spark(values: &[i64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shown = &values[values.len().saturating_sub(width)..];
    let highest = shown.iter().copied().max().unwrap_or(0).max(1) as f64;
    let block = |value: &i64| {
        let height = (*value).max(0) as f64 / highest * 7.0;
        BLOCKS[(height.round() as usize).min(7)]
    };
    shown.iter().map(block).collect()
}

/// A text in so many columns, cut with an ellipsis where it is longer.
pub(super) fn cut(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return format!("{text}{}", " ".repeat(width - length));
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_characters_say_it() {
        assert_eq!(
            [count(0.0), count(7.25), count(950.0), count(1234.0), count(f64::NAN)],
            ["0", "7.2", "950", "1.2k", "-"]
        );
        assert_eq!([bytes(512), bytes(1_610_612_736)], ["512 B", "1.5 GiB"]);
        assert_eq!(
            [span(-1), span(850), span(4200), span(200_000), span(183_600_000)],
            ["-", "850 ms", "4.2 s", "3 min 20 s", "2 d 3 h"]
        );
        assert_eq!(clock(45_065_000), "12:31:05");
        assert_eq!(bar(Some(0.5), 4).content, "██░░  50%");
        assert_eq!(bar(None, 4).content, "        -");
        assert_eq!(spark(&[0, 1, 2, 4, 8], 4), "▂▃▅█");
        assert_eq!([cut("abc", 5), cut("abcdef", 4)], ["abc  ", "abc…"]);
    }
}
