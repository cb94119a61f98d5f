//! The structure of answers of Flink's REST API, and how two of them differ: status, headers, keys at every depth, types,
//! enumerated values, first lines of errors; not ids, times and sizes.
//!
//! ```
//! use rest_shape::{Answer, differences, of_answer};
//!
//! let answer = |body: &'static str| Answer {
//!     status: 200,
//!     headers: vec![("content-type".to_owned(), "application/json".to_owned())],
//!     body: body.into(),
//! };
//! let one = of_answer(&answer(r#"{"id": "0123456789abcdef0123456789abcdef", "state": "RUNNING"}"#), "/jobs");
//! let other = of_answer(&answer(r#"{"id": "fedcba9876543210fedcba9876543210", "state": "FAILED"}"#), "/jobs");
//! let [difference] = differences(&one, &other).try_into().unwrap();
//! assert_eq!(difference.at, "/body/state");
//! assert_eq!((difference.first.as_deref(), difference.second.as_deref()), (Some("=RUNNING"), Some("=FAILED")));
//! ```

mod differences;
mod shape;
mod text;

pub use differences::{Difference, differences};
pub use shape::{Answer, of_answer};
pub use text::{headlines, structure};
