//! Linear programmes, by good_lp on HiGHS. The only file that knows either.
//!
//! **Invariant:** one thread, a fixed seed, no gap, and only an answer that is said to be optimal counts. Still it is in
//! floating point and one of possibly many: it proposes, and exact arithmetic elsewhere decides.

use crate::apportionment::Rest;
use good_lp::{
    Expression, ProblemVariables, Solution, SolutionStatus, SolverModel, Variable, constraint, highs,
    solvers::highs::HighsParallelType, variable,
};

/// Why there is no proposal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LpError {
    /// HiGHS gave up, or found nothing.
    #[error("HiGHS: {0}")]
    Solver(String),
    /// It stopped before it was sure.
    #[error("HiGHS stopped with {0:?} instead of an optimal answer")]
    NotOptimal(String),
}

/// The largest number of seats per registrant that all open groups can have together which are not at their most before.
pub(crate) fn level(rest: &Rest<'_>) -> Result<f64, LpError> {
    let problem = rest.problem;
    let mut is_at_most: Vec<bool> = problem.groups().iter().map(|group| group.registrants == 0).collect();
    loop {
        let ratio = with_some_at_most(rest, &is_at_most)?;
        let reach_most = |group: &usize| {
            let heads = problem.groups()[*group].registrants;
            !is_at_most[*group] && seats(problem.most(*group)) <= seats(heads) * ratio * (1.0 + 1e-9)
        };
        let reached: Vec<usize> = rest.open().filter(reach_most).collect();
        if reached.is_empty() || rest.open().all(|group| is_at_most[group] || reached.contains(&group)) {
            return Ok(ratio);
        }
        reached.into_iter().for_each(|group| is_at_most[group] = true);
    }
}

fn with_some_at_most(rest: &Rest<'_>, is_at_most: &[bool]) -> Result<f64, LpError> {
    let problem = rest.problem;
    let mut variables = ProblemVariables::new();
    let ratio = variables.add(variable().min(0.0).max(seats(1 << 40)));
    let mut at_site = vec![Expression::default(); rest.rooms.len()];
    let mut constraints = Vec::new();
    for group in rest.open() {
        let cells = &problem.cells()[problem.cells_of(group)];
        let taken: Vec<Variable> = cells
            .iter()
            .map(|cell| {
                variables.add(variable().min(seats(cell.floor)).max(seats(cell.ceiling.min(rest.rooms[cell.site]))))
            })
            .collect();
        let total: Expression = taken.iter().sum();
        for (cell, taken) in cells.iter().zip(&taken) {
            at_site[cell.site] += *taken;
        }
        let heads = problem.groups()[group].registrants;
        let [least, most] = [problem.least(group), problem.most(group)].map(seats);
        if !is_at_most[group] {
            constraints.push(constraint!(total.clone() >= seats(heads) * ratio));
            constraints.push(constraint!(total.clone() >= least));
            constraints.push(constraint!(total <= most));
        } else {
            constraints.push(constraint!(total == if heads > 0 { most } else { least }));
        }
    }
    for (site, taken) in at_site.into_iter().enumerate() {
        constraints.push(constraint!(taken <= seats(rest.rooms[site])));
    }
    let mut model = variables.maximise(ratio).using(highs).set_threads(1).set_parallel(HighsParallelType::Off);
    model.set_verbose(false);
    let model = model.set_option("random_seed", 0);
    let solution = model.with_all(constraints).solve().map_err(|error| LpError::Solver(error.to_string()))?;
    match solution.status() {
        SolutionStatus::Optimal => Ok(solution.value(ratio)),
        other => Err(LpError::NotOptimal(format!("{other:?}"))),
    }
}

/// Numbers up to 2⁴⁰ are exact.
#[allow(clippy::cast_precision_loss, reason = "at most 2^40")]
fn seats(number: u64) -> f64 {
    number as f64
}
