//! Opening the doors: connections, their limits of time and number, and an orderly end.
//!
//! **Invariant:** after [`Serving::stop`] every request that was taken in has been decided and answered, or its sender
//! was cut off without an acknowledgement.

use crate::{
    clock::Clock,
    http,
    intake::Intake,
    randomness::Randomness,
    request::Places,
    secrets::Secrets,
    store::Database,
    writer::{WAITING, Writer},
};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use protocol::note::SigningKey;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, watch},
    task::JoinHandle,
};

/// Open connections at one time. More wait in the system's own queue.
const CONNECTIONS: usize = 4096;

/// How long a connection may take to send the head of a request, or stay silent between two.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// How long requests under way may take once the end was asked for.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

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
    let Config { database, receipts_key, secrets, clock, randomness } = config;
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
    let places = Places::of(&programme);
    let router = http::router(Arc::new(Intake { programme, places, store, secrets, key, clock, queue }));
    let (stop, stopped) = watch::channel(false);
    let writer = tokio::spawn(writer.run(waiting));
    let doors = tokio::spawn(accept(listener, router, stopped));
    Ok(Serving { address, stop, doors, writer })
}

impl Serving {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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

async fn accept(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
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
        let connection = converse(stream, router.clone(), stopped.clone());
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop((listener, router));
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let ended = tokio::time::timeout(LAST_REQUESTS, places.acquire_many(all)).await;
    if ended.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn converse(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    // Answers are small and complete; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_headers(64);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // A connection that breaks is the client's affair; what it had sent is decided all the same.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = tokio::time::timeout(LAST_REQUESTS, connection).await;
}
