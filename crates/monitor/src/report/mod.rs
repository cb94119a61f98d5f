//! One page about a cluster, without anything from elsewhere: to be mailed, printed, read on a phone.

mod html;
mod input;
mod page;
mod plot;
mod sections;

pub use input::{Certificate, Input, Level, Remark};
pub use page::page;
