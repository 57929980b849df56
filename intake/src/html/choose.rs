//! Choosing and ranking without scripts: every button asks for the page again with what is chosen in the address. With
//! scripts the same page becomes one that need not be asked for again (`browser/choose`).
//!
//! **Invariant:** the list is a function of the query. Asking for the same address again gives the same list.

use super::{
    CACHED_S, Pairs, Visit, calm, for_everybody,
    frame::{Frame, Line, Spot},
    mechanism::{self, Mechanism},
    phase::Phase,
    resident::{Questions, Resident},
};
use crate::{
    intake::Intake,
    refusal::Refusal,
    request::{Named, Places},
};
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use pages::{Texts, numbers::grouped};
use protocol::programme::Site;
use std::{collections::BTreeSet, sync::Arc};

/// Choices in order: known, different, at most as many as the programme allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen(pub(super) Vec<Named>);

#[derive(Template)]
#[template(path = "choose.html")]
struct Choose<'a> {
    t: Texts,
    max: u64,
    left: u64,
    chosen: Vec<Line>,
    full: bool,
    name: &'a str,
    districts: Vec<DistrictLine<'a>>,
    sites: Vec<SiteBlock<'a>>,
    searched: bool,
    mechanism: Mechanism,
    /// Asked where some places are not for everybody.
    questions: Option<Questions<'a>>,
    /// Whether the places shown are those for the reader.
    reached: bool,
    /// Those of the chosen that are not for the reader.
    beyond: BTreeSet<String>,
    /// Said while registration has not opened.
    opens: Option<String>,
    closes: String,
    places: String,
    /// The page with the map, with this list; none without outlines.
    map: Option<String>,
    /// What the script says, with `{what}`, `{n}`, `{day}` and `{clock}` for it to fill in.
    added: String,
    moved: String,
    when: String,
}

struct DistrictLine<'a> {
    code: &'a str,
    name: &'a str,
    shown: bool,
}

struct SiteBlock<'a> {
    id: &'a str,
    name: &'a str,
    offers: Vec<Offer>,
}

/// What can be added: a session, or the site at any time.
struct Offer {
    value: String,
    text: String,
    what: String,
    seats: String,
    chosen: bool,
}

pub(super) async fn choose(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Choose).with(&["assets/citizen.js"]);
    let phase = frame.phase();
    if phase > Phase::Open {
        let mut page = calm::page(&frame, &Refusal::Closed.into());
        *page.status_mut() = StatusCode::OK;
        return for_everybody(page, frame.lasts_s(CACHED_S));
    }
    let (programme, t) = (frame.programme(), frame.t);
    let chosen = Chosen::of(&visit.query, &intake.places, programme.max_choices);
    let (district, name) = (visit.query.get("district"), visit.query.get("name").trim());
    let with_sites: BTreeSet<&str> = programme.sites.iter().map(|site| site.district.as_str()).collect();
    let districts = programme.districts.iter().filter(|known| with_sites.contains(known.code.as_str()));
    let districts = districts.map(|known| DistrictLine {
        code: &known.code,
        name: frame.title(&known.name),
        shown: known.code == district,
    });
    let resident = Resident::of(&visit, programme);
    let reach = resident.sites(programme);
    let in_reach = |site: &Site| reach.as_ref().is_none_or(|sites| sites.contains(site.id.as_str()));
    let searched = !district.is_empty() || !name.is_empty();
    let found = |site: &&Site| {
        let district = district.is_empty() || site.district == district;
        searched && district && in_reach(site) && spelled(&site.name).contains(&spelled(name))
    };
    let said = resident.said(programme);
    let page = Choose {
        t,
        max: programme.max_choices.into(),
        left: u64::from(programme.max_choices).saturating_sub(chosen.0.len() as u64),
        full: chosen.0.len() >= usize::from(programme.max_choices),
        name,
        districts: districts.collect(),
        sites: programme.sites.iter().filter(found).map(|site| block(&frame, site, &chosen)).collect(),
        searched,
        chosen: frame.named_lines(&chosen.0),
        mechanism: mechanism::of(t, programme),
        questions: resident.questions(&frame),
        reached: reach.is_some(),
        beyond: resident.beyond(&intake, &chosen.0),
        opens: (phase == Phase::Announced).then(|| frame.time(programme.window.opens_at_unix_s)),
        closes: frame.time(programme.window.closes_at_unix_s),
        places: frame.href("/places.json"),
        map: intake.office.outlines.is_some().then(|| chosen.address("/map", visit.lang) + &said),
        added: t.with_all("js-added", [("what", "{what}".into()), ("rank", "{n}".into())]),
        when: t.with_all("js-when", [("day", "{day}".into()), ("clock", "{clock}".into())]),
        moved: t.with_all("js-moved", [("what", "{what}".into()), ("rank", "{n}".into())]),
    };
    let elsewhere = visit.lang.elsewhere(|lang| {
        let address = chosen.address("/choose", lang);
        format!("{address}&district={}&name={}{said}", encoded(district), encoded(name))
    });
    for_everybody(frame.page(&t.get("choose-title"), &elsewhere, &page), frame.lasts_s(CACHED_S))
}

/// As it is compared: without blanks and capitals, for people write names of places with and without.
fn spelled(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

impl Chosen {
    /// The list `c=…&c=…` after `add`, `up`, `down` and `remove` of the query, in their order. What the programme does
    /// not have is left out.
    pub(super) fn of(query: &Pairs, places: &Places, max: u8) -> Self {
        let mut chosen = Self::default();
        for name in query.all("c") {
            chosen.apply("add", name, places, max);
        }
        for (step, name) in query.iter() {
            chosen.apply(step, name, places, max);
        }
        chosen
    }

    fn apply(&mut self, step: &str, name: &str, places: &Places, max: u8) {
        let Some(named) = Named::parse(name).filter(|named| places.choice(named).is_some()) else { return };
        let at = self.0.iter().position(|other| *other == named);
        match (step, at) {
            ("add", None) if self.0.len() < usize::from(max) => self.0.push(named),
            ("up", Some(at)) if at > 0 => self.0.swap(at, at - 1),
            ("down", Some(at)) if at + 1 < self.0.len() => self.0.swap(at, at + 1),
            ("remove", Some(at)) => {
                self.0.remove(at);
            }
            _ => {}
        }
    }

    /// `path` with this list. Names are `[a-z0-9.-]` and need no escape.
    pub(super) fn address(&self, path: &str, lang: pages::Lang) -> String {
        self.0.iter().fold(format!("{path}?lang={}", lang.tag()), |address, name| format!("{address}&c={name}"))
    }
}

fn block<'a>(frame: &Frame<'_>, site: &'a Site, chosen: &Chosen) -> SiteBlock<'a> {
    let sessions = || frame.programme().sessions.get(frame.intake.places.sessions_of(&site.id)).into_iter().flatten();
    let offer = |named: Named, text: String, seats: u64| {
        let what = frame.named_lines(std::slice::from_ref(&named)).pop().map_or_else(String::new, |line| line.text);
        let seats = seats_text(frame.t, seats);
        Offer { value: named.to_string(), text, what, seats, chosen: chosen.0.contains(&named) }
    };
    let all: u64 = sessions().map(|session| u64::from(session.capacity)).sum();
    let any = offer(Named::Site(site.id.clone()), frame.t.get("offer-any-time"), all);
    let each = sessions().map(|session| {
        offer(Named::Session(session.id.clone()), frame.time(session.starts_at_unix_s), session.capacity.into())
    });
    SiteBlock { id: &site.id, name: &site.name, offers: std::iter::once(any).chain(each).collect() }
}

fn seats_text(t: Texts, seats: u64) -> String {
    // Plural forms need the number, large numbers their commas.
    if seats < 1000 { t.with("offer-seats", "seats", seats) } else { t.with("offer-seats", "seats", &grouped(seats)) }
}

/// Percent-encoding (RFC 3986) of everything but letters and digits.
pub(super) fn encoded(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}
