//! The cluster's address: scheme, host, port, and perhaps a path that a proxy put before Flink's own.

use reqwest::Url;

use crate::rest::RestError;

/// The prefix that Flink's own client uses for every request.
const API: &str = "v1";

/// A checked address. Never holds a password, a query or a fragment.
#[derive(Clone, Debug)]
pub(super) struct Address(Url);

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, RestError> {
        // A password in the address is not repeated.
        let shown = if text.contains('@') { "…" } else { text };
        let invalid = |why: String| RestError::InvalidUrl { url: shown.to_owned(), why };
        let example = "write it like http://host:8081 or https://host:8081";
        if !text.contains("://") {
            return Err(invalid(format!("it does not say http:// or https://; {example}")));
        }
        let mut url = Url::parse(text.trim()).map_err(|error| invalid(format!("{error}; {example}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(format!("`{}` is no scheme of Flink's; {example}", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let why = "it holds a user or password, which Flink does not know; identify with --identity or --cert --key";
            return Err(invalid(why.to_owned()));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid(format!("it goes on after the path (`?` or `#`); {example}")));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        // People copy addresses together with the prefix that the client adds.
        url.set_path(path.strip_suffix("/v1").unwrap_or(&path));
        Ok(Self(url))
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address as it may be shown and configured, without a trailing slash.
    pub(super) fn as_text(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The URL of a resource. Segments and query values are percent-encoded.
    pub(super) fn resource(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(API).extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_found_below_any_prefix() {
        for (base, expected) in [
            ("http://h:8081", "http://h:8081/v1/jars/a%2Fb%20c.jar"),
            ("http://h:8081/", "http://h:8081/v1/jars/a%2Fb%20c.jar"),
            ("http://h:8081/v1/", "http://h:8081/v1/jars/a%2Fb%20c.jar"),
            ("https://h/flink/prod/", "https://h/flink/prod/v1/jars/a%2Fb%20c.jar"),
            ("https://[::1]:8081", "https://[::1]:8081/v1/jars/a%2Fb%20c.jar"),
        ] {
            let address = Address::parse(base).unwrap();
            assert_eq!(address.resource(&["jars", "a/b c.jar"], &[]).as_str(), expected);
        }
        let address = Address::parse("http://h").unwrap();
        assert_eq!(address.resource(&["x"], &[("get", "a,b")]).as_str(), "http://h/v1/x?get=a%2Cb");
        assert_eq!(address.as_text(), "http://h");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, expected) in [
            ("localhost:8081", "http://host:8081"),
            ("", "http://host:8081"),
            ("ftp://h", "no scheme of Flink's"),
            ("http://", "empty host"),
            ("http://h:99999", "port"),
            ("http://h/?x=1", "goes on after the path"),
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")) && error.contains(expected), "{error}");
        }
        let error = Address::parse("http://me:hunter2@h").unwrap_err().to_string();
        assert!(!error.contains("hunter2") && error.contains("--identity"), "{error}");
    }
}
