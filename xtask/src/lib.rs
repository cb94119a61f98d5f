//! Developer and release automation of the workspace.
