//! The table of people by cohort and district: who registered, and what became of them where they are not too few.

use super::column;
use crate::view::{Residents, View};
use polars::prelude::*;
use protocol::programme::{Cohort, District};

/// One row for each cohort and district in which anybody registered, by cohort, then district, in programme order.
pub(super) fn table(view: &View<'_>) -> PolarsResult<DataFrame> {
    let programme = view.programme;
    let named = |((cohort, district), group)| {
        Some((programme.cohorts.get(usize::from(cohort))?, programme.districts.get(usize::from(district))?, group))
    };
    let rows: Vec<(&Cohort, &District, Residents)> = view.groups().into_iter().filter_map(named).collect();
    let told = |read: fn(&Residents) -> u64| {
        rows.iter().map(move |(_, _, group)| (!group.are_few()).then(|| read(group))).collect::<Vec<Option<u64>>>()
    };
    let columns = vec![
        column("cohort", rows.iter().map(|(cohort, ..)| cohort.id.as_str())),
        column("district", rows.iter().map(|(_, district, _)| district.code.as_str())),
        column("entries", rows.iter().map(|(_, _, group)| group.all())),
        column("active", told(|group| group.active)),
        column("withdrawn", told(|group| group.withdrawn)),
        column("placed", told(|group| group.placed)),
        column("unplaced", told(|group| group.active - group.placed)),
        column("first_choice", told(|group| group.first)),
    ];
    DataFrame::new(rows.len(), columns)
}
