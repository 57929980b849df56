//! What everybody must agree on to run or check a draw: formats, hashes, signatures, the mechanisms' certificates
//! and `verify`. SPEC.md beside this crate is the text; where the two differ, both are wrong until they agree.
//!
//! **Invariant:** no I/O, no clock, no float, no hash map, no thread. Time, files and randomness are inputs, so a
//! verdict is a function of the bytes that were handed in.

pub mod acknowledged;
pub mod apportionment;
pub mod batches;
pub mod beacon;
pub mod bundle;
pub mod certificate;
pub mod checkpoint;
pub mod cosignature;
pub mod crockford;
pub mod draw;
pub mod entry;
pub mod event;
pub mod hash;
pub mod instance;
pub mod json;
pub mod lottery;
pub mod manifest;
pub mod merkle;
pub mod note;
pub mod outcome;
pub mod programme;
pub mod proof;
pub mod receipt;
pub mod register;
pub mod seat;
pub mod seed;
pub mod sessions;
pub mod ticket;
pub mod tiles;
pub mod verify;
pub mod wire;
