#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "small numbers, and a test may stop")]

mod definition;
mod draws;
mod invariants;
