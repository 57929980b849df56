//! `jebi status`: how many have registered, while they do.
//!
//! **Invariant:** it reads, in pieces that take no longer than a page of batches, and each look reads what came since the
//! look before; between looks it rests at least ten times as long as it read.

mod json;
mod screen;
mod view;

use crate::{
    cli::Status as Arguments,
    console::data,
    draw::{Announced, Draw, intake as part},
    failure::{Context, Outcome},
};
use intake::{Database, Turnout};
use protocol::programme::{Programme, Title};
use screen::Screen;
use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};
use tokio::signal::unix::{SignalKind, signal};

/// Shortest time between two looks.
const REST: Duration = Duration::from_secs(2);

/// Shows it once, or again and again on a terminal until somebody interrupts.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let announced = Draw::at(&arguments.draw).announced()?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        let mut turnout = Turnout::default();
        if arguments.json {
            let frozen = look(&database, &mut turnout).await?;
            data(json::object(&announced.programme, &turnout, frozen));
        } else if arguments.once || !io::stdout().is_terminal() {
            let frozen = look(&database, &mut turnout).await?;
            view::whole(&announced.programme, &turnout, frozen).iter().for_each(data);
        } else {
            watch(&announced, &database, &mut turnout).await?;
        }
        database.close().await;
        Ok(())
    })
}

/// Counts what came since the look before. Gives when the register was frozen, if it was.
async fn look(database: &Database, turnout: &mut Turnout) -> Outcome<Option<u64>> {
    // First: who came between the two looks came before a freeze that is told.
    let frozen = database.frozen_at_unix_s().await.context("reading the freeze")?;
    database.count(turnout).await.context("counting")?;
    Ok(frozen)
}

async fn watch(announced: &Announced, database: &Database, turnout: &mut Turnout) -> Outcome {
    let mut stop = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    let [interrupt, terminate] = &mut stop;
    let doing = "listening for signals";
    let interrupt = interrupt.as_mut().map_err(|error| crate::failure::Failure::new(format!("{doing}: {error}")))?;
    let terminate = terminate.as_mut().map_err(|error| crate::failure::Failure::new(format!("{doing}: {error}")))?;
    let mut screen = Screen::enter();
    loop {
        let begun = clock();
        let frozen = tokio::select! {
            looked = look(database, turnout) => looked?,
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
        };
        let rest = REST.max(begun.elapsed() * 10);
        screen.show(|size| view::live(&announced.programme, turnout, frozen, size));
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
        }
    }
}

/// Only for how long to rest.
#[expect(clippy::disallowed_methods, reason = "how long a look took; no time of this draw")]
fn clock() -> Instant {
    Instant::now()
}

/// Entries of some kind beside the people on the roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    on_roll: u64,
    active: u64,
    withdrawn: u64,
}

/// All, by cohort, by district, by channel: in the programme's order.
struct Counts<'a> {
    all: Count,
    cohorts: Vec<(&'a str, &'a Title, Count)>,
    districts: Vec<(&'a str, &'a Title, Count)>,
    channels: [(&'static str, Count); 3],
}

impl<'a> Counts<'a> {
    fn of(programme: &'a Programme, turnout: &Turnout) -> Self {
        let roll = turnout.roll();
        let on_roll = |people: Option<&u64>| Count { on_roll: people.copied().unwrap_or(0), ..Count::default() };
        let cohorts = programme.cohorts.iter().enumerate();
        let districts = programme.districts.iter().enumerate();
        let mut counts = Self {
            all: on_roll(Some(&roll.people)),
            cohorts: cohorts.map(|(at, of)| (&*of.id, &of.title, on_roll(roll.cohorts.get(at)))).collect(),
            districts: districts.map(|(at, of)| (&*of.code, &of.name, on_roll(roll.districts.get(at)))).collect(),
            channels: CHANNELS.map(|name| (name, Count::default())),
        };
        for of in turnout.standing() {
            let places = [
                Some(&mut counts.all),
                counts.cohorts.get_mut(usize::from(of.cohort)).map(|(_, _, count)| count),
                counts.districts.get_mut(usize::from(of.district)).map(|(_, _, count)| count),
                counts.channels.get_mut(usize::from(of.channel.byte())).map(|(_, count)| count),
            ];
            for count in places.into_iter().flatten() {
                count.active += of.active;
                count.withdrawn += of.withdrawn;
            }
        }
        counts
    }
}

/// By their bytes in SPEC §5.1.
const CHANNELS: [&str; 3] = ["self", "assisted", "paper"];
