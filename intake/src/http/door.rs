//! The way of every request: what stands ready is given at once, who comes when too many wait is turned away, the rest
//! goes to its handler.

use super::{busy::TurnedAway, router, shelf::Shelf};
use crate::{intake::Intake, meters::Kind};
use axum::body::{Body, Bytes};
use axum::{
    Router,
    body::HttpBody,
    http::{HeaderValue, Method, Request, header},
    response::Response,
};
use hyper::body::Incoming;
use std::{convert::Infallible, pin::Pin, sync::Arc};
use tower::ServiceExt;

/// The intake as connections see it. Clones are one door.
#[derive(Clone)]
pub(crate) struct Door(Arc<Inner>);

struct Inner {
    intake: Arc<Intake>,
    router: Router,
    shelf: Shelf,
    turned_away: TurnedAway,
}

impl Door {
    /// Makes everything that can be made before anybody asks.
    pub(crate) async fn new(intake: Arc<Intake>) -> Self {
        let (router, shelf) = (router(intake.clone()), Shelf::new(&intake.programme));
        shelf.make(&router, &intake).await;
        let turned_away = TurnedAway::new(&intake).await;
        Self(Arc::new(Inner { intake, router, shelf, turned_away }))
    }

    fn at_once<B>(&self, request: &Request<B>) -> Option<Response> {
        let Inner { intake, shelf, turned_away, .. } = &*self.0;
        let address = request.uri().path_and_query()?.as_str();
        match *request.method() {
            Method::GET | Method::HEAD => {
                let (fixed, kept) = shelf.find(address)?.ready(intake)?;
                intake.meters.answered(Kind::Ready);
                Some(fixed.answer_to(request.method(), request.headers(), &kept))
            }
            Method::POST | Method::PUT if takes_a_place(request.uri().path()) && intake.is_full() => {
                let path = request.uri().path();
                if !path.starts_with("/api/") && turned_away.may_fill(intake.clock.now()) {
                    return None;
                }
                intake.meters.answered(Kind::TurnedAway);
                Some(turned_away.answer(path, request.headers()))
            }
            _ => None,
        }
    }

    async fn in_turn<B>(self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let Inner { intake, router, shelf, .. } = &*self.0;
        let address = request.uri().path_and_query().map_or("", |address| address.as_str());
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if reads
            && let Some(item) = shelf.find(address)
            && let Some((fixed, kept)) = item.make(address, router, intake).await
        {
            return fixed.answer_to(request.method(), request.headers(), &kept);
        }
        let Ok(response) = router.clone().oneshot(request.map(Body::new)).await;
        intake.meters.answered(Kind::of(response.status()));
        response
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
                None => later.in_turn(request).await,
            };
            if crowded {
                // Others wait to be let in: who has an answer makes room.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        })
    }
}
