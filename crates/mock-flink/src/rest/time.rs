//! Moments as logs, file names and HTTP headers write them. All in UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

fn formatted(millis: i64, format: &str) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

/// `2026-11-26 00:38:39,576`.
pub(super) fn stamp_of_log(millis: i64) -> String {
    format!("{},{:03}", formatted(millis, "%Y-%m-%d %H:%M:%S"), millis.rem_euclid(1000))
}

/// `2026-11-26_00_39_29`.
pub(super) fn stamp_of_file(millis: i64) -> String {
    formatted(millis, "%Y-%m-%d_%H_%M_%S")
}

/// `Thu, 26 Nov 2026 00:39:24 GMT`.
pub(crate) fn http_date(millis: i64) -> String {
    formatted(millis, "%a, %d %b %Y %H:%M:%S GMT")
}

/// The moment that an HTTP date says, in milliseconds.
pub(crate) fn of_http_date(text: &str) -> Option<i64> {
    let broken = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).ok()?;
    let moment = broken.to_datetime().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(moment.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_a_real_job_manager_wrote_them() {
        let millis = 1_795_653_519_576;
        assert_eq!(stamp_of_log(millis), "2026-11-26 00:38:39,576");
        assert_eq!(stamp_of_file(millis), "2026-11-26_00_38_39");
        assert_eq!(http_date(millis), "Thu, 26 Nov 2026 00:38:39 GMT");
        assert_eq!(of_http_date("Thu, 26 Nov 2026 00:38:39 GMT"), Some(1_795_653_519_000));
        assert_eq!(of_http_date("nonsense"), None);
    }
}
