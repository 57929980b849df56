//! For whom places are shown, where they are not for everybody: where one lives and one's group, as the address says
//! them. SPEC §3.1.
//!
//! **Invariant:** this is help in choosing and decides nothing. Who may list what is judged by the roll when a list is sent.

use super::{
    CACHED_S, Visit,
    about::born,
    calm,
    choose::encoded,
    for_everybody,
    frame::{Frame, Spot},
};
use crate::{intake::Intake, problem::Problem, request::Named};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use protocol::{
    instance::Choice,
    programme::{Programme, Reach},
};
use serde::Serialize;
use std::{collections::BTreeSet, sync::Arc};

/// What a reader said of themselves; nothing where everybody may list everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Resident {
    home: Option<u16>,
    cohort: Option<u16>,
}

/// The questions, for a programme whose places are not for everybody.
pub(super) struct Questions<'a> {
    pub(super) homes: Vec<Answer<'a>>,
    /// Empty if there is one group only: it need not be asked.
    pub(super) groups: Vec<Answer<'a>>,
}

/// One that can be chosen.
pub(super) struct Answer<'a> {
    pub(super) value: &'a str,
    pub(super) text: String,
    pub(super) given: bool,
}

/// Identifiers of sites; `null` while it is not known for whom.
#[derive(Serialize)]
struct InReach<'a> {
    sites: Option<BTreeSet<&'a str>>,
}

/// The sites for one district and group, for the script.
pub(super) async fn reach(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    if !asks(&intake.programme) {
        return calm::page(&Frame::new(&intake, visit.lang, Spot::Elsewhere), &Problem::NotFound);
    }
    let sites = Resident::of(&visit, &intake.programme).sites(&intake.programme);
    for_everybody(Json(InReach { sites }).into_response(), CACHED_S)
}

fn asks(programme: &Programme) -> bool {
    matches!(programme.reach, Reach::Table { .. })
}

impl Resident {
    /// As `home` (a district's code) and `group` (a cohort's identifier) of the address say.
    pub(super) fn of(visit: &Visit, programme: &Programme) -> Self {
        if !asks(programme) {
            return Self::default();
        }
        let group = visit.query.get("group");
        let mut cohorts = (0..).zip(&programme.cohorts);
        let only = programme.cohorts.len() == 1;
        let cohort = cohorts.find(|(_, cohort)| only || cohort.id == group).map(|(at, _)| at);
        Self { home: programme.district_of(visit.query.get("home")), cohort }
    }

    /// Identifiers of the sites that such a person may list; `None` if what was said is not enough to tell.
    pub(super) fn sites(self, programme: &Programme) -> Option<BTreeSet<&str>> {
        let reached = programme.sites_in_reach(self.cohort?, self.home?);
        Some(reached.filter_map(|site| programme.sites.get(site.0 as usize)).map(|site| site.id.as_str()).collect())
    }

    /// Those of these choices that such a person may not list.
    pub(super) fn beyond(self, intake: &Intake, chosen: &[Named]) -> BTreeSet<String> {
        let (Some(cohort), Some(home)) = (self.cohort, self.home) else { return BTreeSet::new() };
        let may = |choice: &Choice| intake.programme.may_list(cohort, home, choice);
        let beyond = chosen.iter().filter(|named| intake.places.choice(named).is_some_and(|choice| !may(&choice)));
        beyond.map(Named::to_string).collect()
    }

    /// What is to be put behind an address, so that the next page need not ask again.
    pub(super) fn said(self, programme: &Programme) -> String {
        let home = self.home.and_then(|at| programme.districts.get(usize::from(at)));
        let cohort = self.cohort.and_then(|at| programme.cohorts.get(usize::from(at)));
        let pair = |name: &str, value: &str| format!("&{name}={}", encoded(value));
        let home = home.map_or_else(String::new, |home| pair("home", &home.code));
        home + &cohort.map_or_else(String::new, |cohort| pair("group", &cohort.id))
    }

    /// What to ask, with what was answered.
    pub(super) fn questions<'a>(self, frame: &Frame<'a>) -> Option<Questions<'a>> {
        let programme = frame.programme();
        let admitted = |home: u16| (0..).zip(&programme.cohorts).any(|(cohort, _)| programme.admits(cohort, home));
        let homes = (0..).zip(&programme.districts).filter(|(at, _)| admitted(*at)).map(|(at, known)| Answer {
            value: &known.code,
            text: frame.title(&known.name).to_owned(),
            given: self.home == Some(at),
        });
        let groups = (0..).zip(&programme.cohorts).map(|(at, cohort)| Answer {
            value: &cohort.id,
            text: format!("{}: {}", frame.title(&cohort.title), born(frame.t, &cohort.born)),
            given: self.cohort == Some(at),
        });
        let groups = if programme.cohorts.len() == 1 { Vec::new() } else { groups.collect() };
        asks(programme).then(|| Questions { homes: homes.collect(), groups })
    }
}
