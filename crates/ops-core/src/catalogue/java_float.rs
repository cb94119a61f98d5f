//! Floating-point numbers as `java.lang.Double.valueOf` and `Float.valueOf` read them.

use crate::units::java_trim;

/// What `Double.valueOf` takes: decimal or hexadecimal, `NaN`, `Infinity`, a type suffix, blanks around.
pub(super) fn double(text: &str) -> Option<f64> {
    match literal(text)? {
        Literal::Decimal(digits) => digits.parse().ok(),
        Literal::Hexadecimal(value) => Some(value),
    }
}

/// What `Float.valueOf` takes, which is the same.
pub(super) fn float(text: &str) -> Option<f32> {
    match literal(text)? {
        // Rounded once, from the text.
        Literal::Decimal(digits) => digits.parse().ok(),
        Literal::Hexadecimal(value) => Some(value as f32),
    }
}

enum Literal {
    /// As Rust reads it too.
    Decimal(String),
    Hexadecimal(f64),
}

fn literal(text: &str) -> Option<Literal> {
    let text = java_trim(text);
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "NaN" || rest == "Infinity" {
        // Java knows one NaN, without a sign.
        let same = if rest == "NaN" { rest.to_owned() } else { format!("{sign}inf") };
        return Some(Literal::Decimal(same));
    }
    let rest = rest.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(rest);
    let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
    let (mantissa, exponent) = match hex {
        Some(hex) => hex.split_once(['p', 'P']).map(|(mantissa, exponent)| (mantissa, Some(exponent)))?,
        None => match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (rest, None),
        },
    };
    let digits = |part: &str| match hex {
        Some(_) => part.bytes().all(|b| b.is_ascii_hexdigit()),
        None => part.bytes().all(|b| b.is_ascii_digit()),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    });
    if !(digits(whole) && digits(fraction) && exponent_fits) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    Some(match (hex, exponent) {
        (Some(_), Some(exponent)) => {
            let value = hexadecimal(whole, fraction, exponent);
            Literal::Hexadecimal(if sign.is_empty() { value } else { -value })
        }
        _ => Literal::Decimal(format!("{sign}{rest}")),
    })
}

/// Exact for mantissas of up to 13 digits; longer ones are rounded more than once.
fn hexadecimal(whole: &str, fraction: &str, exponent: &str) -> f64 {
    let digits = whole.chars().chain(fraction.chars()).filter_map(|c| c.to_digit(16));
    let mantissa = digits.fold(0.0, |sum, digit| sum * 16.0 + f64::from(digit));
    let exponent: i32 =
        exponent.parse().unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    let shift = exponent.saturating_sub(i32::try_from(fraction.len() * 4).unwrap_or(i32::MAX));
    // In two steps, since 2^shift alone may leave the range.
    mantissa * 2_f64.powi(shift / 2) * 2_f64.powi(shift - shift / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_the_value_that_java_gives_them() {
        for (text, expected) in [
            ("1", Some(1.0)),
            (" +1.5e+3D ", Some(1500.0)),
            (".5f", Some(0.5)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            ("0x1.8p1", Some(3.0)),
            ("-0x.8p-1", Some(-0.25)),
            ("0x1p-1074", Some(5e-324)),
            ("0x1", None),
            (".", None),
            ("inf", None),
            ("1e", None),
            ("1_0", None),
        ] {
            assert_eq!(double(text), expected, "{text}");
        }
        assert_eq!(float("0.1"), Some(0.1));
        assert!(double("NaN").is_some_and(f64::is_nan));
    }
}
