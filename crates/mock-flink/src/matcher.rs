//! Which requests are meant: `POST /jobs/:jobid/savepoints`, `GET /jobs/*/metrics?get=numRestarts`, `/taskmanagers/**`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::rest::{decoded, query};

/// A pattern of requests: a method and a path.
///
/// Without a method every method is meant. In the path, `*` and `:name` stand for one segment, a `**` at its end for any
/// rest; the prefix `/v1` and doubled slashes do not count, as in Flink. Parameters after a `?` must all be there.
///
/// ```
/// use mock_flink::Matcher;
///
/// let matcher: Matcher = "GET /jobs/:jobid/metrics?get=numRestarts".parse()?;
/// assert!(matcher.matches("GET", "/v1/jobs/4711/metrics?agg=max&get=numRestarts"));
/// assert!(!matcher.matches("GET", "/jobs/4711/metrics"));
/// assert!("GET jobs".parse::<Matcher>().is_err());
/// # Ok::<(), mock_flink::MatcherError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Matcher {
    method: Option<String>,
    segments: Vec<String>,
    rest: Rest,
    query: Vec<(String, String)>,
}

/// Whether more segments may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    None,
    Any,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no pattern of requests: {problem}; needed is `METHOD /path` or `/path`, as in `GET /jobs/*`"
)]
pub struct MatcherError {
    found: String,
    problem: &'static str,
}

impl Matcher {
    /// Every request.
    pub fn everything() -> Self {
        Self { method: None, segments: Vec::new(), rest: Rest::Any, query: Vec::new() }
    }

    /// Whether a request is meant; `target` is its path with its query.
    pub fn matches(&self, method: &str, target: &str) -> bool {
        let (path, query_text) = target.split_once('?').unwrap_or((target, ""));
        self.method.as_deref().is_none_or(|own| own == method) && self.path_matches(path) && {
            let given = if self.query.is_empty() { Vec::new() } else { query(query_text) };
            self.query.iter().all(|pair| given.contains(pair))
        }
    }

    /// How far a request is from being meant: 0 for one that is, up to ten for each part of it that differs.
    pub(crate) fn distance(&self, method: &str, target: &str) -> usize {
        const PART: usize = 10;
        let path = target.split('?').next().unwrap_or(target);
        let given: Vec<&str> = segments(path).collect();
        let cost = |own: &str, given: &str| {
            if own == "*" || own.starts_with(':') {
                return 0;
            }
            let longest = own.chars().count().max(given.chars().count()).max(1);
            (strsim::levenshtein(own, given) * PART).div_ceil(longest)
        };
        // Wagner and Fischer, over segments.
        let mut row: Vec<usize> = (0..=given.len()).map(|count| count * PART).collect();
        for (index, own) in self.segments.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = (index + 1) * PART;
            for (column, segment) in given.iter().enumerate() {
                let replaced = diagonal + cost(own, segment);
                diagonal = row[column + 1];
                row[column + 1] = replaced.min(row[column] + PART).min(row[column + 1] + PART);
            }
        }
        let path = match self.rest {
            Rest::None => row.last().copied().unwrap_or(0),
            Rest::Any => row.iter().copied().min().unwrap_or(0),
        };
        path + self.method.as_deref().map_or(0, |own| cost(own, method))
    }

    fn path_matches(&self, path: &str) -> bool {
        let mut given = segments(path);
        for own in &self.segments {
            match given.next() {
                Some(segment) if own == "*" || own.starts_with(':') || *own == decoded(segment) => {}
                _ => return false,
            }
        }
        self.rest == Rest::Any || given.next().is_none()
    }
}

/// The segments that Flink's router sees.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    segments.next_if_eq(&"v1");
    segments
}

impl FromStr for Matcher {
    type Err = MatcherError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |problem| MatcherError { found: text.to_owned(), problem };
        let text = text.trim();
        let (method, target) = match text.split_once(char::is_whitespace) {
            Some((method, target)) => (Some(method), target.trim()),
            None => (None, text),
        };
        if method.is_some_and(|method| !method.bytes().all(|byte| byte.is_ascii_uppercase())) {
            return Err(error("the method is not in capitals"));
        }
        let (path, query_text) = target.split_once('?').unwrap_or((target, ""));
        if !path.starts_with('/') {
            return Err(error("the path does not begin with a slash"));
        }
        let mut own: Vec<String> = segments(path).map(str::to_owned).collect();
        let rest = if own.last().is_some_and(|last| last == "**") { Rest::Any } else { Rest::None };
        if rest == Rest::Any {
            own.pop();
        }
        if own.iter().any(|segment| segment == "**") {
            return Err(error("`**` stands at the end only"));
        }
        Ok(Self { method: method.map(str::to_owned), segments: own, rest, query: query(query_text) })
    }
}

impl JsonSchema for Matcher {
    fn schema_name() -> Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The requests: a method, if one is meant, and a path, in which `*` and `:name` stand for one \
                            segment and `**` for the rest: `POST /jobs/*/savepoints`.",
            "type": "string",
            "pattern": "^([A-Z]+ )?/",
        })
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = &self.method {
            write!(f, "{method} ")?;
        }
        for segment in &self.segments {
            write!(f, "/{segment}")?;
        }
        if self.rest == Rest::Any {
            f.write_str("/**")?;
        } else if self.segments.is_empty() {
            f.write_str("/")?;
        }
        for (index, (key, value)) in self.query.iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Matcher {
    type Error = MatcherError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Matcher> for String {
    fn from(matcher: Matcher) -> Self {
        matcher.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_match_as_flinks_router_reads_them() {
        let matcher: Matcher = "/jobs/*/vertices/:vertexid".parse().unwrap();
        for path in ["/jobs/1/vertices/2", "/v1/jobs/1/vertices/2/", "//jobs//1/vertices/a%20b"] {
            assert!(matcher.matches("DELETE", path), "{path}");
        }
        for path in ["/jobs/1/vertices", "/jobs/1/vertices/2/subtasks", "/jobs/1/edges/2"] {
            assert!(!matcher.matches("GET", path), "{path}");
        }
        let rest: Matcher = "GET /jobs/**".parse().unwrap();
        assert!(rest.matches("GET", "/jobs") && rest.matches("GET", "/jobs/1/2/3"));
        assert!(!rest.matches("PATCH", "/jobs/1") && !rest.matches("GET", "/jars"));
    }

    #[test]
    fn distances_grow_with_what_differs() {
        let matcher: Matcher = "POST /jars/*/run".parse().unwrap();
        let ordered = ["/jars/0f3c_orders.jar/run", "/jars/x.jar/runs", "/jars/x.jar/plan", "/jars"];
        let distances = ordered.map(|target| matcher.distance("POST", target));
        assert_eq!(distances[0], 0);
        assert!(distances.is_sorted_by(|a, b| a < b), "{distances:?}");
        assert!(matcher.distance("PUT", ordered[0]) > 0);
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_what_was_needed() {
        for text in ["", "jobs", "get /jobs", "GET", "GET jobs", "/a/**/b"] {
            let error = text.parse::<Matcher>().unwrap_err().to_string();
            assert!(error.contains("as in `GET /jobs/*`"), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_is_read_back_as_it_was_written(
            method in proptest::option::of("[A-Z]{1,7}"),
            path in "(/[a-z0-9:*]{1,6}){0,4}(/\\*\\*)?",
            query in proptest::option::of("[a-z]{1,4}=[a-z]{1,4}"),
        ) {
            prop_assume!(!path.is_empty());
            let query = query.map_or(String::new(), |query| format!("?{query}"));
            let text = format!("{}{path}{query}", method.map_or(String::new(), |method| format!("{method} ")));
            if let Ok(matcher) = text.parse::<Matcher>() {
                prop_assert_eq!(matcher.to_string().parse::<Matcher>(), Ok(matcher));
            }
        }
    }
}
