//! The two tables that refer to others, reserved seats and reach, brought into the canonical form's order. SPEC §3.3.
//!
//! **Invariant:** the order of their lines means nothing. What is there twice, or refers to what is not there, is left for
//! the rules to refuse at its line; only a session that does not exist has no place in the canonical form.

use super::{
    RESERVES_CSV, SourceFault,
    lines::Lines,
    tables::{Kept, Reachable},
};
use crate::programme::{Fields, Place, ProgrammeError, Reach, SessionReserve, access, reach};

/// Puts each session's reserves there, in the order of the programme's.
pub(super) fn put_reserves(fields: &mut Fields, kept: Vec<Kept>, lines: &mut Lines, faults: &mut Vec<SourceFault>) {
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let sessions = access::places(fields.sessions.iter().map(|session| &*session.id));
    let mut placed = Vec::with_capacity(kept.len());
    for kept in kept {
        match sessions.get(kept.session.as_str()) {
            Some(session) => {
                let reserve = reserves.get(kept.reserve.as_str()).copied().unwrap_or(usize::MAX);
                placed.push((*session, reserve, kept));
            }
            None => faults.push(unknown_session(kept)),
        }
    }
    placed.sort_by_key(|(session, reserve, kept)| (*session, *reserve, kept.line));
    lines.reserves = vec![Vec::new(); fields.sessions.len()];
    for (session, _, kept) in placed {
        let Kept { line, reserve, seats, .. } = kept;
        fields.sessions[session].reserves.push(SessionReserve { reserve, seats });
        lines.reserves[session].push(line);
    }
}

fn unknown_session(kept: Kept) -> SourceFault {
    let place = Place::Field("sessions");
    let error = ProgrammeError::Unknown { place, what: "session", name: kept.session };
    let (file, line) = (RESERVES_CSV, kept.line);
    SourceFault { file, line, message: error.to_string(), mend: error.mend(), label: error.label() }
}

/// Puts the rows there, in the order of cohorts, districts and sites.
pub(super) fn put_reach(fields: &mut Fields, rows: Vec<Reachable>, lines: &mut Lines) {
    let cohorts = access::places(fields.cohorts.iter().map(|cohort| &*cohort.id));
    let districts = access::places(fields.districts.iter().map(|district| &*district.code));
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let mut rows = rows;
    // `None`, a row that the rules will refuse, comes first.
    rows.sort_by_cached_key(|row| (reach::key(&row.row, &cohorts, &districts, &sites), row.line));
    lines.reach = rows.iter().map(|row| row.line).collect();
    fields.reach = Reach::Table { rows: rows.into_iter().map(|row| row.row).collect() };
}
