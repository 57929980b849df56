//! `jebi serve`: the intake, until it is told to stop; anchors go into the log once a minute.

use crate::{
    cli::Serve as Arguments,
    console::{data, step},
    draw::{Announced, Draw, Step, clock, intake as part},
    failure::{Context, Outcome},
};
use intake::{Clock, Config, Database, Office, Randomness};
use pages::map::Outlines;
use std::time::Duration;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

/// How often batches are anchored (SPEC §7.3 leaves it to the operator; a receipt should not wait longer).
const ANCHOR_EVERY: Duration = Duration::from_secs(60);

/// Serves until interrupted or told to terminate.
///
/// # Errors
/// If the store, the keys or the address cannot be had.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    // What the intake has to tell the operator; applicants and their data are never in it.
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).try_init();
    let announced = Draw::at(&arguments.draw).announced()?;
    let clock = part::clock(&announced.programme, arguments.at, 1)?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        let listener = TcpListener::bind(arguments.listen).await;
        let listener = listener.context(format!("listening at {}", arguments.listen))?;
        let config = config(&announced, &database, clock.clone(), Randomness::system())?;
        let config = Config { office: office(arguments, config.office), ..config };
        // Listened for before the address is told: who reads it may end this at once.
        let listen = |kind| signal(kind).context("listening for signals");
        let mut stop = [listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?];
        let serving = intake::serve(config, listener).context("starting the intake")?;
        data(format!("http://{}/", serving.address()));
        let window = announced.programme.window;
        let time = |seconds| clock::show(&announced.programme, seconds);
        step(format!("open from {} to {}", time(window.opens_at_unix_s), time(window.closes_at_unix_s)));
        step("Ctrl-C ends it; what was acknowledged is kept");
        until_stopped(&mut stop, &announced, &database, &clock).await;
        serving.stop().await;
        anchor(&announced, &database, &clock).await?;
        database.close().await;
        Ok(())
    })
}

/// What an intake of this draw serves with.
///
/// # Errors
/// If keys are missing, or the draw's outlines are none.
pub(crate) fn config(
    announced: &Announced,
    database: &Database,
    clock: Clock,
    randomness: Randomness,
) -> Outcome<Config> {
    let receipts_key = announced.draw.keys().signer("receipts")?;
    let outlines =
        announced.draw.outlines()?.map(|bytes| Outlines::parse(&bytes).context("outlines.csv")).transpose()?;
    let (secrets, office) = (part::secrets(&announced.draw)?, Office { outlines, ..Office::default() });
    Ok(Config { database: database.clone(), receipts_key, secrets, clock, randomness, office })
}

/// Links to files of the bundle are put behind the address, so it ends in a slash.
fn office(arguments: &Arguments, known: Office) -> Office {
    let results = arguments.results.as_ref().map(|address| format!("{}/", address.trim_end_matches('/')));
    Office { phone: arguments.phone.clone(), results, ..known }
}

async fn until_stopped(stop: &mut [Signal; 2], announced: &Announced, database: &Database, clock: &Clock) {
    let [interrupt, terminate] = stop;
    let mut anchors = tokio::time::interval(ANCHOR_EVERY);
    loop {
        tokio::select! {
            _ = interrupt.recv() => return,
            _ = terminate.recv() => return,
            _ = anchors.tick() => {
                // Registration goes on whatever happens to the log; the batches wait for the next anchor.
                if let Err(failure) = anchor(announced, database, clock).await {
                    failure.report();
                }
            }
        }
    }
}

/// Reads the log as it is now: another command may have appended. After the freeze there is nothing left to anchor.
async fn anchor(announced: &Announced, database: &Database, clock: &Clock) -> Outcome {
    let mut fresh = announced.draw.reopened()?;
    if fresh.step() == Step::Announced {
        part::anchor(&mut fresh, database, clock.now()).await?;
    }
    Ok(())
}
