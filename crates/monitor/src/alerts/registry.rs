//! Every alert, by name.

use super::alert::Alert;
use super::rules;

/// Every alert, group by group.
pub fn all() -> &'static [&'static Alert] {
    &rules::ALL
}

/// The alert of this name.
pub fn find(name: &str) -> Option<&'static Alert> {
    all().iter().copied().find(|alert| alert.name == name)
}
