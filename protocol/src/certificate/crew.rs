//! Many hands: applicants are looked at in parts, which a caller may spread over threads. What is here has none.
//!
//! **Invariant:** parts depend on how many applicants there are, and on nothing else; what they find is put together in
//! their order. So the answer, the first fault included, does not depend on who works, or who is first.

use std::ops::Range;
use std::sync::OnceLock;

/// Applicants are cut into so many parts, if there are enough of them.
const PARTS: usize = 16;
/// Fewest applicants of a part.
const PART_MIN: usize = 4096;

/// Whoever does the work.
pub trait Crew: Sync {
    /// Does `work(0)`, `work(1)`, … `work(parts − 1)`, each once, in any order, on any threads; returns when all are done.
    fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync));
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Crew for Alone {
    fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..parts).for_each(work);
    }
}

/// What `work` finds in each part of the applicants, in order; the first fault in that order.
pub(super) fn in_parts<T: Send + Sync, E: Send + Sync>(
    crew: &dyn Crew,
    applicants: usize,
    work: impl Fn(Range<usize>) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let size = applicants.div_ceil(PARTS).max(PART_MIN);
    let found: Vec<OnceLock<Result<T, E>>> = (0..applicants.div_ceil(size)).map(|_| OnceLock::new()).collect();
    let part = |number: usize| number * size..((number + 1) * size).min(applicants);
    crew.each(found.len(), &|number| {
        if let Some(place) = found.get(number) {
            place.get_or_init(|| work(part(number)));
        }
    });
    // A part that the crew left out is made up for here.
    let whole = found.into_iter().enumerate().map(|(number, part_of)| match part_of.into_inner() {
        Some(result) => result,
        None => work(part(number)),
    });
    whole.collect()
}
