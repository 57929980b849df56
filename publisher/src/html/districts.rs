//! Districts: their map and table on the front page, and a page for each, with its people, sites and sessions.
//!
//! **Invariant:** what became of fewer than [`FEW`] people of a district, or of a cohort in it, is not summed up.

use super::{
    Source, failed,
    figure::{Row, Table},
    frame::Page,
    mark, share, title,
};
use crate::{
    PublishError, layout,
    view::{FEW, Residents},
};
use askama::Template;
use pages::{
    Lang, Texts,
    map::{self, Area},
    numbers,
};
use protocol::{
    draw,
    instance::SessionIndex,
    programme::{Cohort, District, Site},
    sessions::PoolResult,
};

/// Seats of a district's sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seats {
    sites: u64,
    all: u64,
    taken: u64,
}

#[derive(Template)]
#[template(path = "districts.html")]
struct Districts<'a> {
    t: Texts,
    map: &'a str,
    legend: &'a str,
    table: &'a str,
    many: bool,
}

#[derive(Template)]
#[template(path = "district.html")]
struct DistrictPage<'a> {
    t: Texts,
    name: &'a str,
    people: String,
    cohorts: Option<String>,
    what: String,
    zone: String,
    index: String,
    sites: Vec<SitePart>,
}

struct SitePart {
    id: String,
    name: String,
    what: String,
    sessions: String,
}

/// The front page's part on districts: map, if the draw has outlines, and table.
pub(super) fn part(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    let path = &layout::index(t.lang);
    let counted = source.view.residents().into_iter().zip(seats(source));
    let districts: Vec<(&District, (Residents, Seats))> = source.view.programme.districts.iter().zip(counted).collect();
    let areas: Vec<Area> = districts.iter().map(|(district, (residents, _))| area(district, residents, t)).collect();
    let map = source.outlines.map(|outlines| map::svg(outlines, &areas, t.lang)).transpose().map_err(failed(path))?;
    let map = map.flatten().unwrap_or_default();
    let shades = ["shade-1", "shade-2", "shade-3", "shade-4", "shade-5"].map(|key| t.get(key));
    let labels: Vec<(u8, String)> = (0..).zip([t.with("shade-none", "few", FEW)].into_iter().chain(shades)).collect();
    let legend = if map.is_empty() { String::new() } else { map::legend(&labels).map_err(failed(path))? };
    let row = |(district, (residents, seats)): &(&District, (Residents, Seats))| {
        let seats = [numbers::grouped(seats.sites), taken_of(seats.taken, seats.all)];
        let name = title(&district.name, t.lang).to_owned();
        let cells = [name].into_iter().chain(told(residents, t)).chain(seats).collect();
        Row { href: Some(layout::district(&district.code, t.lang)), cells }
    };
    let table = Table {
        caption: t.get("index-districts"),
        head: [
            "index-district",
            "index-active",
            "index-placed",
            "index-share-of-active",
            "index-got-first",
            "index-sites-short",
            "district-taken",
        ]
        .map(|key| t.get(key))
        .into(),
        rows: districts.iter().map(row).collect(),
    };
    let table = table.render().map_err(failed(path))?;
    let many = districts.len() > 30;
    Districts { t, map: &map, legend: &legend, table: &table, many }.render().map_err(failed(path))
}

/// The page of every district in one language, each handed to `each` with its path.
pub(super) fn pages(
    source: &Source<'_>,
    lang: Lang,
    each: &mut dyn FnMut(String, Vec<u8>) -> Result<(), PublishError>,
) -> Result<(), PublishError> {
    let by_site = draw::sessions_by_site(source.view.programme);
    for district in &source.view.programme.districts {
        let path = layout::district(&district.code, lang);
        let page = page(source, district, &by_site, &path, Texts::of(lang))?;
        each(path, page)?;
    }
    Ok(())
}

fn page(
    source: &Source<'_>,
    district: &District,
    by_site: &[Vec<SessionIndex>],
    path: &str,
    t: Texts,
) -> Result<Vec<u8>, PublishError> {
    let programme = source.view.programme;
    let sites = programme.sites.iter().zip(by_site).zip(source.view.sites());
    let sites = sites.filter(|((site, _), _)| site.district == district.code);
    let parts = sites.map(|((site, sessions), counts)| site_part(source, site, sessions, counts, path, t));
    let name = title(&district.name, t.lang);
    let place = programme.districts.iter().position(|known| known.code == district.code).unwrap_or_default();
    let seats = seats(source).get(place).copied().unwrap_or_default();
    let residents = source.view.residents().get(place).copied().unwrap_or_default();
    let body = DistrictPage {
        t,
        name,
        people: people(&residents, t),
        cohorts: cohorts(source, place, path, t)?,
        what: filled("district-filled", seats.all, seats.taken, t),
        zone: t.with("index-zone", "zone", &programme.time_zone),
        index: layout::index(t.lang),
        sites: parts.collect::<Result<_, _>>()?,
    };
    let body = body.render().map_err(failed(path))?;
    let elsewhere = t.lang.elsewhere(|lang| layout::district(&district.code, lang));
    let page = Page { path, lang: t.lang, title: name, elsewhere: &elsewhere, scripts: &[], body: &body };
    page.framed(programme, source.tool)
}

fn site_part(
    source: &Source<'_>,
    site: &Site,
    sessions: &[SessionIndex],
    (seats, taken, first): (u64, u64, u64),
    path: &str,
    t: Texts,
) -> Result<SitePart, PublishError> {
    let table = Table {
        caption: site.name.clone(),
        head: ["index-session", "district-sought", "district-taken", "index-first", "index-listed"]
            .map(|key| t.get(key))
            .into(),
        rows: sessions.iter().flat_map(|index| session_rows(source, *index, t)).collect(),
    };
    let first = t.with("district-first", "first", &numbers::grouped(first));
    Ok(SitePart {
        id: site.id.clone(),
        name: site.name.clone(),
        what: format!("{} {first}", filled("district-site-filled", seats, taken, t)),
        sessions: table.render().map_err(failed(path))?,
    })
}

/// A row for the seats of a session that are open to all, and one for each reserve.
fn session_rows(source: &Source<'_>, index: SessionIndex, t: Texts) -> Vec<Row> {
    let view = source.view;
    let Some(session) = view.session(index) else { return Vec::new() };
    let time = numbers::local_time(session.starts_at_unix_s, &view.programme.time_zone, t.lang);
    let count = |counts: &[u64]| numbers::grouped(counts.get(index.0 as usize).copied().unwrap_or_default());
    let row = |(number, pool): (usize, &PoolResult)| {
        let taken = taken_of(pool.placed.into(), pool.capacity.into());
        let mark = if pool.capacity > 0 { mark::words(view, pool, t) } else { t.get("district-none-open") };
        match view.reserve(index, number) {
            None => Row {
                href: Some(format!("../{}", layout::calendar(&session.id))),
                cells: vec![time.clone(), mark, taken, count(&view.demand.first), count(&view.demand.listed)],
            },
            Some(reserve) => {
                let args = [("time", (&time).into()), ("reserve", title(&reserve.title, t.lang).into())];
                // Who lists a session does not ask for one kind of its seats.
                Row::of([t.with_all("district-kept", args), mark, taken, String::new(), String::new()])
            }
        }
    };
    let pools = view.pools(index).iter().enumerate();
    pools.filter(|(number, pool)| *number == 0 || pool.capacity > 0).map(row).collect()
}

fn taken_of(taken: u64, all: u64) -> String {
    format!("{} / {}", numbers::grouped(taken), numbers::grouped(all))
}

/// Who took part, who got a seat, their share, and who got it by their first choice; nothing of few people.
fn told(people: &Residents, t: Texts) -> [String; 4] {
    if people.are_few() {
        let few = if people.all() == 0 { numbers::grouped(0) } else { t.with("district-few", "few", FEW) };
        return [few, "–".into(), "–".into(), "–".into()];
    }
    let [active, placed, first] = [people.active, people.placed, people.first].map(numbers::grouped);
    [active, placed, share(people.placed, people.active), first]
}

/// The people who live in the district at this place of the programme's list, by cohort; none if they are few.
fn cohorts(source: &Source<'_>, district: usize, path: &str, t: Texts) -> Result<Option<String>, PublishError> {
    let groups = source.view.groups();
    let of = |cohort: u16| {
        let group = u16::try_from(district).ok().and_then(|district| groups.get(&(cohort, district)));
        group.copied().unwrap_or_default()
    };
    let cohorts: Vec<(&Cohort, Residents)> =
        source.view.programme.cohorts.iter().zip(0..).map(|(cohort, index)| (cohort, of(index))).collect();
    if cohorts.iter().map(|(_, people)| people.all()).sum::<u64>() < FEW {
        return Ok(None);
    }
    let row = |(cohort, people): &(&Cohort, Residents)| {
        Row::of([title(&cohort.title, t.lang).to_owned()].into_iter().chain(told(people, t)))
    };
    let head = ["index-cohort", "index-active", "index-placed", "index-share-of-active", "index-got-first"];
    let table = Table {
        caption: t.get("district-cohorts"),
        head: head.map(|key| t.get(key)).into(),
        rows: cohorts.iter().map(row).collect(),
    };
    table.render().map(Some).map_err(failed(path))
}

/// `83 of 100 seats are taken (83.0%).`
fn filled(key: &str, seats: u64, taken: u64, t: Texts) -> String {
    let (share, taken, seats) = (share(taken, seats), numbers::grouped(taken), numbers::grouped(seats));
    let args = [("taken", (&taken).into()), ("seats", (&seats).into()), ("share", (&share).into())];
    t.with_all(key, args)
}

/// `Of 12 people who live here and took part, 9 (75.0%) got a seat, 5 of them by their first choice.`
fn people(residents: &Residents, t: Texts) -> String {
    if residents.are_few() {
        return if residents.all() == 0 { t.get("district-nobody") } else { t.with("district-few-people", "few", FEW) };
    }
    let share = share(residents.placed, residents.active);
    let [active, placed, first] = [residents.active, residents.placed, residents.first].map(numbers::grouped);
    let args = [
        ("active", (&active).into()),
        ("placed", (&placed).into()),
        ("share", (&share).into()),
        ("first", (&first).into()),
    ];
    t.with_all("district-people", args)
}

fn seats(source: &Source<'_>) -> Vec<Seats> {
    let programme = source.view.programme;
    let mut counts = vec![Seats::default(); programme.districts.len()];
    let place: std::collections::BTreeMap<&str, usize> =
        programme.districts.iter().enumerate().map(|(place, district)| (district.code.as_str(), place)).collect();
    for (site, (seats, taken, _)) in programme.sites.iter().zip(source.view.sites()) {
        if let Some(count) = place.get(site.district.as_str()).and_then(|place| counts.get_mut(*place)) {
            *count = Seats { sites: count.sites + 1, all: count.all + seats, taken: count.taken + taken };
        }
    }
    counts
}

fn area(district: &District, residents: &Residents, t: Texts) -> Area {
    // Quarters of those who took part, and all of them.
    let told = !residents.are_few();
    let quarters = (u128::from(residents.placed) * 4).checked_div(u128::from(residents.active)).filter(|_| told);
    let shade = quarters.map_or(0, |quarters| u8::try_from(quarters + 1).unwrap_or(map::SHADES).min(map::SHADES));
    let name = title(&district.name, t.lang);
    let words = if told { share(residents.placed, residents.active) } else { t.with("shade-none", "few", FEW) };
    Area {
        code: district.code.clone(),
        shade,
        title: format!("{name}: {words}"),
        href: Some(layout::district(&district.code, t.lang)),
    }
}
