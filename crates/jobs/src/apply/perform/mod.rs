//! Carrying steps out, a file for each. Each can be done twice: what was done by an earlier attempt is found, and not done again.

mod step;
mod stop;
mod submit;
mod upload;
mod watch;
