//! Which sites people of a district think of, and how many people a site would draw if all sites were equally popular.
//!
//! With d the distance from the district's centroid, a site of popularity p attracts in proportion to p / (d₀² + d²),
//! d₀ = 4 km, among the district's nearest twelve sites.

use super::source::cumulative;
use super::tables::{Centre, District};

const NEAREST: usize = 12;

/// d₀², in squares of 100 m.
const HALFWAY_SQUARED: u64 = 40 * 40;

/// The sites people of one district choose among.
pub(super) struct Reach {
    /// Places of the sites in the programme, nearest first.
    pub(super) sites: Vec<u32>,
    /// Running sums of their attraction.
    pub(super) attraction: Vec<u64>,
}

/// The reach of every district over `sites`, each a centre with its popularity.
pub(super) fn reaches(districts: &[District], sites: &[(&Centre, u64)]) -> Vec<Reach> {
    districts
        .iter()
        .map(|district| {
            let near = nearest(district, sites);
            Reach {
                sites: near.iter().map(|&(_, site, _)| site).collect(),
                attraction: cumulative(near.iter().map(|&(_, _, attraction)| attraction)),
            }
        })
        .collect()
}

/// Residents per centre if every district's residents spread over its nearest centres by distance alone. Never 0.
pub(super) fn catchments(districts: &[District], centres: &[Centre]) -> Vec<u64> {
    let sites: Vec<(&Centre, u64)> = centres.iter().map(|centre| (centre, 1_000)).collect();
    let mut catchments = vec![1; centres.len()];
    for district in districts {
        let near = nearest(district, &sites);
        let residents: u64 = district.residents.iter().copied().map(u64::from).sum();
        let total: u64 = near.iter().map(|&(_, _, attraction)| attraction).sum();
        for (_, site, attraction) in near {
            if let Some(catchment) = catchments.get_mut(site as usize) {
                *catchment += residents * attraction / total.max(1);
            }
        }
    }
    catchments
}

/// Squared distance, place and attraction of a district's nearest sites, nearest first, ties by place.
fn nearest(district: &District, sites: &[(&Centre, u64)]) -> Vec<(u64, u32, u64)> {
    let mut all: Vec<(u64, u32, u64)> = (0u32..)
        .zip(sites)
        .map(|(place, &(centre, popularity))| {
            let squared = distance_squared(district, centre);
            (squared, place, popularity * 1_000_000 / (HALFWAY_SQUARED + squared) + 1)
        })
        .collect();
    all.sort_unstable();
    all.truncate(NEAREST);
    all
}

/// In squares of 100 m. A microdegree of latitude is 0.111 m; of longitude four fifths of that, as at 36.9° north.
fn distance_squared(district: &District, centre: &Centre) -> u64 {
    let north = u64::from(district.latitude_microdeg.abs_diff(centre.latitude_microdeg)) / 900;
    let east = u64::from(district.longitude_microdeg.abs_diff(centre.longitude_microdeg)) * 4 / 5 / 900;
    north * north + east * east
}
