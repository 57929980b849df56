//! The intake: citizens register, read back, change and withdraw in the window, and get signed receipts. SPEC §4–§7.
//!
//! The life of a request: `http` or `html` reads it and finds the person by access code and birth date; the queue holds
//! it; `writer` reads the clock, `decide` says what becomes of it, `batch` signs, `store` makes it durable; then the
//! answer goes out.
//!
//! **Invariant:** whatever was acknowledged with a receipt is in the store through a crash, in the register at the
//! freeze, and never changed. Being early, late, fast or persistent within the window changes nothing about an entry.

mod anchors;
pub mod arrival;
mod batch;
mod check;
mod clock;
mod code;
mod connections;
mod decide;
mod desk;
mod forget;
mod freeze;
mod html;
mod http;
mod identify;
mod intake;
mod journal;
mod meters;
mod monitor;
mod office;
mod problem;
mod queue;
mod randomness;
mod refusal;
mod request;
mod roll;
mod secrets;
mod seldom;
mod serve;
mod store;
mod tries;
mod turnout;
mod writer;

pub use check::{Checked, Checking, Fault, People, PersonFault, Tell};
pub use clock::{BindingProgramme, Clock, RehearsalClock};
pub use code::AccessCode;
pub use desk::{Asked, Desk, Form, Handout, NotGranted, Reason, Way};
pub use forget::Forgotten;
pub use freeze::{CohortTotal, FreezeError, Frozen, Leaf, Opened, Rows, Totals};
pub use journal::{By, Kind, Line, Tip};
pub use monitor::Monitor;
pub use office::Office;
pub use randomness::{NoRandomness, Randomness};
pub use roll::{
    Group, Imported, Issued, LineRange, Look, Looked, NoLineRange, ROLL_COLUMNS, Reissue, Roll, RollError, RollLine,
    Row, Seal, ToUndo, Undoing, Wrong, WrongForm, WrongLine, WrongLines, csv_reader, csv_rows,
};
pub use secrets::{Person, Secrets};
pub use serve::{Config, Limits, ServeError, Serving, serve, serve_within};
pub use store::{Database, StoreError};
pub use turnout::{Flow, RollCount, Standing, Turnout};
