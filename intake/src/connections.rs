//! Connections: how many, for how long, and how they end.
//!
//! **Invariant:** nobody keeps a place by doing nothing; and once the end has come, what was sent before it is answered.

use crate::{meters::Meters, seldom::Seldom};
use axum::response::Response;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

/// Longest head of a request in bytes, and what is read ahead of a connection. The longest address, with 64 choices,
/// is a sixth of it; hyper's own limit would let all connections together hold gigabytes.
pub(crate) const HEAD_BYTES: usize = 16 * 1024;

/// Most headers of a request; a browser behind two proxies sends thirty.
const HEADERS: usize = 64;

/// Limits of connections, so that nobody keeps a place by doing nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open at one time. More wait in the system's own queue.
    pub(crate) connections: u32,
    /// To send the head of a request, or to stay silent between two.
    pub(crate) head: Duration,
    /// Of the whole connection. Whoever sends requests but never reads the answers is held up by nothing else.
    pub(crate) connection: Duration,
    /// For what was on its way when the end came to arrive.
    pub(crate) arriving: Duration,
    /// For requests under way once the end has come: longer than the writer is waited for.
    pub(crate) last: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            head: Duration::from_secs(20),
            connection: Duration::from_secs(120),
            arriving: Duration::from_millis(250),
            last: Duration::from_secs(25),
        }
    }
}

impl Limits {
    /// The same with so many connections at one time. Each takes a file descriptor and about 20 kB.
    #[must_use]
    pub fn with_connections(self, connections: u32) -> Self {
        Self { connections, ..self }
    }

    /// From how many on those who have an answer are asked to leave.
    pub(crate) fn crowd(self) -> i64 {
        i64::from(self.connections) * 3 / 4
    }
}

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Conversation<S> {
    pub(crate) service: S,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) limits: Limits,
    pub(crate) meters: Arc<Meters>,
}

/// Takes connections until told to stop, then waits for those that are open.
pub(crate) async fn accept<S>(listener: TcpListener, conversation: Conversation<S>)
where
    S: Service<hyper::Request<Incoming>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let Limits { connections, last, .. } = conversation.limits;
    let places = Arc::new(Semaphore::new(usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS)));
    let mut stopped = conversation.stopped.clone();
    let full = Seldom::new();
    let spawn = |place: OwnedSemaphorePermit, stream: TcpStream| {
        let conversation = conversation.clone();
        tokio::spawn(async move {
            let meters = conversation.meters.clone();
            meters.connected();
            converse(stream, conversation).await;
            meters.disconnected();
            drop(place);
        });
    };
    loop {
        if places.available_permits() == 0
            && let Some(times) = full.due()
        {
            tracing::warn!(connections, times, "as many connections as may be: the next ones wait");
        }
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
        spawn(place, stream);
    }
    // Who was connected by the system before the end is heard; closing the listener would cut them off.
    while let Ok(place) = places.clone().try_acquire_owned()
        && let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::from_millis(1), listener.accept()).await
    {
        spawn(place, stream);
    }
    drop(listener);
    if tokio::time::timeout(last + conversation.limits.arriving, places.acquire_many(connections)).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn converse<S>(stream: TcpStream, conversation: Conversation<S>)
where
    S: Service<hyper::Request<Incoming>, Response = Response, Error = Infallible>,
{
    let Conversation { service, mut stopped, limits, .. } = conversation;
    // Answers are small and complete; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(HEADERS).max_buf_size(HEAD_BYTES);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    // A connection that breaks is the client's affair; what it had sent is decided all the same.
    let end = async { drop(stopped.wait_for(|stop| *stop).await) };
    tokio::select! {
        _ = connection.as_mut() => return,
        () = end => {
            // A request that was sent before the end may still be on its way.
            if tokio::time::timeout(limits.arriving, connection.as_mut()).await.is_ok() {
                return;
            }
        }
        () = tokio::time::sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(limits.last, connection).await;
}
