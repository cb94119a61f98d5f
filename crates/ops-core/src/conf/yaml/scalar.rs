//! What a YAML scalar means to Flink: the core schema of snakeyaml-engine 2.6, with its deviations from YAML 1.2.

/// A scalar after tag resolution.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// Decimal digits with an optional minus; Java turns to `BigInteger` where a long is too short.
    Int(String),
    Float(f64),
    Text(String),
}

/// A scalar that its tag or form does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// Flink refuses it too; what was found, and what is needed.
    Refused(String, &'static str),
    /// Flink accepts it; flinkops does not.
    Unsupported(String, &'static str),
}

const CORE: &str = "tag:yaml.org,2002:";

impl Scalar {
    /// Resolves a plain scalar without tag.
    pub(super) fn plain(text: &str) -> Result<Self, Unresolved> {
        if text.is_empty() || matches!(text, "~" | "null" | "Null" | "NULL") {
            return Ok(Self::Null);
        }
        match text {
            "true" | "True" | "TRUE" => return Ok(Self::Bool(true)),
            "false" | "False" | "FALSE" => return Ok(Self::Bool(false)),
            _ => {}
        }
        if let Some(int) = int(text) {
            return int;
        }
        if let Some(float) = float(text) {
            return float;
        }
        Ok(Self::Text(text.to_owned()))
    }

    /// Resolves a scalar by its tag, given with its handle expanded.
    pub(super) fn tagged(text: &str, tag: &str) -> Result<Self, Unresolved> {
        let misfit = || {
            let kind = tag.strip_prefix(CORE).unwrap_or(tag);
            Err(Unresolved::Refused(format!("the tag !!{kind} on a value that is none"), "remove the tag"))
        };
        match tag.strip_prefix(CORE).unwrap_or(tag) {
            "str" | "!" | "!ENV_VARIABLE" => Ok(Self::Text(text.to_owned())),
            "int" => int(text).unwrap_or_else(misfit),
            "float" => match float(text) {
                Some(float) => float,
                None => misfit(),
            },
            "bool" => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(Self::Bool(true)),
                "false" => Ok(Self::Bool(false)),
                _ => misfit(),
            },
            "null" => Ok(Self::Null),
            "binary" => Err(Unresolved::Unsupported("the tag !!binary".into(), "write the value as text")),
            _ => Err(Unresolved::Refused(format!("the unknown tag `{tag}`"), "remove the tag")),
        }
    }

    /// What Flink returns as a string; `None` for null.
    pub(super) fn to_flink(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(digits) => Some(digits.clone()),
            Self::Float(value) => Some(java_double(*value)),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// Whether a plain scalar stays the text it is. `${NAME}` does, but snakeyaml gives it a tag of its own.
pub(super) fn is_text(plain: &str) -> bool {
    matches!(Scalar::plain(plain), Ok(Scalar::Text(_))) && !is_environment_reference(plain)
}

/// `${NAME}`, `${NAME:-default}` and the like.
fn is_environment_reference(text: &str) -> bool {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r');
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else { return false };
    let inner = inner.trim_matches(blank);
    let rest = inner.trim_start_matches(word);
    if rest.len() == inner.len() {
        return false;
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    match rest.strip_prefix(['-', '?']) {
        Some(default) => default.chars().all(word),
        None => rest.is_empty() && !inner.ends_with(':'),
    }
}

/// Hexadecimal and octal numbers are kept up to this many digits, which are 128 bits.
fn int(text: &str) -> Option<Result<Scalar, Unresolved>> {
    let radix = |digits: &str, radix: u32| {
        let value = u128::from_str_radix(digits, radix).map(|value| Scalar::Int(value.to_string()));
        Some(value.map_err(|_| {
            Unresolved::Unsupported(
                "an octal or hexadecimal number of more than 128 bits".into(),
                "write it in decimal",
            )
        }))
    };
    if let Some(digits) = text.strip_prefix("0x").filter(|d| is_all(d, |b| b.is_ascii_hexdigit())) {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|d| is_all(d, |b| matches!(b, b'0'..=b'7'))) {
        return radix(digits, 8);
    }
    let (minus, digits) = sign(text);
    if !is_all(digits, |b| b.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    Some(Ok(Scalar::Int(match digits {
        "" => "0".to_owned(),
        _ => format!("{minus}{digits}"),
    })))
}

fn float(text: &str) -> Option<Result<Scalar, Unresolved>> {
    let (minus, unsigned) = sign(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        // The schema allows a plus here, the constructor behind it does not.
        return Some(match text.starts_with('+') {
            true => Err(Unresolved::Refused("`+.inf`".into(), "write `.inf`")),
            false => Ok(Scalar::Float(if minus.is_empty() { f64::INFINITY } else { f64::NEG_INFINITY })),
        });
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Ok(Scalar::Float(f64::NAN)));
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let shaped = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| is_all(sign(exponent).1, |b| b.is_ascii_digit()));
    // The text has the shape of a number, so this cannot fail.
    if shaped { text.parse().ok().map(|value| Ok(Scalar::Float(value))) } else { None }
}

fn sign(text: &str) -> (&'static str, &str) {
    match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    }
}

fn is_all(text: &str, digit: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(digit)
}

/// The fewest digits that read back as a positive number, the even ones of two that are equally near, and the power of ten of
/// the first digit.
fn shortest(value: f64) -> (String, i32) {
    let mut shown = zmij::Buffer::new();
    let shown = shown.format_finite(value);
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((shown, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let first = whole.len() as i32 - 1 - (digits.len() - significant.len()) as i32;
    let exponent = first + exponent.parse::<i32>().unwrap_or_default();
    (significant.trim_end_matches('0').to_owned(), exponent)
}

/// `Double.toString` of Java 19 and later (the shortest decimal that reads back), with YAML's names for the special
/// values. Older JVMs write some numbers with more digits than needed.
fn java_double(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let (mut digits, mut exponent) = shortest(value.abs());
    if digits.len() == 1 {
        // Java writes two digits at least, and then the two that are nearest.
        let scientific = format!("{:.1e}", value.abs());
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        digits = mantissa.replace('.', "");
        exponent = power.parse().unwrap_or_default();
    }
    let digits = digits.trim_end_matches('0');
    let minus = if value < 0.0 { "-" } else { "" };
    let or_zero = |fraction: &str| if fraction.is_empty() { "0".to_owned() } else { fraction.to_owned() };
    match exponent {
        -3..=-1 => format!("{minus}0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        0..=6 => {
            let point = exponent as usize + 1;
            let padded = format!("{digits:0<point$}");
            format!("{minus}{}.{}", &padded[..point], or_zero(&padded[point..]))
        }
        _ => format!("{minus}{}.{}E{exponent}", &digits[..1], or_zero(&digits[1..])),
    }
}

#[cfg(test)]
mod tests {
    use super::java_double;

    /// As `Double.toString` of Java 17 writes them, but for the special values.
    #[test]
    fn doubles_are_written_as_java_writes_them() {
        for (value, expected) in [
            (1.0, "1.0"),
            (0.001, "0.001"),
            (1e-4, "1.0E-4"),
            (123_456.75, "123456.75"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (-12_345_678.9, "-1.23456789E7"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157E308"),
            (5e-324, "4.9E-324"),
            // The decimal that ends in 3 is as near; the even one is taken.
            (f64::from(0.990_730_3_f32), "0.9907302856445312"),
            (f64::from(2.0_f32.powi(-25) * 1.5), "4.470348358154297E-8"),
            (f64::NAN, ".nan"),
            (f64::NEG_INFINITY, "-.inf"),
            (-0.0, "-0.0"),
        ] {
            assert_eq!(java_double(value), expected);
        }
    }
}
