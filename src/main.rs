//! `jebi`: run a draw, publish it, check it. One file per verb in `commands/`; what they say to a draw's folder is in
//! `draw/`; everything that decides anything is in the crates below.

mod cli;
mod commands;
mod console;
mod costs;
mod draw;
mod failure;
mod stop;

use clap::Parser;
use std::process::ExitCode;

/// A fifth of a registration's time in the service went into the system's own bookkeeping of memory.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(cli::Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ExitCode::from(failure.report()),
    }
}
