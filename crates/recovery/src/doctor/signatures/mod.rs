//! What is known of how jobs and clusters fail, one signature a file.
//!
//! | codes | kind |
//! |---|---|
//! | DR101–DR189 | `failures`: by what was thrown |
//! | DR301–DR322 | `behaviour`: by figures |
//! | DR501–DR509 | `configuration` |

pub(super) mod behaviour;
pub(super) mod configuration;
pub(super) mod failures;
#[cfg(test)]
pub(crate) mod sample;
mod slow;
