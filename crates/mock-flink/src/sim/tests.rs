//! Tests of the simulation.
