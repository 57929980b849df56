//! `jebi serve`: the intake, until it is told to stop; anchors go into the log once a minute.

mod preflight;

use crate::{
    cli::Serve as Arguments,
    console::{data, step},
    draw::{Announced, Draw, Step, clock, intake as part},
    failure::{Context, Failure, Outcome},
};
use intake::{Clock, Config, Database, Limits, Monitor, Office, Randomness};
use pages::map::Outlines;
use std::{net::SocketAddr, path::Path, time::Duration};
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
    let connections = look(arguments, &announced)?;
    let clock = part::clock(&announced.programme, arguments.at, 1)?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        part::holds_what_the_log_anchors(&announced, &database).await?;
        preflight::clocks(database.clock_ahead_s().await.context("asking the database for the time")?)?;
        let listener = TcpListener::bind(arguments.listen).await;
        let listener = listener.context(format!("listening at {}", arguments.listen)).map_err(|failure| {
            failure.hint("if an intake runs there already, nothing is needed; --listen takes another port")
        })?;
        let config = config(&announced, &database, clock.clone(), Randomness::system())?;
        let config = Config { office: office(arguments, config.office), ..config };
        // Listened for before the address is told: who reads it may end this at once.
        let listen = |kind| signal(kind).context("listening for signals");
        let mut stop = [listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?];
        let limits = Limits::default().with_connections(connections);
        let serving = intake::serve_within(config, listener, limits).context("starting the intake")?;
        let watched = match arguments.monitor {
            Some(address) => Some(tokio::spawn(monitor(address, serving.monitor()).await?)),
            None => None,
        };
        data(format!("http://{}/", serving.address()));
        let window = announced.programme.window;
        let time = |seconds| clock::show(&announced.programme, seconds);
        step(format!("open from {} to {}", time(window.opens_at_unix_s), time(window.closes_at_unix_s)));
        let now = clock.now();
        let phase = match (now < window.opens_at_unix_s, now < window.closes_at_unix_s) {
            (true, _) => "not open yet",
            (_, true) => "open",
            _ => "closed: people can read their entries, and nobody can register",
        };
        step(format!("it is {} by this intake's clock: {phase}", time(now)));
        warn(arguments);
        step("Ctrl-C ends it; what was acknowledged is kept");
        until_stopped(&mut stop, &announced, &database, &clock).await;
        serving.stop().await;
        if let Some(watched) = watched {
            watched.abort();
        }
        anchor(&announced, &database, &clock).await?;
        database.close().await;
        Ok(())
    })
}

/// What cannot be mended on receipts that have been printed, or is seen only by citizens.
fn warn(arguments: &Arguments) {
    if arguments.results.is_none() {
        step("warning: without --results receipts lead nowhere: no link, no QR code");
    }
    if arguments.phone.is_none() {
        step("warning: without --phone the pages name no telephone number of those who help");
    }
    if !arguments.listen.ip().is_loopback() {
        step(format!(
            "warning: {} can be reached from elsewhere without TLS: docs/operators.md, \"nginx and TLS\"",
            arguments.listen
        ));
    }
}

/// The preflight; gives how many connections may be open.
fn look(arguments: &Arguments, announced: &Announced) -> Outcome<u32> {
    preflight::keys(&announced.draw.path("keys"))?;
    let store = part::address(&announced.draw, arguments.store.store.as_deref());
    let folder = store.file().and_then(Path::parent);
    let folders = [Some(arguments.draw.as_path()), folder.filter(|folder| !folder.as_os_str().is_empty())];
    for folder in folders.into_iter().flatten() {
        if let Some(little) = preflight::disk(folder)? {
            step(format!("warning: {little}"));
        }
    }
    preflight::connections(arguments.connections)
}

/// What monitoring reads, for machines of the operator's own: on loopback only, as it has neither TLS nor passwords.
async fn monitor(address: SocketAddr, monitor: Monitor) -> Outcome<impl Future<Output = ()> + use<>> {
    if !address.ip().is_loopback() {
        let fault = Failure::new(format!("--monitor {address} could be read from elsewhere"));
        return Err(fault.hint("give an address of this machine, such as 127.0.0.1:9180"));
    }
    let listener = TcpListener::bind(address).await.context(format!("listening at {address}"))?;
    Ok(async move {
        if let Err(error) = monitor.serve(listener).await {
            step(format!("warning: monitoring at {address} has ended: {error}"));
        }
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
