//! Where and when one can go, for the script of the page where people choose: the programme's places with their times
//! said in the reader's language, so that no script needs to know time zones.
//!
//! **Invariant:** a function of programme and language.

use super::{
    Visit, calm,
    frame::{Frame, Spot},
};
use crate::{http::Fixed, intake::Intake, problem::Problem};
use axum::{extract::State, http::HeaderMap, response::Response};
use pages::numbers::{local_clock, local_day, local_hour};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

#[derive(Serialize)]
struct Places<'a> {
    /// Whose places these are: a draft for another programme is none.
    programme: String,
    max: u8,
    districts: Vec<District<'a>>,
    /// Days on which there are sessions, in order.
    days: Vec<String>,
    sites: Vec<Site<'a>>,
}

#[derive(Serialize)]
struct District<'a> {
    code: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Site<'a> {
    id: &'a str,
    name: &'a str,
    district: &'a str,
    /// Degrees × 1,000,000: north, east.
    at: [i32; 2],
    sessions: Vec<Session<'a>>,
}

/// Identifier, index of the day, hour of the day, time of day in words, seats.
#[derive(Serialize)]
struct Session<'a>(&'a str, usize, i8, String, u32);

pub(super) async fn places(State(intake): State<Arc<Intake>>, visit: Visit, headers: HeaderMap) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Elsewhere);
    let prepared = intake.prepared.places(visit.lang).get_or_init(|| {
        let json = serde_json::to_vec(&of(&frame));
        json.inspect_err(|error| tracing::error!(%error, "the places cannot be written")).ok().map(Fixed::json)
    });
    match prepared {
        Some(prepared) => prepared.answer(&headers, super::CACHED_S),
        None => calm::page(&frame, &Problem::Internal),
    }
}

fn of<'a>(frame: &Frame<'a>) -> Places<'a> {
    let (programme, lang) = (frame.programme(), frame.t.lang);
    let zone = programme.time_zone.as_str();
    let mut starts: Vec<u64> = programme.sessions.iter().map(|session| session.starts_at_unix_s).collect();
    starts.sort_unstable();
    let mut days: Vec<String> = starts.iter().map(|start| local_day(*start, zone, lang)).collect();
    days.dedup();
    let day: BTreeMap<&str, usize> = days.iter().enumerate().map(|(at, day)| (day.as_str(), at)).collect();
    let sites = programme.sites.iter().map(|site| {
        let sessions = programme.sessions.get(frame.intake.places.sessions_of(&site.id)).into_iter().flatten();
        let sessions = sessions.map(|session| {
            let start = session.starts_at_unix_s;
            let day = day.get(local_day(start, zone, lang).as_str()).copied().unwrap_or_default();
            Session(&session.id, day, local_hour(start, zone), local_clock(start, zone, lang), session.capacity)
        });
        Site {
            id: &site.id,
            name: &site.name,
            district: &site.district,
            at: [site.latitude_microdeg, site.longitude_microdeg],
            sessions: sessions.collect(),
        }
    });
    let sites = sites.collect();
    let district =
        |known: &'a protocol::programme::District| District { code: &known.code, name: frame.title(&known.name) };
    Places {
        programme: programme.hash().to_string(),
        max: programme.max_choices,
        districts: programme.districts.iter().map(district).collect(),
        sites,
        days,
    }
}
