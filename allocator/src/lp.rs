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
pub enum LpError {
    /// HiGHS gave up, or found nothing.
    #[error("HiGHS: {0}")]
    Solver(String),
    /// It stopped before it was sure.
    #[error("HiGHS stopped with {0:?} instead of an optimal answer")]
    NotOptimal(String),
    /// A sum that should be a whole number is not one.
    #[error("HiGHS found the sum {0}, which is no whole number")]
    NotWhole(String),
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
    solve(variables.maximise(ratio), constraints).map(|solution| solution.value(ratio))
}

/// Somebody in a draw: the pools of the list with their costs, and what it costs to leave them out, if that may be.
pub(crate) struct Person {
    pub(crate) costs: Vec<(usize, u32)>,
    pub(crate) unplaced: Option<u32>,
}

/// The least sum of costs over all assignments within the capacities.
pub(crate) fn least_cost(people: &[Person], capacities: &[u32]) -> Result<i64, LpError> {
    let mut variables = ProblemVariables::new();
    let mut in_pool: Vec<Vec<Variable>> = vec![Vec::new(); capacities.len()];
    let (mut sum, mut constraints) = (Expression::default(), Vec::new());
    for person in people {
        let mut places = Vec::with_capacity(person.costs.len() + 1);
        for (pool, cost) in &person.costs {
            let place = variables.add(variable().min(0.0));
            sum.add_mul(f64::from(*cost), place);
            in_pool[*pool].push(place);
            places.push(place);
        }
        if let Some(cost) = person.unplaced {
            let place = variables.add(variable().min(0.0));
            sum.add_mul(f64::from(cost), place);
            places.push(place);
        }
        constraints.push(constraint!(places.iter().sum::<Expression>() == 1.0));
    }
    for (taken, capacity) in in_pool.iter().zip(capacities) {
        constraints.push(constraint!(taken.iter().sum::<Expression>() <= f64::from(*capacity)));
    }
    let solution = solve(variables.minimise(sum.clone()), constraints)?;
    let found = solution.eval(&sum);
    let whole = found.round();
    if (found - whole).abs() > 1e-6 * whole.abs().max(1.0) || whole.abs() > 1e15 {
        return Err(LpError::NotWhole(found.to_string()));
    }
    #[allow(clippy::cast_possible_truncation, reason = "a whole number of at most 1e15")]
    Ok(whole as i64)
}

/// One thread, a fixed seed; anything but an optimum is an error.
fn solve(
    problem: good_lp::variable::UnsolvedProblem,
    constraints: Vec<good_lp::Constraint>,
) -> Result<impl Solution, LpError> {
    let mut model = problem.using(highs).set_threads(1).set_parallel(HighsParallelType::Off);
    model.set_verbose(false);
    let model = model.set_option("random_seed", 0);
    let solution = model.with_all(constraints).solve().map_err(|error| LpError::Solver(error.to_string()))?;
    match solution.status() {
        SolutionStatus::Optimal => Ok(solution),
        other => Err(LpError::NotOptimal(format!("{other:?}"))),
    }
}

/// Numbers up to 2⁴⁰ are exact.
#[allow(clippy::cast_precision_loss, reason = "at most 2^40")]
fn seats(number: u64) -> f64 {
    number as f64
}
