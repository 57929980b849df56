//! The intake over HTTP on a loopback port, with a real SQLite file. SPEC §4, §5, §7.

mod attacks;
mod crash;
mod districts;
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
