//! One file per verb.

mod allocate;
mod announce;
mod apportion;
mod audit;
mod bundle;
mod check;
mod demo;
mod desk;
mod explain;
mod freeze;
mod keys;
mod log;
mod notice;
mod publish;
mod roll;
mod seed;
mod serve;
mod status;
mod store;
mod verify;
mod view;
mod witness;

use crate::{cli::Command, failure::Outcome};

/// Runs one verb.
///
/// # Errors
/// What the verb could not do, or refused.
pub(crate) fn run(command: Command) -> Outcome {
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Check(arguments) => check::run(&arguments.draw),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Announce(arguments) => announce::run(&arguments.draw, arguments.time.at),
        Command::Roll(arguments) => roll::run(&arguments),
        Command::Store(arguments) => store::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Freeze(arguments) => freeze::run(&arguments),
        Command::Witness(arguments) => witness::run(&arguments),
        Command::Notice(arguments) => notice::run(&arguments.draw),
        Command::Log(arguments) => log::run(&arguments),
        Command::Seed(arguments) => seed::run(&arguments.draw, &arguments.beacon, arguments.time.at),
        Command::Allocate(arguments) => allocate::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::View(arguments) => view::run(&arguments.bundle, arguments.listen),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
    }
}
