//! Turning away when too many wait: before the body is read, with bytes that stand ready.
//!
//! **Invariant:** a request that is turned away here has changed nothing, its body was thrown away unread, and it held no
//! place among those that wait. A place is taken only once the body is there (`Intake::admit`): who sends slowly keeps nobody out.

use super::fixed::Fixed;
use crate::{html, intake::Intake, problem::Problem, randomness, seldom::Seldom};
use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use pages::Lang;
use std::sync::{Mutex, PoisonError};

/// Longest of these answers in bytes.
const LONGEST: usize = 1 << 20;

/// Forms that are given back filled in a second, when people are turned away. It costs a hundred times as much as the
/// page that stands ready.
const FILLED_IN_A_SECOND: u16 = 50;

/// From and below how many seconds people are asked to wait; spread, so that they do not come back together.
const WAIT_S: (u8, u8) = (2, 16);

/// The answers to those who are turned away.
pub(super) struct TurnedAway {
    /// For people, in each language.
    pages: Vec<Fixed>,
    /// For programs.
    api: Fixed,
    filled: Mutex<(u64, u16)>,
    told: Seldom,
}

impl TurnedAway {
    pub(super) async fn new(intake: &Intake) -> Self {
        let kind = "text/html; charset=utf-8";
        let mut pages = Vec::new();
        for lang in Lang::ALL {
            pages.push(Fixed::new(kind, body(html::turned_away(intake, lang)).await));
        }
        let api = Fixed::new("application/json", body(Problem::Busy.into_response()).await);
        Self { pages, api, filled: Mutex::default(), told: Seldom::new() }
    }

    /// The answer that costs least.
    pub(super) fn answer(&self, path: &str, headers: &HeaderMap) -> Response {
        if let Some(times) = self.told.due() {
            tracing::warn!(times, "too many wait: people are asked to come again");
        }
        let chosen = match path.starts_with("/api/") {
            true => &self.api,
            false => {
                let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
                &self.pages[Lang::negotiate(None, asked).place()]
            }
        };
        let mut response = chosen.told(headers, StatusCode::SERVICE_UNAVAILABLE);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(wait_s())));
        response
    }

    /// Whether in this second there is still time to give a form back as it was filled in.
    pub(super) fn may_fill(&self, now: u64) -> bool {
        let mut filled = self.filled.lock().unwrap_or_else(PoisonError::into_inner);
        if filled.0 != now {
            *filled = (now, 0);
        }
        filled.1 = filled.1.saturating_add(1);
        filled.1 <= FILLED_IN_A_SECOND
    }
}

async fn body(response: Response) -> Bytes {
    to_bytes(response.into_body(), LONGEST).await.unwrap_or_default()
}

fn wait_s() -> u8 {
    let (from, below) = WAIT_S;
    from + randomness::system::<1>().map_or(0, |[byte]| byte % (below - from))
}
