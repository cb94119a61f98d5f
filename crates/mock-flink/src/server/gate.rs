//! What a proxy in front of Flink asks for: a login, and a prefix of the path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header;
use ops_core::secret::Secret;

/// Who is let in.
///
/// ```
/// use mock_flink::{Gate, MockFlink};
/// use ops_core::secret::Secret;
///
/// let behind_a_proxy = MockFlink::builder()
///     .gate(Gate::Bearer(Secret::new("a-token")))
///     .path_prefix("/flink/orders");
/// ```
#[derive(Clone, Debug)]
pub enum Gate {
    /// With a user name and a password, `user:password`.
    Basic(Secret),
    /// With a token.
    Bearer(Secret),
}

impl Gate {
    /// Whether a request shows what is asked for.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some((scheme, given)) = given.and_then(|value| value.split_once(' ')) else { return false };
        match self {
            Self::Basic(login) => {
                scheme.eq_ignore_ascii_case("basic")
                    && STANDARD.decode(given.trim()).is_ok_and(|given| given == login.expose().as_bytes())
            }
            Self::Bearer(token) => scheme.eq_ignore_ascii_case("bearer") && given.trim() == token.expose(),
        }
    }

    /// What the answer to everybody else asks for.
    pub(super) fn challenge(&self) -> &'static str {
        match self {
            Self::Basic(_) => "Basic realm=\"flink\"",
            Self::Bearer(_) => "Bearer realm=\"flink\"",
        }
    }
}

/// The path behind a prefix, which begins with a slash and ends without one; `None` for a path beside it.
pub(super) fn behind<'a>(prefix: &str, target: &'a str) -> Option<&'a str> {
    let rest = target.strip_prefix(prefix)?;
    match rest.chars().next() {
        None => Some("/"),
        Some('/') => Some(rest),
        // `*`, which some ask instead of a path.
        Some(_) if prefix.is_empty() => Some(rest),
        // `/flink?x=1`, but not `/flinks`.
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn logins_and_tokens_are_compared_whole() {
        let basic = Gate::Basic(Secret::new("user:pass:word"));
        assert!(
            basic.admits(&headers("Basic dXNlcjpwYXNzOndvcmQ="))
                && basic.admits(&headers("basic dXNlcjpwYXNzOndvcmQ="))
        );
        for wrong in ["Basic dXNlcjpwYXNz", "Basic ?", "Bearer dXNlcjpwYXNzOndvcmQ=", "Basic"] {
            assert!(!basic.admits(&headers(wrong)), "{wrong}");
        }
        let bearer = Gate::Bearer(Secret::new("token"));
        assert!(bearer.admits(&headers("Bearer token")) && !bearer.admits(&headers("Bearer toke")));
        assert!(!bearer.admits(&HeaderMap::new()));
        assert!(!format!("{bearer:?}").contains("token\""));
    }

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert_eq!(behind("/flink", "/flink/jobs?x=1"), Some("/jobs?x=1"));
        assert_eq!(behind("/flink", "/flink"), Some("/"));
        assert!(behind("/flink", "/flinks/jobs").is_none() && behind("/flink", "/jobs").is_none());
    }
}
