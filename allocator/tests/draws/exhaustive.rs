//! The mechanisms by their definitions, trying every assignment. Nothing here is clever, and nothing is shared with the
//! program: not even the expansion of lists, nor who may use which pool.

use super::{Applicant, Draw};
use protocol::instance::{Access, Choice, LEVELS_MAX, Mechanism};

/// A pool on somebody's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) pool: usize,
    pub(crate) rank: usize,
    pub(crate) position: i128,
    /// The rank cost, with that of an outsider.
    pub(crate) rank_cost: i128,
}

/// Rank costs, then weight times position for each level.
pub(crate) type Price = [i128; 1 + LEVELS_MAX];

/// The pool of each applicant, in draw order.
pub(crate) type Pools = Vec<Option<usize>>;

/// What the definitions say about a draw. Applicants stand in draw order.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Session of each applicant, in every best assignment.
    pub(crate) best: Vec<Vec<Option<usize>>>,
    /// The pools of each: as many as there are ways to fill them.
    pub(crate) witnesses: Vec<Pools>,
    pub(crate) cost: Price,
    /// For each pass, the draw position at which each pool closed.
    pub(crate) closing: Vec<Vec<Option<usize>>>,
    /// Where there are two passes: an assignment of those whom the first one places.
    pub(crate) first_pass: Option<Pools>,
    /// Least prices, where the best assignment is the only one.
    pub(crate) prices: Vec<Price>,
}

struct World<'a> {
    draw: &'a Draw,
    applicants: Vec<Applicant>,
    capacity: Vec<usize>,
    levels: usize,
}

pub(crate) fn in_draw_order(draw: &Draw) -> Vec<Applicant> {
    let mut applicants = draw.applicants.clone();
    applicants.sort_by_key(|applicant| (applicant.tier, applicant.number.0, applicant.ticket.0));
    applicants
}

/// With so many levels of weights.
pub(crate) fn solve(draw: &Draw, levels: usize) -> Answer {
    let capacity = capacity(draw);
    let world = World { draw, applicants: in_draw_order(draw), capacity, levels };
    match &draw.mechanism {
        Mechanism::Optimal { .. } => world.optimal(),
        Mechanism::Priority { .. } => world.guaranteed(false),
        Mechanism::Serial => world.guaranteed(true),
    }
}

pub(crate) fn capacity(draw: &Draw) -> Vec<usize> {
    draw.pools.iter().map(|pool| pool.capacity as usize).collect()
}

/// How many passes there are, counting one for `optimal`.
pub(crate) fn passes(draw: &Draw) -> usize {
    let released = draw.pools.iter().any(|pool| match pool.access {
        Access::Reserved(reserve) => pool.capacity > 0 && draw.reserves[reserve.0 as usize].release,
        Access::Open => false,
    });
    if released && matches!(draw.mechanism, Mechanism::Priority { .. }) { 2 } else { 1 }
}

/// Everybody's list in a pass, in draw order.
pub(crate) fn lists(draw: &Draw, pass: usize) -> Vec<Vec<Line>> {
    in_draw_order(draw).iter().map(|applicant| expand(draw, pass, applicant)).collect()
}

fn expand(draw: &Draw, pass: usize, applicant: &Applicant) -> Vec<Line> {
    let (mut listed, mut lines): (Vec<usize>, Vec<Line>) = (Vec::new(), Vec::new());
    for (rank, choice) in applicant.choices.iter().enumerate() {
        let sessions = match choice {
            Choice::Session(session) => vec![session.0 as usize],
            Choice::Site(site) => draw.sites[site.0 as usize].iter().map(|session| session.0 as usize).collect(),
        };
        let new: Vec<usize> = sessions.into_iter().filter(|session| !listed.contains(session)).collect();
        for place in 0..new.len() {
            let session = new[(place + applicant.rotation as usize % new.len()) % new.len()];
            let position = listed.len() as i128;
            listed.push(session);
            for pool in (0..draw.pools.len()).filter(|pool| draw.pools[*pool].session.0 as usize == session) {
                if let Some(outsider) = access(draw, pass, pool, applicant) {
                    let rank_cost = rank_cost(&draw.mechanism, rank) + outsider;
                    lines.push(Line { pool, rank, position, rank_cost });
                }
            }
        }
    }
    lines
}

/// What it costs besides the rank to use a pool; `None` if that is not allowed.
fn access(draw: &Draw, pass: usize, pool: usize, applicant: &Applicant) -> Option<i128> {
    let Access::Reserved(reserve) = draw.pools[pool].access else { return Some(0) };
    let reserve = &draw.reserves[reserve.0 as usize];
    let fits_tier = reserve.tiers.is_empty() || reserve.tiers.contains(&applicant.tier);
    let fits_district = reserve.districts.is_empty() || reserve.districts.contains(&applicant.district);
    if fits_tier && fits_district {
        return Some(0);
    }
    match &draw.mechanism {
        Mechanism::Optimal { outsider_cost, .. } if reserve.release => Some(i128::from(*outsider_cost)),
        Mechanism::Priority { .. } if reserve.release && pass == 1 => Some(0),
        _ => None,
    }
}

fn rank_cost(mechanism: &Mechanism, rank: usize) -> i128 {
    match mechanism {
        Mechanism::Serial => 0,
        Mechanism::Priority { rank_costs } | Mechanism::Optimal { rank_costs, .. } => i128::from(rank_costs[rank]),
    }
}

impl World<'_> {
    /// Step 1, then the best of all assignments that keep the guarantees.
    fn guaranteed(&self, by_choice: bool) -> Answer {
        let nobody = vec![false; self.applicants.len()];
        let (mut granted, closing) = self.pass(&lists(self.draw, 0), by_choice, &nobody);
        let mut closing = vec![closing];
        let mut first_pass = None;
        if passes(self.draw) == 2 {
            let kept: Vec<_> = granted.iter().map(|wish| !wish.is_empty()).collect();
            first_pass = Some(assignments(&granted, &self.capacity, false).remove(0));
            let (second, t) = self.pass(&lists(self.draw, 1), by_choice, &kept);
            granted = second;
            closing.push(t);
        }
        let t = closing.last().unwrap();
        let until = |line: &Line| t[line.pool].unwrap_or(usize::MAX);
        let latest = |wish: &[Line]| wish.iter().map(until).max();
        for assignment in assignments(&granted, &self.capacity, false) {
            for (pool, wish) in assignment.iter().zip(&granted) {
                // The structural fact on which the prices rest.
                assert_eq!(pool.map(|pool| t[pool].unwrap_or(usize::MAX)), latest(wish));
            }
        }
        let mut answer = self.best(&granted, false);
        let admissible: Vec<Vec<Line>> = granted
            .iter()
            .map(|wish| wish.iter().filter(|line| Some(until(line)) == latest(wish)).copied().collect())
            .collect();
        answer.prices = self.least_prices(&answer.witnesses[0], &admissible);
        Answer { closing, first_pass, ..answer }
    }

    /// What everybody is granted, starting with those who are kept, and where pools closed.
    fn pass(&self, lists: &[Vec<Line>], by_choice: bool, kept: &[bool]) -> (Vec<Vec<Line>>, Vec<Option<usize>>) {
        let mut granted: Vec<Vec<Line>> =
            lists.iter().zip(kept).map(|(list, kept)| if *kept { list.clone() } else { Vec::new() }).collect();
        let mut closing = vec![None; self.capacity.len()];
        for (position, list) in lists.iter().enumerate().filter(|(position, _)| !kept[*position]) {
            let ranks = list.last().map_or(0, |line| line.rank + 1);
            let wishes: Vec<Vec<Line>> = match by_choice {
                true => {
                    (0..ranks).map(|rank| list.iter().filter(|line| line.rank == rank).copied().collect()).collect()
                }
                false => vec![list.clone()],
            };
            for wish in wishes.into_iter().filter(|wish| !wish.is_empty()) {
                granted[position] = wish;
                if fits(&granted, &self.capacity) {
                    break;
                }
                self.close(&granted, position, &mut closing);
                granted[position] = Vec::new();
            }
        }
        (granted, closing)
    }

    /// A pool closes at a failure which one more seat in it would have prevented.
    fn close(&self, granted: &[Vec<Line>], position: usize, closing: &mut [Option<usize>]) {
        for pool in 0..closing.len() {
            let mut capacity = self.capacity.clone();
            capacity[pool] += 1;
            if closing[pool].is_none() && fits(granted, &capacity) {
                closing[pool] = Some(position);
            }
        }
    }

    fn optimal(&self) -> Answer {
        let lists = lists(self.draw, 0);
        let mut answer = self.best(&lists, true);
        answer.prices = self.least_prices(&answer.witnesses[0], &lists);
        answer
    }

    fn price(&self, position: usize, rank_cost: i128, steps: i128) -> Price {
        let mut price = [0; 1 + LEVELS_MAX];
        price[0] = rank_cost;
        for level in 0..self.levels {
            price[1 + level] = i128::from(self.applicants[position].weights[level]) * steps;
        }
        price
    }

    fn cost(&self, position: usize, line: &Line) -> Price {
        self.price(position, line.rank_cost, line.position)
    }

    fn cost_outside(&self, position: usize) -> Price {
        let Mechanism::Optimal { unplaced_costs, .. } = &self.draw.mechanism else { unreachable!() };
        let applicant = &self.applicants[position];
        // Every session has an open pool.
        let behind = expand(self.draw, 0, applicant).last().map_or(0, |line| line.position + 1);
        self.price(position, i128::from(unplaced_costs[applicant.tier as usize - 1]), behind)
    }

    fn best(&self, allowed: &[Vec<Line>], may_stay_out: bool) -> Answer {
        let (mut best, mut least): (Vec<Pools>, Option<Price>) = (Vec::new(), None);
        for assignment in assignments(allowed, &self.capacity, may_stay_out) {
            let mut sum = [0; 1 + LEVELS_MAX];
            for (position, pool) in assignment.iter().enumerate() {
                let cost = match pool {
                    Some(pool) => self.cost(position, find(&allowed[position], *pool)),
                    None if may_stay_out => self.cost_outside(position),
                    None => continue,
                };
                sum = add(sum, cost);
            }
            if least.is_none_or(|least| sum < least) {
                (least, best) = (Some(sum), Vec::new());
            }
            if Some(sum) == least {
                best.push(assignment);
            }
        }
        let witnesses = best;
        let mut best: Vec<_> = witnesses.iter().map(|pools| sessions(self.draw, pools)).collect();
        best.sort();
        best.dedup();
        let (closing, first_pass, prices) = (Vec::new(), None, Vec::new());
        Answer { best, witnesses, cost: least.unwrap(), closing, first_pass, prices }
    }

    fn least_prices(&self, assignment: &[Option<usize>], admissible: &[Vec<Line>]) -> Vec<Price> {
        least_prices(self.draw, self.levels, assignment, admissible).unwrap()
    }

    /// The smallest prices at which nobody would move: raised from zero until nothing has to be raised. `None` if that
    /// never ends, and nothing can prove the assignment.
    fn raise(&self, assignment: &[Option<usize>], admissible: &[Vec<Line>]) -> Option<Vec<Price>> {
        let may_stay_out = matches!(self.draw.mechanism, Mechanism::Optimal { .. });
        let mut prices = vec![[0; 1 + LEVELS_MAX]; self.capacity.len()];
        for _ in 0..=prices.len() + 1 {
            let before = prices.clone();
            for (position, pool) in assignment.iter().enumerate() {
                let pays = match pool {
                    Some(pool) => add(prices[*pool], self.cost(position, find(&admissible[position], *pool))),
                    None if may_stay_out => self.cost_outside(position),
                    None => continue,
                };
                for line in &admissible[position] {
                    let cost = self.cost(position, line).map(|part| -part);
                    prices[line.pool] = prices[line.pool].max(add(pays, cost));
                }
            }
            if prices == before {
                return Some(prices);
            }
        }
        None
    }
}

/// The smallest prices that prove an assignment, if any do.
pub(crate) fn least_prices(
    draw: &Draw,
    levels: usize,
    assignment: &[Option<usize>],
    admissible: &[Vec<Line>],
) -> Option<Vec<Price>> {
    let world = World { draw, applicants: in_draw_order(draw), capacity: capacity(draw), levels };
    world.raise(assignment, admissible)
}

pub(crate) fn add(one: Price, other: Price) -> Price {
    std::array::from_fn(|part| one[part] + other[part])
}

pub(crate) fn sessions(draw: &Draw, pools: &[Option<usize>]) -> Vec<Option<usize>> {
    pools.iter().map(|pool| Some(draw.pools[(*pool)?].session.0 as usize)).collect()
}

fn find(list: &[Line], pool: usize) -> &Line {
    list.iter().find(|line| line.pool == pool).unwrap()
}

/// Whether everybody with a wish can be seated within it.
fn fits(wishes: &[Vec<Line>], capacity: &[usize]) -> bool {
    let Some((first, rest)) = wishes.split_first() else { return true };
    if first.is_empty() {
        return fits(rest, capacity);
    }
    first.iter().any(|line| {
        let mut left = capacity.to_vec();
        left[line.pool] > 0 && {
            left[line.pool] -= 1;
            fits(rest, &left)
        }
    })
}

/// All assignments within capacity; staying out is possible for all, or only for those with nothing allowed.
pub(crate) fn assignments(allowed: &[Vec<Line>], capacity: &[usize], may_stay_out: bool) -> Vec<Pools> {
    let Some((first, rest)) = allowed.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    if may_stay_out || first.is_empty() {
        all.extend(assignments(rest, capacity, may_stay_out).into_iter().map(|tail| [vec![None], tail].concat()));
    }
    for line in first.iter().filter(|line| capacity[line.pool] > 0) {
        let mut left = capacity.to_vec();
        left[line.pool] -= 1;
        let tails = assignments(rest, &left, may_stay_out);
        all.extend(tails.into_iter().map(|tail| [vec![Some(line.pool)], tail].concat()));
    }
    all
}
