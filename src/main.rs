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

fn main() -> ExitCode {
    match commands::run(cli::Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ExitCode::from(failure.report()),
    }
}
