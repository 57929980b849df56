//! A draw by hand, command by command as docs/official.md has it, and what happens when a step comes at the wrong time,
//! twice, on a full disk, is killed, or finds files that are not what they should be.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

#[path = "../../intake/tests/cluster/mod.rs"]
mod cluster;
#[path = "../support/mod.rs"]
mod support;

mod apportion;
mod audit;
mod check;
mod confirm;
mod desk;
mod disk;
mod kill;
mod levels;
mod office;
mod official;
mod order;
mod recovery;
mod roll;
mod serve;
mod spoilt;
mod status;
mod stop;
mod terminal;
mod upgrade;
mod witness;
