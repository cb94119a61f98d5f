//! Stores, requests, chains, lists, rotations and verification, judged by other people's programs.

mod import;
mod interop;
mod lifecycle;
mod requests;
mod rotation;
mod stores;
mod tools;
mod verify;
