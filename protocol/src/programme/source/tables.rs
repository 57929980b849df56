//! The tables: districts, sites, sessions, and where they are needed reserved seats and reach. SPEC §3.3.

use super::{
    DISTRICTS_CSV, REACH_CSV, RESERVES_CSV, SESSIONS_CSV, SITES_CSV, SourceFault,
    lines::Lines,
    sheet::{self, Row},
    values,
};
use crate::programme::{District, ReachRow, Session, Site, Title};

pub(super) fn districts(text: &str, lines: &mut Lines, faults: &mut Vec<SourceFault>) -> Vec<District> {
    let rows = sheet::read(DISTRICTS_CSV, text, ["code", "name_ko", "name_en"], faults);
    lines.districts = rows.iter().map(|row| row.line).collect();
    let district = |row: Row<3>| {
        let [code, ko, en] = row.cells;
        District { code, name: Title { en, ko } }
    };
    rows.into_iter().map(district).collect()
}

pub(super) fn sites(text: &str, lines: &mut Lines, faults: &mut Vec<SourceFault>) -> Vec<Site> {
    let rows = sheet::read(SITES_CSV, text, ["id", "name", "district", "latitude", "longitude"], faults);
    lines.sites = rows.iter().map(|row| row.line).collect();
    let site = |row: Row<5>| {
        let [id, name, district, latitude, longitude] = row.cells;
        let mut degrees = |column, text: &str, most| {
            sheet::cell(SITES_CSV, row.line, (column, text), |text| values::microdegrees(text, most), faults)
        };
        let latitude_microdeg = degrees("latitude", &latitude, 90);
        let longitude_microdeg = degrees("longitude", &longitude, 180);
        Site { id, name, district, latitude_microdeg, longitude_microdeg }
    };
    rows.into_iter().map(site).collect()
}

pub(super) fn sessions(text: &str, lines: &mut Lines, faults: &mut Vec<SourceFault>) -> Vec<Session> {
    let rows = sheet::read(SESSIONS_CSV, text, ["id", "site", "starts_at", "capacity"], faults);
    lines.sessions = rows.iter().map(|row| row.line).collect();
    let session = |row: Row<4>| {
        let [id, site, starts_at, capacity] = row.cells;
        let starts_at_unix_s =
            sheet::cell(SESSIONS_CSV, row.line, ("starts_at", &*starts_at), values::instant_text, faults);
        let capacity = sheet::cell(SESSIONS_CSV, row.line, ("capacity", &*capacity), values::count, faults);
        Session { id, site, starts_at_unix_s, capacity, reserves: Vec::new() }
    };
    rows.into_iter().map(session).collect()
}

/// A line of the table of reserved seats.
pub(super) struct Kept {
    pub(super) line: u32,
    pub(super) session: String,
    pub(super) reserve: String,
    pub(super) seats: u32,
}

pub(super) fn reserves(text: Option<&str>, faults: &mut Vec<SourceFault>) -> Vec<Kept> {
    let Some(text) = text else { return Vec::new() };
    let rows = sheet::read(RESERVES_CSV, text, ["session", "reserve", "seats"], faults);
    let kept = |row: Row<3>| {
        let [session, reserve, seats] = row.cells;
        let seats = sheet::cell(RESERVES_CSV, row.line, ("seats", &*seats), values::count, faults);
        Kept { line: row.line, session, reserve, seats }
    };
    rows.into_iter().map(kept).collect()
}

/// A line of the table of reach.
pub(super) struct Reachable {
    pub(super) line: u32,
    pub(super) row: ReachRow,
}

/// `None` if there is no such table.
pub(super) fn reach(text: Option<&str>, faults: &mut Vec<SourceFault>) -> Option<Vec<Reachable>> {
    let rows = sheet::read(REACH_CSV, text?, ["cohort", "district", "site"], faults);
    let any = |cell: String| (!cell.is_empty()).then_some(cell);
    let reachable = |row: Row<3>| {
        let [cohort, district, site] = row.cells.map(any);
        Reachable { line: row.line, row: ReachRow { cohort, district, site } }
    };
    Some(rows.into_iter().map(reachable).collect())
}
