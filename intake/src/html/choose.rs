//! Choosing and ranking without scripts: every button asks for the page again with what is chosen in the address.
//!
//! **Invariant:** the list is a function of the query. Asking for the same address again gives the same list.

use super::{
    CACHED_S, Pairs, Visit, for_everybody,
    frame::{Frame, Line, Spot},
};
use crate::{
    intake::Intake,
    request::{Named, Places},
};
use askama::Template;
use axum::{extract::State, response::Response};
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
    chosen: Vec<Line>,
    full: bool,
    districts: Vec<DistrictLine<'a>>,
    sites: Vec<SiteBlock<'a>>,
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
    let frame = Frame::new(&intake, visit.lang, Spot::Choose);
    let (programme, t) = (frame.programme(), frame.t);
    let chosen = Chosen::of(&visit.query, &intake.places, programme.max_choices);
    let district = visit.query.get("district");
    let with_sites: BTreeSet<&str> = programme.sites.iter().map(|site| site.district.as_str()).collect();
    let districts = programme.districts.iter().filter(|known| with_sites.contains(known.code.as_str()));
    let districts = districts.map(|known| DistrictLine {
        code: &known.code,
        name: frame.title(&known.name),
        shown: known.code == district,
    });
    let sites = programme.sites.iter().filter(|site| site.district == district);
    let page = Choose {
        t,
        max: programme.max_choices.into(),
        full: chosen.0.len() >= usize::from(programme.max_choices),
        districts: districts.collect(),
        sites: sites.map(|site| block(&frame, site, &chosen)).collect(),
        chosen: frame.named_lines(&chosen.0),
    };
    let other = format!("{}&district={}", chosen.address("/choose", visit.lang.other()), encoded(district));
    for_everybody(frame.page(&t.get("choose-title"), Some(&other), &page), CACHED_S)
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
fn encoded(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}
