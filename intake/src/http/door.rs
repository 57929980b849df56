//! The way of every request: what stands ready is given at once, who comes when too many wait is turned away, the rest
//! goes to its handler.

use super::{BODY_BYTES, Protected, REQUEST_TIME, busy::TurnedAway, headers, protected, router, shelf::Shelf};
use crate::{intake::Intake, meters::Kind, problem::Problem};
use axum::body::{Body, Bytes, to_bytes};
use axum::{
    body::HttpBody,
    http::{HeaderValue, Method, Request, header},
    response::{IntoResponse, Response},
};
use hyper::body::Incoming;
use std::{convert::Infallible, pin::Pin, sync::Arc, time::Duration};
use tower::ServiceExt;

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// How long the body of somebody who is turned away may take to arrive.
const THROW: Duration = Duration::from_secs(1);

/// The intake as connections see it. Clones are one door.
#[derive(Clone)]
pub(crate) struct Door(Arc<Inner>);

struct Inner {
    intake: Arc<Intake>,
    protected: Protected,
    shelf: Shelf,
    turned_away: TurnedAway,
}

impl Door {
    /// Makes everything that can be made before anybody asks.
    pub(crate) async fn new(intake: Arc<Intake>) -> Self {
        let (protected, shelf) = (protected(router(intake.clone())), Shelf::new(&intake.programme));
        shelf.make(&protected, &intake).await;
        let turned_away = TurnedAway::new(&intake).await;
        Self(Arc::new(Inner { intake, protected, shelf, turned_away }))
    }

    fn at_once<B>(&self, request: &Request<B>) -> Option<Response> {
        let Inner { intake, shelf, .. } = &*self.0;
        let address = request.uri().path_and_query()?.as_str();
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let (fixed, kept) = shelf.find(address)?.ready(intake)?;
        intake.meters.answered(Kind::Ready);
        Some(fixed.answer_to(request.method(), request.headers(), &kept))
    }

    /// Whether the request is one too many for the queue, and for the forms that are given back filled in.
    fn is_one_too_many<B>(&self, request: &Request<B>) -> bool {
        let Inner { intake, turned_away, .. } = &*self.0;
        let path = request.uri().path();
        let sends = matches!(*request.method(), Method::POST | Method::PUT) && takes_a_place(path);
        sends && intake.is_full() && (path.starts_with("/api/") || !turned_away.may_fill(intake.clock.now()))
    }

    async fn turn_away<B>(self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let Inner { intake, turned_away, .. } = &*self.0;
        intake.meters.answered(Kind::TurnedAway);
        let (head, body) = request.into_parts();
        let mut response = turned_away.answer(head.uri.path(), &head.headers);
        // What was sent is thrown away unread: a connection that is closed with bytes in it may lose the answer.
        let thrown = tokio::time::timeout(THROW, to_bytes(Body::new(body), BODY_BYTES));
        if head.headers.contains_key(header::EXPECT) || !matches!(thrown.await, Ok(Ok(_))) {
            response.headers_mut().insert(header::CONNECTION, CLOSE);
        }
        response
    }

    async fn in_turn<B>(self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let Inner { intake, protected, shelf, .. } = &*self.0;
        let address = request.uri().path_and_query().map_or("", |address| address.as_str());
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if reads
            && let Some(item) = shelf.find(address)
            && let Some((fixed, kept)) = item.make(address, protected, intake).await
        {
            return fixed.answer_to(request.method(), request.headers(), &kept);
        }
        // A body that trickles in is not waited for.
        let answer = protected.clone().oneshot(request.map(Body::new));
        let response = match tokio::time::timeout(REQUEST_TIME, answer).await {
            Ok(Ok(response)) => response,
            Err(_) => Problem::Unknown.into_response(),
        };
        intake.meters.answered(Kind::of(response.status()));
        headers::secure(response)
    }
}

/// Requests that become jobs of the writer. Reading an entry back is none.
fn takes_a_place(path: &str) -> bool {
    matches!(path, "/send" | "/withdraw") || (path.starts_with("/api/") && !path.ends_with("/read"))
}

impl hyper::service::Service<Request<Incoming>> for Door {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let crowded = self.0.intake.meters.is_crowded();
        let now = self.at_once(&request);
        let later = self.clone();
        Box::pin(async move {
            let mut response = match now {
                Some(response) => response,
                None if later.is_one_too_many(&request) => later.turn_away(request).await,
                None => later.in_turn(request).await,
            };
            if crowded {
                // Others wait to be let in: who has an answer makes room.
                response.headers_mut().insert(header::CONNECTION, CLOSE);
            }
            Ok(response)
        })
    }
}
