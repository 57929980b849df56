//! The intake over HTTP on a loopback port, with a real SQLite file or a PostgreSQL cluster of its own. SPEC §4, §5, §7.

mod attacks;
#[path = "../cluster/mod.rs"]
mod cluster;
mod crash;
mod districts;
mod faults;
mod idempotent;
mod load;
mod log;
mod order;
mod pages;
mod proxy;
mod ready;
mod refusals;
mod register;
mod roll;
mod safety;
mod tricks;
mod window;
mod world;
