//! How many subtasks each vertex needs, by what it was measured to do.
//!
//! Two looks at a running job give, for each vertex, the records that it read and wrote and the time that its subtasks worked,
//! waited for input and were held up. Records for each second of work are what one subtask can do (its true rate), however idle or
//! held up it is. What the sources would send if nobody held them up, carried along the graph by what each vertex makes of its
//! input, is what each vertex has to do. Both together give the number of subtasks; key groups and partitions, which are dealt out
//! whole, may ask for one more. The idea is that of DS2 (Kalavri et al., OSDI 2018).

mod advise;
mod measure;

pub use advise::{Pending, Report, VertexAdvice, Wishes, advise};
pub use measure::{Measured, NoMeasure, measure, unreported};
