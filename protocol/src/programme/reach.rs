//! Who may list which sites: everybody everything, or what the rows of a table allow. SPEC §3.1.
//!
//! **Invariant:** the rows of a table are strictly increasing by index, `null` first, so that one table has one spelling
//! and a row is found by bisection.

use super::{
    Fields, Place, ProgrammeError,
    access::{self, Places},
    rules::Faults,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most rows of a table.
pub const MOST_ROWS: usize = 1_000_000;

/// Which cohorts and districts may list which sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "lowercase", deny_unknown_fields)]
pub enum Reach {
    /// Everybody may list every site.
    Anywhere {},
    /// A site may be listed where some row fits.
    Table {
        /// The rows.
        rows: Vec<ReachRow>,
    },
}

/// One row of a table of reach. `None` fits any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachRow {
    /// A cohort's identifier.
    pub cohort: Option<String>,
    /// A district's code: where the person lives.
    pub district: Option<String>,
    /// A site's identifier.
    pub site: Option<String>,
}

/// A row by indices counted from 1; 0 fits any. Its order is the order of rows.
pub(super) type Key = [u32; 3];

/// `None` if the row names what is not there.
pub(super) fn key(row: &ReachRow, cohorts: &Places<'_>, districts: &Places<'_>, sites: &Places<'_>) -> Option<Key> {
    let index = |name: &Option<String>, places: &Places<'_>| match name {
        None => Some(0),
        Some(name) => places.get(name.as_str()).and_then(|at| u32::try_from(at + 1).ok()),
    };
    Some([index(&row.cohort, cohorts)?, index(&row.district, districts)?, index(&row.site, sites)?])
}

/// Whether some row of sorted `keys` fits: eight bisections.
pub(super) fn has(keys: &[Key], cohort: u16, district: u16, site: u32) -> bool {
    let Some(site) = site.checked_add(1) else { return false };
    let (cohort, district) = (u32::from(cohort) + 1, u32::from(district) + 1);
    let any = |one: u32| [0, one];
    let mut all =
        any(cohort).into_iter().flat_map(|c| any(district).into_iter().flat_map(move |d| any(site).map(|s| [c, d, s])));
    all.any(|key| keys.binary_search(&key).is_ok())
}

/// Sites that rows of sorted `keys` give to a cohort and district; `None`: all.
pub(super) fn sites(keys: &[Key], cohort: u16, district: u16) -> Option<BTreeSet<u32>> {
    let (cohort, district) = (u32::from(cohort) + 1, u32::from(district) + 1);
    let mut sites = BTreeSet::new();
    for (cohort, district) in [(0, 0), (0, district), (cohort, 0), (cohort, district)] {
        let from = keys.partition_point(|key| *key < [cohort, district, 0]);
        let rows = keys[from..].iter().take_while(|key| key[..2] == [cohort, district]);
        for [_, _, site] in rows {
            sites.insert(site.checked_sub(1)?);
        }
    }
    Some(sites)
}

pub(super) fn faults(fields: &Fields, faults: &mut Faults) {
    let Reach::Table { rows } = &fields.reach else { return };
    if rows.is_empty() || rows.len() > MOST_ROWS {
        faults.push(ProgrammeError::Count { list: "reach.rows", found: rows.len(), most: MOST_ROWS });
    }
    let cohorts = access::places(fields.cohorts.iter().map(|cohort| &*cohort.id));
    let districts = access::places(fields.districts.iter().map(|district| &*district.code));
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let mut above = None;
    for (index, row) in rows.iter().enumerate() {
        let references =
            [("cohort", &row.cohort, &cohorts), ("district", &row.district, &districts), ("site", &row.site, &sites)];
        for (what, name, places) in references {
            if let Some(name) = name
                && !places.contains_key(name.as_str())
            {
                let place = Place::item("reach.rows", index, "", what);
                faults.push(ProgrammeError::Unknown { place, what, name: name.clone() });
            }
        }
        let Some(key) = key(row, &cohorts, &districts, &sites) else { continue };
        if above.is_some_and(|above| above >= key) {
            faults.push(ProgrammeError::ReachOrder { place: Place::item("reach.rows", index, "", "") });
        }
        above = Some(key);
    }
}
