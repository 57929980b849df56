//! The mechanisms by their definitions, trying every assignment. Nothing here is clever, and nothing is shared with the
//! program: not even the expansion of lists.

use super::{Applicant, Draw};
use protocol::instance::{Choice, Mechanism};

/// A session on somebody's list: (session, rank, position).
pub(crate) type Line = (usize, usize, i128);

/// (rank costs, weight times position).
pub(crate) type Pair = (i64, i128);

/// What the definitions say about a draw. Applicants stand in draw order.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Session of each applicant, in every best assignment.
    pub(crate) best: Vec<Vec<Option<usize>>>,
    pub(crate) cost: Pair,
    /// Draw position at which each session closed.
    pub(crate) closing: Vec<Option<usize>>,
    /// Least prices, where the best assignment is the only one.
    pub(crate) prices: Vec<Pair>,
}

struct World {
    applicants: Vec<Applicant>,
    lists: Vec<Vec<Line>>,
    capacity: Vec<usize>,
}

pub(crate) fn in_draw_order(draw: &Draw) -> Vec<Applicant> {
    let mut applicants = draw.applicants.clone();
    applicants.sort_by_key(|applicant| (applicant.tier, applicant.number.0, applicant.ticket.0));
    applicants
}

pub(crate) fn solve(draw: &Draw) -> Answer {
    let applicants = in_draw_order(draw);
    let lists = lists(draw);
    let capacity = draw.pools.iter().map(|pool| pool.capacity as usize).collect();
    let world = World { applicants, lists, capacity };
    match &draw.mechanism {
        Mechanism::Optimal { rank_costs, unplaced_costs, .. } => world.optimal(rank_costs, unplaced_costs),
        Mechanism::Priority { rank_costs } => world.guaranteed(false, rank_costs),
        Mechanism::Serial => world.guaranteed(true, &[0; 8]),
    }
}

/// Everybody's list, in draw order.
pub(crate) fn lists(draw: &Draw) -> Vec<Vec<Line>> {
    in_draw_order(draw).iter().map(|applicant| expand(draw, applicant)).collect()
}

fn expand(draw: &Draw, applicant: &Applicant) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (rank, choice) in applicant.choices.iter().enumerate() {
        let sessions = match choice {
            Choice::Session(session) => vec![session.0 as usize],
            Choice::Site(site) => draw.sites[site.0 as usize].iter().map(|session| session.0 as usize).collect(),
        };
        let new: Vec<usize> =
            sessions.into_iter().filter(|session| lines.iter().all(|line| line.0 != *session)).collect();
        for place in 0..new.len() {
            let turn = applicant.rotation as usize % new.len();
            lines.push((new[(place + turn) % new.len()], rank, lines.len() as i128));
        }
    }
    lines
}

impl World {
    /// Step 1, then the best of all assignments that keep the guarantees.
    fn guaranteed(&self, by_choice: bool, rank_costs: &[u32]) -> Answer {
        let mut granted: Vec<Vec<Line>> = Vec::new();
        let mut closing = vec![None; self.capacity.len()];
        for (position, list) in self.lists.iter().enumerate() {
            let ranks = list.last().map_or(0, |line| line.1 + 1);
            let wishes: Vec<Vec<Line>> = match by_choice {
                true => (0..ranks).map(|rank| list.iter().filter(|line| line.1 == rank).copied().collect()).collect(),
                false => vec![list.clone()],
            };
            let mut got = Vec::new();
            for wish in wishes.into_iter().filter(|wish| !wish.is_empty()) {
                granted.push(wish.clone());
                let kept = fits(&granted, &self.capacity);
                if kept {
                    got = wish;
                } else {
                    self.close(&granted, position, &mut closing);
                }
                granted.pop();
                if kept {
                    break;
                }
            }
            granted.push(got);
        }
        let latest = |wish: &[Line]| wish.iter().map(|line| closing[line.0].unwrap_or(usize::MAX)).max();
        let mut answer = self.best(&granted, rank_costs, None);
        for assignment in assignments(&granted, &self.capacity, false) {
            for (session, wish) in assignment.iter().zip(&granted) {
                // The structural fact on which the prices rest.
                assert_eq!(session.map(|session| closing[session].unwrap_or(usize::MAX)), latest(wish));
            }
        }
        let admissible: Vec<Vec<Line>> = granted
            .iter()
            .map(|wish| {
                let open = |line: &&Line| Some(closing[line.0].unwrap_or(usize::MAX)) == latest(wish);
                wish.iter().filter(open).copied().collect()
            })
            .collect();
        answer.prices = self.least_prices(&answer.best[0], &admissible, rank_costs, None);
        answer.closing = closing;
        answer
    }

    /// A pool closes at a failure which one more seat in it would have prevented.
    fn close(&self, granted: &[Vec<Line>], position: usize, closing: &mut [Option<usize>]) {
        for session in 0..closing.len() {
            let mut capacity = self.capacity.clone();
            capacity[session] += 1;
            if closing[session].is_none() && fits(granted, &capacity) {
                closing[session] = Some(position);
            }
        }
    }

    fn optimal(&self, rank_costs: &[u32], unplaced_costs: &[u32]) -> Answer {
        let mut answer = self.best(&self.lists, rank_costs, Some(unplaced_costs));
        answer.prices = self.least_prices(&answer.best[0], &self.lists, rank_costs, Some(unplaced_costs));
        answer
    }

    fn cost(&self, position: usize, line: &Line, rank_costs: &[u32]) -> Pair {
        (i64::from(rank_costs[line.1]), i128::from(self.applicants[position].weight) * line.2)
    }

    fn cost_outside(&self, position: usize, unplaced_costs: &[u32]) -> Pair {
        let applicant = &self.applicants[position];
        let behind = self.lists[position].len() as i128;
        (i64::from(unplaced_costs[applicant.tier as usize - 1]), i128::from(applicant.weight) * behind)
    }

    fn best(&self, allowed: &[Vec<Line>], rank_costs: &[u32], unplaced_costs: Option<&[u32]>) -> Answer {
        let (mut best, mut least) = (Vec::new(), None);
        for assignment in assignments(allowed, &self.capacity, unplaced_costs.is_some()) {
            let mut sum = (0, 0);
            for (position, session) in assignment.iter().enumerate() {
                let cost = match (session, unplaced_costs) {
                    (Some(session), _) => {
                        let line = allowed[position].iter().find(|line| line.0 == *session).unwrap();
                        self.cost(position, line, rank_costs)
                    }
                    (None, Some(unplaced_costs)) => self.cost_outside(position, unplaced_costs),
                    (None, None) => (0, 0),
                };
                sum = (sum.0 + cost.0, sum.1 + cost.1);
            }
            if least.is_none_or(|least| sum < least) {
                (least, best) = (Some(sum), Vec::new());
            }
            if Some(sum) == least {
                best.push(assignment);
            }
        }
        Answer { best, cost: least.unwrap(), closing: vec![None; self.capacity.len()], prices: Vec::new() }
    }

    /// The smallest prices at which nobody would move: raised from zero until nothing has to be raised.
    fn least_prices(
        &self,
        assignment: &[Option<usize>],
        admissible: &[Vec<Line>],
        rank_costs: &[u32],
        unplaced_costs: Option<&[u32]>,
    ) -> Vec<Pair> {
        let mut prices = vec![(0, 0); self.capacity.len()];
        loop {
            let before = prices.clone();
            for (position, session) in assignment.iter().enumerate() {
                let pays = match (session, unplaced_costs) {
                    (Some(session), _) => {
                        let line = admissible[position].iter().find(|line| line.0 == *session).unwrap();
                        let (price, cost) = (prices[*session], self.cost(position, line, rank_costs));
                        (price.0 + cost.0, price.1 + cost.1)
                    }
                    (None, Some(unplaced_costs)) => self.cost_outside(position, unplaced_costs),
                    (None, None) => continue,
                };
                for line in &admissible[position] {
                    let cost = self.cost(position, line, rank_costs);
                    prices[line.0] = prices[line.0].max((pays.0 - cost.0, pays.1 - cost.1));
                }
            }
            if prices == before {
                return prices;
            }
        }
    }
}

/// Whether everybody with a wish can be seated within it.
fn fits(wishes: &[Vec<Line>], capacity: &[usize]) -> bool {
    let Some((first, rest)) = wishes.split_first() else { return true };
    if first.is_empty() {
        return fits(rest, capacity);
    }
    first.iter().any(|line| {
        let mut left = capacity.to_vec();
        left[line.0] > 0 && {
            left[line.0] -= 1;
            fits(rest, &left)
        }
    })
}

/// All assignments within capacity; staying out is possible for all, or only for those with nothing allowed.
pub(crate) fn assignments(allowed: &[Vec<Line>], capacity: &[usize], may_stay_out: bool) -> Vec<Vec<Option<usize>>> {
    let Some((first, rest)) = allowed.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    if may_stay_out || first.is_empty() {
        all.extend(assignments(rest, capacity, may_stay_out).into_iter().map(|tail| [vec![None], tail].concat()));
    }
    for line in first.iter().filter(|line| capacity[line.0] > 0) {
        let mut left = capacity.to_vec();
        left[line.0] -= 1;
        let tails = assignments(rest, &left, may_stay_out);
        all.extend(tails.into_iter().map(|tail| [vec![Some(line.0)], tail].concat()));
    }
    all
}
