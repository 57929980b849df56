//! Districts on a map, each a way to its places. The list of districts on the page before says the same in words.

use super::{
    CACHED_S, Visit, calm,
    choose::{Chosen, encoded},
    for_everybody,
    frame::{Frame, Spot},
    resident::Resident,
};
use crate::{intake::Intake, problem::Problem};
use askama::Template;
use axum::{extract::State, response::Response};
use pages::{
    Arg, Texts,
    map::{Area, SHADES, svg},
    numbers::grouped,
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Template)]
#[template(path = "map-page.html")]
struct MapPage {
    t: Texts,
    back: String,
    svg: String,
}

pub(super) async fn map(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Choose);
    let Some(outlines) = &intake.office.outlines else { return calm::page(&frame, &Problem::NotFound) };
    let chosen = Chosen::of(&visit.query, &intake.places, frame.programme().max_choices);
    let said = Resident::of(&visit, frame.programme()).said(frame.programme());
    let back = chosen.address("/choose", visit.lang) + &said;
    let drawn = svg(outlines, &areas(&frame, &back), visit.lang).inspect_err(|error| {
        tracing::error!(%error, "the map cannot be written");
    });
    let Ok(Some(svg)) = drawn else { return calm::page(&frame, &Problem::NotFound) };
    let elsewhere = visit.lang.elsewhere(|lang| chosen.address("/map", lang) + &said);
    let page = MapPage { t: frame.t, back, svg };
    for_everybody(frame.page(&frame.t.get("map-title"), &elsewhere, &page), CACHED_S)
}

/// A shade for the seats of each district that has some: a fifth of these districts for each shade.
fn areas(frame: &Frame<'_>, back: &str) -> Vec<Area> {
    let (programme, t) = (frame.programme(), frame.t);
    let mut seats: BTreeMap<&str, u64> = BTreeMap::new();
    for site in &programme.sites {
        let sessions = programme.sessions.get(frame.intake.places.sessions_of(&site.id)).into_iter().flatten();
        *seats.entry(site.district.as_str()).or_default() += sessions.map(|s| u64::from(s.capacity)).sum::<u64>();
    }
    let mut sorted: Vec<u64> = seats.values().copied().collect();
    sorted.sort_unstable();
    let shade = |count: u64| {
        let below = sorted.partition_point(|other| *other < count);
        u8::try_from(below * usize::from(SHADES) / sorted.len().max(1)).unwrap_or(0) + 1
    };
    let with_seats = programme.districts.iter().filter_map(|known| Some((known, *seats.get(known.code.as_str())?)));
    let area = |(known, count): (&'_ protocol::programme::District, u64)| {
        let count_text = grouped(count);
        let told = [("district", Arg::from(frame.title(&known.name))), ("seats", Arg::from(&count_text))];
        Area {
            code: known.code.clone(),
            shade: shade(count),
            title: t.with_all("map-district", told),
            href: Some(format!("{back}&district={}#places", encoded(&known.code))),
        }
    };
    with_seats.map(area).collect()
}
