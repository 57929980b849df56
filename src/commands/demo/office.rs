//! The demo's office: who has no change key shows who they are, and has the choices changed at the desk. SPEC §5.4.

use super::{
    citizens::{Act, Citizen, Held},
    crowd::Tally,
    serve,
};
use crate::{
    draw::Announced,
    failure::{Context, Failure, Outcome},
};
use intake::{Asked, Clock, Database, Desk, Form, Randomness, Reason, Way};
use pages::Lang;
use protocol::{instance::Choice, programme::Programme};

/// Changes the entries of all who were refused for want of the key: the choice that was last comes first.
///
/// # Errors
/// If one is not granted.
pub(super) async fn help(
    announced: &Announced,
    database: &Database,
    clock: &Clock,
    citizens: &mut [Citizen],
    tally: &mut Tally,
) -> Outcome {
    let config = serve::config(announced, database, clock.clone(), Randomness::system())?;
    let desk = Desk::open(config, "desk 1", Way::Telephone, Lang::ALL[0]).context("opening the desk")?;
    let reason = Reason::parse("lost, identity card seen").ok_or_else(|| Failure::new("that is no reason"))?;
    for (_, citizen) in citizens.iter_mut().enumerate().filter(|(index, citizen)| citizen.needs_the_office(*index)) {
        let mut choices = names(&announced.programme, &citizen.choices);
        choices.rotate_right(1);
        let form = Form {
            access_code: citizen.code.clone(),
            birth_date: citizen.born.clone(),
            number: citizen.reference.clone(),
            asked: Asked::Choices(choices),
            change_key: String::new(),
            by_office: Some(reason.clone()),
        };
        let given = desk.give_in(&form).await.context(format!("{} at the desk", citizen.reference))?;
        citizen.held = Some(Held {
            ticket: given.ticket.to_string(),
            revision: given.revision,
            change_key: given.change_key,
            receipt: given.receipt.into_bytes(),
        });
        *tally.entry(Act::AtTheOffice).or_default() += 1;
    }
    desk.close().await;
    Ok(())
}

/// Choices as a form at the desk has them.
fn names(programme: &Programme, choices: &[Choice]) -> Vec<String> {
    let name = |choice: &Choice| match choice {
        Choice::Session(session) => format!("session.{}", programme.sessions[session.0 as usize].id),
        Choice::Site(site) => format!("site.{}", programme.sites[site.0 as usize].id),
    };
    choices.iter().map(name).collect()
}
