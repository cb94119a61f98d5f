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
/// the same double: 0.4 as a float is the double 0.4000000059604645, and that is the factor.
pub(super) fn multiply(bytes: u64, factor: f64) -> Result<u64, Refusal> {
    let text = format!("{factor:e}");
    let (digits, exponent) = text.split_once('e').ok_or(Refusal::TooLarge)?;
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let digits: u128 = format!("{whole}{decimals}").parse().map_err(|_| Refusal::TooLarge)?;
    let exponent = exponent.parse::<i32>().map_err(|_| Refusal::TooLarge)?;
    let shift = exponent.saturating_sub(i32::try_from(decimals.len()).unwrap_or(i32::MAX));
    // At most 2^63 × 10^17 < 10^36.
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

    #[test]
    fn sums_stay_within_63_bits() {
        assert_eq!(sum(&[MOST - 1, 1]), Ok(MOST));
        assert_eq!(sum(&[MOST, 1]), Err(Refusal::TooLarge));
        assert_eq!(sum(&[MOST, MOST, MOST]), Err(Refusal::TooLarge));
    }
}
