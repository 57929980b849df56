//! Opening the doors: connections, their limits of time and number, and an orderly end.
//!
//! **Invariant:** after [`Serving::stop`] every request that was taken in has been decided and answered, or its sender
//! was cut off without an acknowledgement.

use crate::{
    clock::Clock,
    html::Prepared,
    http::{self, Fixed},
    intake::Intake,
    office::Office,
    randomness::Randomness,
    request::Places,
    secrets::Secrets,
    store::Database,
    tries::Tries,
    writer::{WAITING, Writer},
};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use protocol::note::SigningKey;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, watch},
    task::JoinHandle,
};

/// Longest head of a request in bytes, and what is read ahead of a connection. The longest address, with 64 choices,
/// is a sixth of it; hyper's own limit would let all connections together hold gigabytes.
const HEAD_BYTES: usize = 16 * 1024;

/// Limits of connections, so that nobody keeps a place by doing nothing.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Open at one time. More wait in the system's own queue.
    connections: u32,
    /// To send the head of a request, or to stay silent between two.
    head: Duration,
    /// Of the whole connection. Whoever sends requests but never reads the answers is held up by nothing else.
    connection: Duration,
    /// For requests under way once the end has come.
    last: Duration,
}

const LIMITS: Limits = Limits {
    connections: 4096,
    head: Duration::from_secs(30),
    connection: Duration::from_secs(120),
    last: Duration::from_secs(10),
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
    paused: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    doors: JoinHandle<()>,
    writer: JoinHandle<()>,
}

/// Starts to serve on `listener`, on the runtime it is called from.
///
/// # Errors
/// [`ServeError`].
pub fn serve(config: Config, listener: TcpListener) -> Result<Serving, ServeError> {
    let address = listener.local_addr().map_err(|error| ServeError::Listener(error.kind()))?;
    let Config { database, receipts_key, secrets, clock, randomness, office } = config;
    let Database { store, programme } = database;
    let found = receipts_key.verifier_key().to_string();
    if found != programme.receipts.key {
        return Err(ServeError::ReceiptsKey { expected: programme.receipts.key.clone(), found });
    }
    let key = Arc::new(receipts_key);
    let (queue, waiting) = mpsc::channel(WAITING);
    let writer = Writer {
        store: store.clone(),
        programme: programme.clone(),
        key: key.clone(),
        secrets: secrets.clone(),
        randomness,
        clock: clock.clone(),
    };
    let (places, tries) = (Places::of(&programme), Tries::default());
    let published = Fixed::new("application/json", programme.bytes().to_vec().into()).tagged(programme.hash());
    let prepared = Prepared::default();
    let paused = Arc::new(AtomicBool::new(false));
    let intake = Intake {
        programme,
        published,
        prepared,
        office,
        places,
        store,
        secrets,
        key,
        clock,
        tries,
        queue,
        paused: paused.clone(),
    };
    let router = http::router(Arc::new(intake));
    let (stop, stopped) = watch::channel(false);
    let writer = tokio::spawn(writer.run(waiting));
    let doors = tokio::spawn(accept(listener, router, stopped, LIMITS));
    Ok(Serving { address, paused, stop, doors, writer })
}

impl Serving {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// While paused, whoever registers, changes or withdraws is told to come again in some seconds, with nothing done; the
    /// other pages are there. For maintenance of the store, and for rehearsing how it is when too many come.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// Takes no new connection, finishes the requests under way, waits for the writer. The database stays open.
    pub async fn stop(self) {
        // Nobody to tell means that the doors are closed already.
        let _ = self.stop.send(true);
        for task in [self.doors, self.writer] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the intake did not end well");
            }
        }
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>, limits: Limits) {
    let places = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(Semaphore::MAX_PERMITS)));
    loop {
        let next = async { (places.clone().acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (Ok(place), Ok((stream, _))) = (place, accepted) else {
            // Out of file descriptors, most likely: let some go.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let connection = converse(stream, router.clone(), stopped.clone(), limits);
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop((listener, router));
    let ended = tokio::time::timeout(limits.last, places.acquire_many(limits.connections)).await;
    if ended.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn converse(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>, limits: Limits) {
    // Answers are small and complete; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(64).max_buf_size(HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // A connection that breaks is the client's affair; what it had sent is decided all the same.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(limits.last, connection).await;
}

#[cfg(test)]
mod tests;
