//! Which store a command works on: the one place where its address is an argument.
//!
//! **Invariant:** a password is no argument of any command, since every process of the machine can read those.

use crate::draw::address::has_password;
use clap::{
    Arg, Args, Command, Error,
    builder::{StringValueParser, TypedValueParser},
    error::ErrorKind,
};
use std::ffi::OsStr;

/// Where registrations are kept.
#[derive(Args, Clone)]
pub(crate) struct StoreAt {
    /// sqlite:FILE or postgres://ROLE@HOST/DATABASE [default: JEBI_STORE of the environment, else sqlite:DRAW/intake.sqlite]
    #[arg(long, value_name = "URL", value_parser = Shown)]
    pub store: Option<String>,
}

impl StoreAt {
    /// What stands at the end of a command that is printed to be copied: the same store, where one was named; else nothing.
    pub(crate) fn again(&self) -> String {
        let quoted = |address: &String| format!(" --store '{}'", address.replace('\'', "'\\''"));
        self.store.as_ref().map(quoted).unwrap_or_default()
    }
}

/// An address that anybody may see.
#[derive(Clone)]
struct Shown;

impl TypedValueParser for Shown {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        let address = StringValueParser::new().parse_ref(command, argument, value)?;
        match has_password(&address) {
            false => Ok(address),
            // Not by way of clap, which repeats what was typed.
            true => Err(Error::raw(
                ErrorKind::ValueValidation,
                "--store has a password, and whoever lists processes can read it\n\
                 hint: put the address into the environment as JEBI_STORE, or the password into ~/.pgpass or the file that \
                 PGPASSFILE names (chmod 600)\n",
            )),
        }
    }
}
