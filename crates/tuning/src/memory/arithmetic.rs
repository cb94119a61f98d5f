//! Java's arithmetic: signed numbers of 64 bits that refuse to overflow, and exact products with decimal fractions.

use super::refusal::Refusal;

/// The most bytes that Flink can hold.
pub(super) const MOST: u64 = i64::MAX as u64;

/// The sum of sizes.
pub(super) fn sum(sizes: &[u64]) -> Result<u64, Refusal> {
    let sum = sizes.iter().map(|size| u128::from(*size)).sum::<u128>();
    u64::try_from(sum).ok().filter(|sum| *sum <= MOST).ok_or(Refusal::TooLarge)
}

/// `bytes × factor`, rounded down. Flink multiplies exactly, taking the factor as the shortest decimal number that means
/// the same double, the even one of two that are equally near: 0.4 as a float is the double 0.4000000059604645, and that is
/// the factor.
pub(super) fn multiply(bytes: u64, factor: f64) -> Result<u64, Refusal> {
    if !factor.is_finite() {
        return Err(Refusal::TooLarge);
    }
    let mut shown = zmij::Buffer::new();
    let shown = shown.format_finite(factor);
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((shown, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let digit = |digits: u128, byte: u8| match byte {
        b'.' => Some(digits),
        byte => Some(digits * 10 + u128::from(char::from(byte).to_digit(10)?)),
    };
    let digits = mantissa.bytes().try_fold(0, digit).ok_or(Refusal::TooLarge)?;
    let exponent = exponent.parse::<i32>().map_err(|_| Refusal::TooLarge)?;
    let shift = exponent.saturating_sub(i32::try_from(decimals).unwrap_or(i32::MAX));
    // At most 2^63 × 10^18 < 10^37.
    let product = u128::from(bytes) * digits;
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    let (quotient, rest) = match (shift < 0, power) {
        (true, Some(power)) => (product / power, product % power),
        (true, None) => (0, product),
        (false, power) => (power.and_then(|power| product.checked_mul(power)).ok_or(Refusal::TooLarge)?, 0),
    };
    match u64::try_from(quotient) {
        Ok(bytes) if bytes < MOST || (bytes == MOST && rest == 0) => Ok(bytes),
        _ => Err(Refusal::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact_and_rounded_down() {
        let float = |text: &str| f64::from(text.parse::<f32>().unwrap());
        for (bytes, factor, expected) in [
            (1 << 30, float("0.4"), Ok(429_496_736)),
            // Two decimals are equally near; Java takes the even one, 0.9907302856445312.
            (1_940_058_731_505_811, float("0.9907303"), Ok(1_922_074_941_231_918)),
            (10, 0.5, Ok(5)),
            (11, 0.5, Ok(5)),
            (MOST, 0.0, Ok(0)),
            (MOST, 1.0, Ok(MOST)),
            (MOST, 1e-45, Ok(0)),
            (MOST, 0.1, Ok(922_337_203_685_477_580)),
            (1, 1e18, Ok(1_000_000_000_000_000_000)),
            (1, 1e19, Err(Refusal::TooLarge)),
            (MOST, 1.000_000_000_000_001, Err(Refusal::TooLarge)),
            (u64::from(u32::MAX), 1e300, Err(Refusal::TooLarge)),
        ] {
            assert_eq!(multiply(bytes, factor), expected, "{bytes} × {factor}");
        }
    }

    proptest::proptest! {
        #[test]
        fn products_are_those_of_long_multiplication(bytes in 0..=MOST, factor in 0.01_f32..1.0) {
            let mut shown = zmij::Buffer::new();
            let decimals = shown.format_finite(f64::from(factor)).strip_prefix("0.").unwrap();
            let whole = decimals.bytes().rev().fold(0, |rest, digit| {
                (rest + u128::from(bytes) * u128::from(digit - b'0')) / 10
            });
            proptest::prop_assert_eq!(multiply(bytes, factor.into()), Ok(u64::try_from(whole).unwrap()));
        }
    }

    #[test]
    fn sums_stay_within_63_bits() {
        assert_eq!(sum(&[MOST - 1, 1]), Ok(MOST));
        assert_eq!(sum(&[MOST, 1]), Err(Refusal::TooLarge));
        assert_eq!(sum(&[MOST, MOST, MOST]), Err(Refusal::TooLarge));
    }
}
