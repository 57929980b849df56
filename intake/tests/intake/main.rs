//! The intake over HTTP on a loopback port, with a real SQLite file. SPEC §4, §5, §7.

mod crash;
mod districts;
mod idempotent;
mod load;
mod order;
mod pages;
mod refusals;
mod register;
mod roll;
mod safety;
mod window;
mod world;
