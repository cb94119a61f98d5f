//! Descriptions applied to mock-flink: what is planned, what is done, and what holds when anything goes wrong at any moment.

mod plans;
mod schedules;
mod world;
