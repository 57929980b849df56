//! The mechanisms by successive shortest paths, written for the purpose and as plainly as they can be said: everybody's
//! list written out, a table of what a move from pool to pool costs at least, one search through all of it per applicant.
//! Costs are pairs, compared lexicographically, in one go. Nothing is shared with the program but the instance.

use protocol::instance::{Instance, Listed, Mechanism, PoolIndex};

/// Rank costs, then weight times position.
pub(crate) type Pair = (i64, i128);

const FAR: Pair = (i64::MAX / 4, 0);

/// Somewhere an applicant may be; the pool after the last is the outside.
#[derive(Clone, Copy, Debug)]
struct Offer {
    pool: usize,
    cost: Pair,
}

/// Where everybody is in a best assignment, and what it costs.
pub(crate) fn solve(instance: &Instance) -> (Vec<Option<PoolIndex>>, Pair) {
    let pools = instance.pools().len();
    let options: Vec<Vec<Offer>> = match instance.mechanism() {
        Mechanism::Optimal { .. } => {
            (0..instance.applicants()).map(|applicant| everything(instance, applicant)).collect()
        }
        _ => guaranteed(instance)
            .iter()
            .enumerate()
            .map(|(applicant, listed)| listed.iter().map(|listed| option(instance, applicant, listed)).collect())
            .collect(),
    };
    let mut capacity: Vec<usize> = instance.pools().iter().map(|pool| pool.capacity as usize).collect();
    capacity.push(usize::MAX);
    let mut market =
        Market { seats: vec![None; options.len()], prices: vec![(0, 0); pools + 1], options: &options, capacity };
    for (applicant, offers) in options.iter().enumerate() {
        if !offers.is_empty() {
            market.insert(applicant);
        }
    }
    let mut cost = (0, 0);
    for option in market.seats.iter().flatten() {
        cost = plus(cost, option.cost);
    }
    let pool = |option: &Option<Offer>| option.map(|option| option.pool).filter(|pool| *pool < pools);
    (market.seats.iter().map(|seat| pool(seat).map(|pool| PoolIndex(pool as u32))).collect(), cost)
}

fn option(instance: &Instance, applicant: usize, listed: &Listed) -> Offer {
    let cost = (instance.rank_cost(applicant, listed).into(), instance.tie_cost(0, applicant, listed.position));
    Offer { pool: listed.pool.at(), cost }
}

fn everything(instance: &Instance, applicant: usize) -> Vec<Offer> {
    let mut all: Vec<_> = instance.listed(0, applicant).map(|listed| option(instance, applicant, &listed)).collect();
    let behind = instance.tie_cost(0, applicant, instance.outside_position(applicant));
    let cost = (instance.unplaced_cost(applicant).unwrap().into(), behind);
    all.push(Offer { pool: instance.pools().len(), cost });
    all
}

/// What everybody was guaranteed: nothing, a choice, or the list as the last pass opens it.
fn guaranteed(instance: &Instance) -> Vec<Vec<Listed>> {
    let mut granted: Vec<Vec<Listed>> = vec![Vec::new(); instance.applicants()];
    for pass in 0..instance.passes() {
        for (applicant, granted) in granted.iter_mut().enumerate().filter(|(_, granted)| !granted.is_empty()) {
            *granted = instance.listed(pass, applicant).collect();
        }
        let mut matching = Matching::of(instance, &granted);
        for (applicant, granted) in granted.iter_mut().enumerate() {
            if granted.is_empty() {
                let list: Vec<Listed> = instance.listed(pass, applicant).collect();
                let by_choice = matches!(instance.mechanism(), Mechanism::Serial);
                let wishes = list.chunk_by(|one, next| !by_choice || one.rank == next.rank);
                *granted = wishes.into_iter().find_map(|wish| matching.add(applicant, wish)).unwrap_or_default();
            }
        }
    }
    granted
}

/// Somebody in each seat (Kuhn 1955).
struct Matching {
    holders: Vec<Vec<usize>>,
    capacity: Vec<usize>,
    wishes: Vec<Vec<Listed>>,
}

impl Matching {
    fn of(instance: &Instance, granted: &[Vec<Listed>]) -> Self {
        let capacity: Vec<usize> = instance.pools().iter().map(|pool| pool.capacity as usize).collect();
        let mut matching =
            Self { holders: vec![Vec::new(); capacity.len()], capacity, wishes: vec![Vec::new(); granted.len()] };
        for (applicant, wish) in granted.iter().enumerate().filter(|(_, wish)| !wish.is_empty()) {
            assert!(matching.add(applicant, wish).is_some(), "what was guaranteed stays possible");
        }
        matching
    }

    fn add(&mut self, applicant: usize, wish: &[Listed]) -> Option<Vec<Listed>> {
        self.wishes[applicant] = wish.to_vec();
        let mut visited = vec![false; self.capacity.len()];
        let seated = self.seat(applicant, &mut visited);
        if !seated {
            self.wishes[applicant].clear();
        }
        seated.then(|| wish.to_vec())
    }

    fn seat(&mut self, applicant: usize, visited: &mut [bool]) -> bool {
        for pool in self.wishes[applicant].iter().map(|listed| listed.pool.at()).collect::<Vec<_>>() {
            if std::mem::replace(&mut visited[pool], true) {
                continue;
            }
            if self.holders[pool].len() < self.capacity[pool] {
                self.holders[pool].push(applicant);
                return true;
            }
            for place in 0..self.holders[pool].len() {
                let holder = self.holders[pool][place];
                if self.seat(holder, visited) {
                    self.holders[pool][place] = applicant;
                    return true;
                }
            }
        }
        false
    }
}

struct Market<'a> {
    options: &'a [Vec<Offer>],
    seats: Vec<Option<Offer>>,
    /// They keep every move's cost, less the difference of prices, from being negative.
    prices: Vec<Pair>,
    capacity: Vec<usize>,
}

impl Market<'_> {
    fn insert(&mut self, applicant: usize) {
        let pools = self.capacity.len();
        let (mut moves, mut movers) = (vec![vec![FAR; pools]; pools], vec![vec![None; pools]; pools]);
        let mut load = vec![0; pools];
        for (person, seat) in self.seats.iter().enumerate() {
            let Some(seat) = seat else { continue };
            load[seat.pool] += 1;
            for option in self.options[person].iter().filter(|option| option.pool != seat.pool) {
                let more = minus(plus(option.cost, self.prices[option.pool]), plus(seat.cost, self.prices[seat.pool]));
                if more < moves[seat.pool][option.pool] {
                    moves[seat.pool][option.pool] = more;
                    movers[seat.pool][option.pool] = Some((person, *option));
                }
            }
        }
        let (mut near, mut came, mut known) = (vec![FAR; pools], vec![None; pools], vec![false; pools]);
        for option in &self.options[applicant] {
            near[option.pool] = plus(option.cost, self.prices[option.pool]);
            came[option.pool] = Some((applicant, *option));
        }
        let nearest =
            |near: &[Pair], known: &[bool]| (0..pools).filter(|pool| !known[*pool]).min_by_key(|pool| near[*pool]);
        let end = loop {
            let pool = nearest(&near, &known).expect("somebody with a guarantee finds a seat");
            assert!(near[pool] < FAR, "somebody with a guarantee finds a seat");
            if load[pool] < self.capacity[pool] {
                break pool;
            }
            known[pool] = true;
            for to in (0..pools).filter(|to| !known[*to]).collect::<Vec<_>>() {
                let way = plus(near[pool], moves[pool][to]);
                if moves[pool][to] < FAR && way < near[to] {
                    (near[to], came[to]) = (way, movers[pool][to]);
                }
            }
        };
        for pool in (0..pools).filter(|pool| known[*pool]) {
            self.prices[pool] = plus(self.prices[pool], minus(near[end], near[pool]));
        }
        let mut to = end;
        while let Some((person, option)) = came[to] {
            let before = self.seats[person].replace(option);
            let Some(before) = before else { return };
            to = before.pool;
        }
    }
}

fn plus(one: Pair, other: Pair) -> Pair {
    (one.0 + other.0, one.1 + other.1)
}

fn minus(one: Pair, other: Pair) -> Pair {
    (one.0 - other.0, one.1 - other.1)
}
