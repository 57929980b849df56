//! Tickets: `{bytes}` in hexadecimal digits, or `{ticket}` as somebody typed it.

use super::{Answer, Refusal, input};
use protocol::{
    hash::hex,
    ticket::{Ticket, TicketError},
};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let ticket = match input["bytes"].as_str() {
        Some(bytes) => Ticket(input::hex(bytes).try_into().unwrap()),
        None => Ticket::parse(input::text(input, "ticket")).map_err(refusal)?,
    };
    Ok(json!({ "ticket": ticket.to_string(), "bytes": hex(&ticket.0) }))
}

fn refusal(error: TicketError) -> Refusal {
    let label = match error {
        TicketError::Length(_) => "R-TICKET-LENGTH",
        TicketError::Character(_) => "R-TICKET-CHARACTER",
        TicketError::Check => "R-TICKET-CHECK",
        other => panic!("{other} has no rule"),
    };
    Refusal { label, at: None, reason: error.to_string() }
}
