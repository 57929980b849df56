//! `jebi demo`: a whole draw on real places, over the interfaces that citizens, officials and verifiers use.

mod citizens;
mod crowd;
mod office;
mod sources;
mod summary;

use super::{allocate, announce, check, freeze, notice, publish, seed, serve, verify, view, witness};
use crate::{
    cli::Demo as Arguments,
    console::{bar, count, step},
    costs::Costs,
    draw::{Announced, TOOL, clock, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use allocator::synthetic::{Tables, World};
use citizens::{Act, Citizen, HALF_DAYS};
use crowd::{Crowd, Tally};
use intake::{Clock, RehearsalClock, Reissue, Roll};
use jiff::Timestamp;
use protocol::beacon::Beacon;
use sources::WitnessKey;
use std::{path::Path, time::Instant};

/// drand quicknet's round 1000, as its relays gave it in August 2023.
const ROUND: &[u8] = include_bytes!("../../../data/beacon/quicknet-round-1000.json");

/// Everything is drawn from this, so that the same number of citizens is the same demo.
const SEED: [u8; 32] = *b"jebi demo: who lives where, want";

/// Runs the whole draw.
///
/// # Errors
/// The first step that fails, or an answer of the intake that is not the right one.
#[expect(clippy::disallowed_methods, reason = "the summary says how long the steps took; nothing published does")]
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let folder = &arguments.dir;
    if folder.exists() {
        return Err(
            Failure::new(format!("{} exists", folder.display())).hint("remove it, or choose another folder with --dir")
        );
    }
    let start = Instant::now();
    let world = World::new(&Tables::korea().context("the tables in data/")?, arguments.citizens, SEED);
    step("1  announce: 284 centres, their districts, two cohorts");
    let witnesses = sources::write(folder, &world, arguments.apportioned)?;
    let mut announced = announce::announce(folder, at("2023-08-01T10:00:00+09:00")?)?;
    check::describe(&announced.programme);
    step(format!(
        "2  register: {} people over HTTP, in a fortnight that takes a minute",
        count(arguments.citizens.into())
    ));
    let registered = Instant::now();
    let (citizens, tally) = part::runtime()?.block_on(register(&mut announced, &world))?;
    let registering = registered.elapsed();
    step("3  witnesses: three of them cosign the frozen register");
    cosign(&announced, &witnesses, "2023-08-21T19:00:00+09:00")?;
    step("   notice: what the public sees until the result is there");
    notice::notice(&announced)?;
    step("4  seed: the beacon's round 1000, named by the programme before anybody registered");
    let beacon = Beacon::parse(ROUND).context("the recorded round")?;
    let file = seed::derive(&mut announced, &beacon, at("2023-08-24T01:00:00+09:00")?)?;
    step("5  allocate: `optimal`, with its certificate");
    let allocated = Instant::now();
    let how = allocate::How { at: at("2023-08-24T01:05:00+09:00")?, ..allocate::How::default() };
    allocate::decide(&mut announced, &how, &mut Costs::default())?;
    let allocating = allocated.elapsed();
    cosign(&announced, &witnesses, "2023-08-24T01:30:00+09:00")?;
    step("6  publish: the bundle");
    publish::show_groups(&announced)?;
    step("   the demo confirms this by itself; officials are asked");
    publish::publish(&announced)?;
    step("7  verify: from the bundle's files alone\n");
    let bundle = announced.draw.path("bundle");
    let files = publisher::read(&bundle).context("reading the bundle")?;
    let verified =
        protocol::verify::verify(&files).map_err(|rejection| Failure::rejected(format!("REJECTED {rejection}")))?;
    publisher::check_open_data(&files, TOOL).map_err(Failure::rejected)?;
    verify::findings(&verified);
    let samples = save_receipts(folder, &verified, &citizens)?;
    let times = summary::Times { registering, allocating, all: start.elapsed() };
    summary::print(&announced, &verified, &file.seed(), &tally, &times, &samples)?;
    match arguments.serve {
        Some(address) => view::run(&bundle, address),
        None => Ok(()),
    }
}

fn at(text: &str) -> Outcome<Option<Timestamp>> {
    Ok(Some(text.parse().context("a time of the demo")?))
}

/// Starts the intake on a free port, issues codes, lets the fortnight pass, tries the door after the close, freezes.
async fn register(announced: &mut Announced, world: &World) -> Outcome<(Vec<Citizen>, Tally)> {
    let window = announced.programme.window;
    let rehearsal = RehearsalClock::new(&announced.programme, window.opens_at_unix_s - 1, 0).context("the clock")?;
    let clock = Clock::Rehearsal(rehearsal.clone());
    let database = part::create(announced, None).await?;
    let mut citizens = citizens::roll(world);
    issue_codes(announced, &database, &mut citizens).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.context("a free port")?;
    let config = serve::config(announced, &database, clock.clone(), intake::Randomness::system())?;
    let serving = intake::serve(config, listener).context("starting the intake")?;
    step(format!("   the intake listens at http://{}/", serving.address()));
    let plan = citizens::plan(&citizens);
    let progress = bar("registering", plan.iter().map(Vec::len).sum::<usize>() as u64);
    let mut tally = Tally::new();
    let programme = announced.programme.clone();
    let crowd = Crowd { programme: &programme, address: serving.address() };
    // Blocking clients beside the server, which has threads of its own.
    tokio::task::block_in_place(|| crowd.act(&mut citizens, &[(0, Act::TooEarly)], &mut tally, &progress))?;
    for (half_day, due) in plan.iter().enumerate() {
        let share = (window.closes_at_unix_s - window.opens_at_unix_s) * half_day as u64 / u64::from(HALF_DAYS);
        rehearsal.set(window.opens_at_unix_s + share);
        tokio::task::block_in_place(|| crowd.act(&mut citizens, due, &mut tally, &progress))?;
        if half_day + 1 == HALF_DAYS as usize {
            office::help(announced, &database, &clock, &mut citizens, &mut tally).await?;
        }
        part::anchor(announced, &database, clock.now()).await?;
    }
    progress.finish_and_clear();
    serving.stop().await;
    rehearsal.set(window.closes_at_unix_s + 300);
    step(format!("   freeze, at {}:", clock::show(&announced.programme, clock.now())));
    freeze::freeze(announced, &database, &clock).await?;
    database.close().await;
    Ok((citizens, tally))
}

async fn issue_codes(announced: &Announced, database: &intake::Database, citizens: &mut [Citizen]) -> Outcome {
    let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
    let csv = citizens::roll_csv(citizens);
    once::write(&announced.draw.path("roll.csv"), csv.as_bytes())?;
    roll.import(csv.as_bytes()).await.context("importing the roll")?;
    let references: Vec<String> = citizens.iter().map(|citizen| citizen.reference.clone()).collect();
    let issued = roll.make_codes(&references, Reissue::Refuse).await.context("issuing codes")?;
    roll.put_codes(&issued).await.context("issuing codes")?;
    for (citizen, issued) in citizens.iter_mut().zip(issued) {
        citizen.code = issued.code.spelled().to_string();
    }
    Ok(())
}

fn cosign(announced: &Announced, witnesses: &[WitnessKey], time: &str) -> Outcome {
    let log = announced.draw.path("log");
    for WitnessKey { key, memory } in witnesses {
        witness::witness(&log, &announced.programme, key, memory, at(time)?)?;
    }
    Ok(())
}

/// A few receipts to try things with: who was placed, who was not, who withdrew.
fn save_receipts(
    folder: &Path,
    verified: &protocol::verify::Verified,
    citizens: &[Citizen],
) -> Outcome<Vec<summary::Sample>> {
    use protocol::outcome::Outcome::{Placed, Unplaced, Withdrawn};
    let mut samples: Vec<summary::Sample> = Vec::new();
    for held in citizens.iter().filter_map(|citizen| citizen.held.as_ref()) {
        let record = verified.records.iter().find(|record| record.ticket.to_string() == held.ticket);
        let name = match record.map(|record| record.outcome) {
            Some(Placed { choice: 0, .. }) => "first-choice",
            Some(Placed { .. }) => "other-choice",
            Some(Unplaced) => "unplaced",
            Some(Withdrawn) => "withdrawn",
            None => return Err(Failure::new(format!("ticket {} is not in the register", held.ticket))),
        };
        if samples.iter().all(|sample| sample.name != name) {
            let path = folder.join(format!("receipts/{name}.json"));
            once::write(&path, &held.receipt)?;
            samples.push(summary::Sample { name, ticket: held.ticket.clone(), path });
        }
        if samples.len() == 4 {
            break;
        }
    }
    Ok(samples)
}
