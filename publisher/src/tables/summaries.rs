//! The summaries by cohort and by district of the sites, counted by polars from the larger tables. The totals of
//! `sessions.json` are counted elsewhere; that both agree is a test.

use super::column;
use crate::view::{Residents, View};
use polars::prelude::*;

/// One row per cohort, in programme order: active, withdrawn, placed, unplaced, and placed by each choice.
pub(super) fn cohorts(view: &View<'_>, entries: &DataFrame) -> PolarsResult<DataFrame> {
    let cohorts = &view.programme.cohorts;
    let ids: Vec<&str> = cohorts.iter().map(|cohort| cohort.id.as_str()).collect();
    let frame = df!(
        "cohort" => ids,
        "title_ko" => cohorts.iter().map(|cohort| cohort.title.ko.as_str()).collect::<Vec<_>>(),
        "title_en" => cohorts.iter().map(|cohort| cohort.title.en.as_str()).collect::<Vec<_>>(),
        "tier" => cohorts.iter().map(|cohort| u64::from(cohort.tier)).collect::<Vec<_>>(),
        ORDER => order(cohorts.len())?,
    )?;
    let outcome = |name: &str| col("outcome").eq(lit(name.to_owned()));
    let mut counts = vec![
        count(outcome("withdrawn").not(), "active"),
        count(outcome("withdrawn"), "withdrawn"),
        count(outcome("placed"), "placed"),
        count(outcome("unplaced"), "unplaced"),
    ];
    counts.extend((1..=view.programme.max_choices).map(|choice| {
        let taken = col("choice").eq(lit(u32::from(choice))).fill_null(lit(false));
        count(taken, &placed_by_choice(choice))
    }));
    join_counts(frame, "cohort", entries.clone().lazy().group_by([col("cohort")]).agg(counts))
}

/// One row per district, in programme order: its sites, sessions, seats and how many of them are taken; then the people
/// who live there.
pub(super) fn districts(view: &View<'_>, sessions: &DataFrame) -> PolarsResult<DataFrame> {
    let districts = &view.programme.districts;
    let sites = |code: &str| view.programme.sites.iter().filter(|site| site.district == code).count() as u64;
    let frame = df!(
        "district" => districts.iter().map(|district| district.code.as_str()).collect::<Vec<_>>(),
        "name_ko" => districts.iter().map(|district| district.name.ko.as_str()).collect::<Vec<_>>(),
        "name_en" => districts.iter().map(|district| district.name.en.as_str()).collect::<Vec<_>>(),
        "sites" => districts.iter().map(|district| sites(&district.code)).collect::<Vec<_>>(),
        ORDER => order(districts.len())?,
    )?;
    let counts = [
        len().cast(DataType::UInt64).alias("sessions"),
        col("capacity").sum().alias("capacity"),
        col("placed").sum().alias("placed"),
    ];
    let mut frame = join_counts(frame, "district", sessions.clone().lazy().group_by([col("district")]).agg(counts))?;
    let residents = view.residents();
    let told = |name: &str, read: fn(&Residents) -> u64| {
        column(name, residents.iter().map(|people| (!people.are_few()).then(|| read(people))))
    };
    frame.with_column(column("residents", residents.iter().map(Residents::all)))?;
    frame.with_column(told("residents_active", |people| people.active))?;
    frame.with_column(told("residents_withdrawn", |people| people.withdrawn))?;
    frame.with_column(told("residents_placed", |people| people.placed))?;
    frame.with_column(told("residents_unplaced", |people| people.active - people.placed))?;
    frame.with_column(told("residents_first_choice", |people| people.first))?;
    Ok(frame)
}

/// Name of the column with the number placed at a place of the list, from 1.
pub(crate) fn placed_by_choice(choice: u8) -> String {
    format!("placed_by_choice_{choice}")
}

/// The programme's order: a group's place among the rows says nothing after grouping and joining.
const ORDER: &str = "order";

fn order(count: usize) -> PolarsResult<Vec<u32>> {
    let count = u32::try_from(count).map_err(|_| polars_err!(ComputeError: "more than 2^32 groups"))?;
    Ok((0..count).collect())
}

fn count(what: Expr, name: &str) -> Expr {
    what.cast(DataType::UInt64).sum().alias(name)
}

/// Every group of the programme in its order, with 0 where nothing was counted.
fn join_counts(groups: DataFrame, key: &str, counts: LazyFrame) -> PolarsResult<DataFrame> {
    let frame = groups.lazy().join(counts, [col(key)], [col(key)], JoinArgs::new(JoinType::Left));
    let mut frame = frame.sort([ORDER], SortMultipleOptions::default()).collect()?.drop(ORDER)?;
    let unsigned = frame.schema().iter().filter(|(_, kind)| **kind == DataType::UInt64);
    for name in unsigned.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
        let filled = frame.column(&name)?.fill_null(FillNullStrategy::Zero)?;
        frame.with_column(filled)?;
    }
    frame.rechunk_mut();
    Ok(frame)
}
