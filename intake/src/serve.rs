//! Opening the doors, and an orderly end.
//!
//! **Invariant:** after [`Serving::stop`] every request that was taken in has been decided and answered, or its sender
//! was cut off without an acknowledgement.

pub use crate::connections::Limits;
use crate::{
    clock::Clock,
    connections::{Conversation, accept},
    html::Prepared,
    http::{Door, Fixed},
    intake::{Intake, READERS},
    journal::By,
    meters::Meters,
    monitor::Monitor,
    office::Office,
    queue::Queue,
    randomness::Randomness,
    request::Places,
    secrets::Secrets,
    store::Database,
    tries::Tries,
    writer::Writer,
};
use protocol::note::SigningKey;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

/// What the intake serves with.
#[derive(Debug)]
pub struct Config {
    /// The store of the draw; its programme is the one that is served.
    pub database: Database,
    /// The private half of the programme's receipts key.
    pub receipts_key: SigningKey,
    /// The keys of commitments and codes.
    pub secrets: Secrets,
    /// The clock that decides.
    pub clock: Clock,
    /// Where tickets and blindings come from.
    pub randomness: Randomness,
    /// Whom the pages send people to.
    pub office: Office,
}

/// Why the intake does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Receipts would not be good.
    #[error("the receipts key is {found}, the programme names {expected}")]
    ReceiptsKey {
        /// The programme's.
        expected: String,
        /// The public half of the key at hand.
        found: String,
    },
    /// The listener has no address.
    #[error("the listener: {0}")]
    Listener(io::ErrorKind),
}

/// A running intake.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    intake: Weak<Intake>,
    stop: watch::Sender<bool>,
    doors: JoinHandle<()>,
    writer: JoinHandle<()>,
    counter: JoinHandle<()>,
}

/// Starts to serve on `listener`, on the runtime it is called from, within the usual limits.
///
/// # Errors
/// [`ServeError`].
pub fn serve(config: Config, listener: TcpListener) -> Result<Serving, ServeError> {
    serve_within(config, listener, Limits::default())
}

/// The same within limits of the caller's.
///
/// # Errors
/// [`ServeError`].
pub fn serve_within(config: Config, listener: TcpListener, limits: Limits) -> Result<Serving, ServeError> {
    let address = listener.local_addr().map_err(|error| ServeError::Listener(error.kind()))?;
    let meters = Arc::new(Meters::new(limits.crowd()));
    let Begun { intake, writer, counter } = begin(config, By::intake(), meters.clone())?;
    let (stop, stopped) = watch::channel(false);
    let seen = Arc::downgrade(&intake);
    let doors = tokio::spawn(async move {
        let service = Door::new(intake).await;
        accept(listener, Conversation { service, stopped, limits, meters }).await;
    });
    Ok(Serving { address, intake: seen, stop, doors, writer, counter })
}

/// An intake without doors. The writer ends once nobody holds the intake any more, and then what counts wrong birth dates.
pub(crate) struct Begun {
    pub(crate) intake: Arc<Intake>,
    pub(crate) writer: JoinHandle<()>,
    pub(crate) counter: JoinHandle<()>,
}

/// Starts what decides and writes; `by` stands in the journal for what it writes.
pub(crate) fn begin(config: Config, by: By, meters: Arc<Meters>) -> Result<Begun, ServeError> {
    let Config { database, receipts_key, secrets, clock, randomness, office } = config;
    let Database { store, programme } = database;
    let found = receipts_key.verifier_key().to_string();
    if found != programme.receipts.key {
        return Err(ServeError::ReceiptsKey { expected: programme.receipts.key.clone(), found });
    }
    let key = Arc::new(receipts_key);
    let (queue, waiting, pace) = Queue::new();
    let (tries, counter) = Tries::start(store.clone(), clock.now());
    let [ledgers, looks] = [store.clone(), store.clone()];
    let writer = Writer {
        ledger: Box::new(move || ledgers.ledger()),
        ahead: Box::new(move || looks.look_ahead()),
        programme: programme.clone(),
        key: key.clone(),
        secrets: secrets.clone(),
        tries: tries.clone(),
        randomness,
        clock: clock.clone(),
        pace,
        by,
    };
    let places = Places::of(&programme);
    let published = Fixed::tagged("application/json", &programme.bytes().to_vec().into(), programme.hash());
    let intake = Arc::new(Intake {
        programme,
        published,
        prepared: Prepared::default(),
        office,
        places,
        store,
        secrets,
        key,
        clock,
        tries,
        queue,
        paused: AtomicBool::new(false),
        stopping: AtomicBool::new(false),
        readers: Semaphore::new(READERS),
        meters,
    });
    Ok(Begun { intake, writer: writer.start(waiting), counter })
}

impl Serving {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// While paused, whoever registers, changes or withdraws is told to come again in some seconds, with nothing done; the
    /// other pages are there. For maintenance of the store, and for rehearsing how it is when too many come.
    pub fn pause(&self, paused: bool) {
        if let Some(intake) = self.intake.upgrade() {
            intake.paused.store(paused, Ordering::Relaxed);
        }
    }

    /// A view for the operator's monitoring.
    pub fn monitor(&self) -> Monitor {
        Monitor(self.intake.clone())
    }

    /// Takes no new connection, finishes the requests under way, waits for the writer and for the
    /// counting of wrong birth dates. The database stays open.
    pub async fn stop(self) {
        if let Some(intake) = self.intake.upgrade() {
            intake.stopping.store(true, Ordering::Relaxed);
        }
        // Nobody to tell means that the doors are closed already.
        let _ = self.stop.send(true);
        for task in [self.doors, self.writer, self.counter] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the intake did not end well");
            }
        }
    }
}

#[cfg(test)]
mod tests;
