//! Network buffers: how many a job needs on a TaskManager, and how many there are.
//!
//! A task asks for its buffers when it starts, and fails with "Insufficient number of network buffers" when the pool has
//! promised all it has. What it must have at once is the *required* number; what it works best with is the *target*.
//!
//! | who | required | target |
//! |---|---|---|
//! | a result, pipelined, with `s` consumers | `s + 1` | `s × per-channel + floating` |
//! | a result, blocking | `sort-shuffle.min-buffers` | `max(that, 4 × s)` |
//! | an input gate with `c` channels, `r` of them from other TaskManagers | `r × exclusive + floating required` | `c × per-channel + floating` |
//!
//! (`NettyShuffleUtils`, `InputGateSpecUtils` and `NetworkBufferPool` of every version from 1.18 to 2.3.)

mod buffers;
mod graph;
mod report;

pub use buffers::{BufferSettings, Need, gate, result_partition};
pub use graph::{Edge, Exchange, JobGraph, Pattern, Placement, Vertex};
pub use report::{NetworkReport, Verdict, VertexNeed, advise};
