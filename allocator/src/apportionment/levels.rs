//! The shares: level by level, the largest ratio that all groups who are not settled can have together. SPEC §18.3.
//!
//! At a ratio T a group asks for clamp(T·n, φ, ω) seats. A set A of groups can have what it asks for, beyond its floors at
//! cells, iff that is at most f(A) = Σ over sites of min(room, what A's cells hold there). So the largest T is the least one
//! that some A allows. The linear programme says about where; from just above it, each minimum cut gives a set that allows
//! less, until all fits (Dinkelbach 1967; the sets differ, so it ends). Then T is exact whatever the programme said.
//!
//! **Invariant:** groups that were settled keep their shares, in whole seats per site together; so each level is counted in
//! its own parts of a seat.

use super::{ApportionError, floors, flow::Flow};
use protocol::apportionment::{Level, Problem, Ratio};

/// Shares per cell in parts of a seat, and of each group.
pub(super) struct Shares {
    pub(super) levels: Vec<Level>,
    pub(super) cells: Vec<u128>,
    pub(super) groups: Vec<Ratio>,
    pub(super) ratios: Vec<Ratio>,
    /// How often the linear programme was asked, and how often the exact search had to begin from the top all the same.
    pub(super) asked: usize,
    pub(super) missed: usize,
}

/// The groups that are not settled, and the room that the settled ones leave.
pub(crate) struct Rest<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) is_settled: Vec<bool>,
    pub(crate) rooms: Vec<u64>,
}

pub(super) fn find(problem: &Problem) -> Result<Shares, ApportionError> {
    let groups = problem.groups().len();
    let mut rest = Rest { problem, is_settled: vec![false; groups], rooms: problem.rooms().to_vec() };
    floors::check(&rest)?;
    let cells = vec![0; problem.cells().len()];
    let (zeros, levels) = (vec![Ratio::ZERO; groups], Vec::new());
    let mut shares = Shares { levels, cells, groups: zeros.clone(), ratios: zeros, asked: 0, missed: 0 };
    let mut is_full = vec![false; problem.rooms().len()];
    loop {
        let top = rest.top();
        let (ratio, flow) = rest.largest(top, &mut shares)?;
        if ratio == top {
            // All the rest get the most that they may: whole seats.
            let flow = rest.flow(top, 1).ok_or(ApportionError::Bounds)?;
            rest.settle(&(0..groups).collect::<Vec<_>>(), &flow, 1, &mut shares)?;
            return Ok(shares);
        }
        let (settled, sites) = rest.blocked(ratio, &flow);
        let sites: Vec<usize> =
            sites.into_iter().filter(|site| !std::mem::replace(&mut is_full[*site], true)).collect();
        let groups = rest.settle(&settled, &flow, ratio.denominator(), &mut shares)?;
        if groups.is_empty() {
            return Err(ApportionError::Bounds);
        }
        shares.levels.push(Level { ratio, groups, sites });
    }
}

impl Rest<'_> {
    /// Groups that are not settled.
    pub(crate) fn open(&self) -> impl Iterator<Item = usize> {
        (0..self.is_settled.len()).filter(|group| !self.is_settled[*group])
    }

    /// Cells of those groups.
    pub(crate) fn cells(&self) -> impl Iterator<Item = usize> {
        self.open().flat_map(|group| self.problem.cells_of(group))
    }

    /// The ratio from which on nobody asks for more.
    fn top(&self) -> Ratio {
        let some = self.open().filter(|group| self.problem.groups()[*group].registrants > 0);
        some.filter_map(|group| self.per_head(group, self.problem.most(group))).max().unwrap_or(Ratio::ZERO)
    }

    fn per_head(&self, group: usize, seats: u64) -> Option<Ratio> {
        Ratio::new(u128::from(seats), u128::from(self.problem.groups()[group].registrants))
    }

    /// What a group asks for at a ratio, in parts of a seat. `None`: not a whole number of parts.
    fn asks(&self, group: usize, ratio: Ratio, parts: u128) -> Option<u128> {
        let [least, most] =
            [self.problem.least(group), self.problem.most(group)].map(|seats| u128::from(seats) * parts);
        let product = ratio.numerator() * u128::from(self.problem.groups()[group].registrants) * parts;
        match product / ratio.denominator() {
            whole if whole >= most => Some(most),
            whole if whole < least => Some(least),
            whole => product.is_multiple_of(ratio.denominator()).then_some(whole),
        }
    }

    /// The flow at a ratio beyond the floors at cells, filled. `None`: the ratio is no whole number of parts.
    pub(super) fn flow(&self, ratio: Ratio, parts: u128) -> Option<Flow> {
        let mut demands = vec![0; self.is_settled.len()];
        for group in self.open() {
            let floors: u64 = self.problem.cells()[self.problem.cells_of(group)].iter().map(|cell| cell.floor).sum();
            demands[group] = self.asks(group, ratio, parts)? - u128::from(floors) * parts;
        }
        let rooms: Vec<u128> = self.rooms_beyond_floors().iter().map(|room| u128::from(*room) * parts).collect();
        let cells = self.problem.cells().iter().map(|cell| {
            let open = !self.is_settled[cell.group];
            (cell.group, cell.site, if open { u128::from(cell.ceiling - cell.floor) * parts } else { 0 })
        });
        let mut flow = Flow::new(&demands, &rooms, cells);
        flow.fill();
        Some(flow)
    }

    /// Room that is left to share at each site beyond the floors of the open groups.
    pub(super) fn rooms_beyond_floors(&self) -> Vec<u64> {
        let mut rooms = self.rooms.clone();
        for cell in self.cells().map(|cell| &self.problem.cells()[cell]) {
            rooms[cell.site] = rooms[cell.site].saturating_sub(cell.floor);
        }
        rooms
    }

    /// The largest ratio at most `top` at which everybody gets what they ask for, with such a flow.
    fn largest(&self, top: Ratio, shares: &mut Shares) -> Result<(Ratio, Flow), ApportionError> {
        shares.asked += 1;
        let proposed = propose(self).and_then(just_above).filter(|ratio| *ratio < top);
        if let Some(found) = proposed.map(|ratio| self.descend(ratio)).transpose()?
            && found.2
        {
            return Ok((found.0, found.1));
        }
        shares.missed += usize::from(proposed.is_some());
        let (ratio, flow, _) = self.descend(top)?;
        Ok((ratio, flow))
    }

    /// From a ratio down to the largest that fits; whether it had to go down.
    fn descend(&self, mut ratio: Ratio) -> Result<(Ratio, Flow, bool), ApportionError> {
        let mut went_down = false;
        loop {
            let flow = self.flow(ratio, ratio.denominator()).ok_or(ApportionError::Bounds)?;
            if flow.is_met() {
                return Ok((ratio, flow, went_down));
            }
            let lower = self.allowed(&flow.reached()).filter(|lower| *lower < ratio).ok_or(ApportionError::Bounds)?;
            (ratio, went_down) = (lower, true);
        }
    }

    /// The largest ratio that a set of groups allows: where what it asks for is f of the set.
    fn allowed(&self, is_in: &[bool]) -> Option<Ratio> {
        let mut held = vec![0u128; self.rooms.len()];
        let members = || self.open().filter(|group| is_in[*group]);
        let mut asked = 0u128;
        let mut turns: Vec<(Ratio, bool, usize)> = Vec::new();
        for group in members() {
            let cells = &self.problem.cells()[self.problem.cells_of(group)];
            cells.iter().for_each(|cell| held[cell.site] += u128::from(cell.ceiling - cell.floor));
            let (least, most) = (self.problem.least(group), self.problem.most(group));
            asked += u128::from(least) - cells.iter().map(|cell| u128::from(cell.floor)).sum::<u128>();
            if least < most {
                turns
                    .extend([(self.per_head(group, least)?, true, group), (self.per_head(group, most)?, false, group)]);
            }
        }
        let rooms = self.rooms_beyond_floors();
        let allowed: u128 = held.iter().zip(rooms).map(|(held, room)| (*held).min(u128::from(room))).sum();
        turns.sort_unstable();
        // Between two turns the set asks for `slope` times the ratio, and `asked` beside.
        let (mut asked, mut slope) = (i128::try_from(asked).ok()?, 0u128);
        let allowed = i128::try_from(allowed).ok()?;
        for (turn, starts, group) in turns {
            if slope > 0 {
                let candidate = Ratio::new(u128::try_from(allowed - asked).ok()?, slope)?;
                if candidate < turn {
                    return Some(candidate);
                }
            }
            let heads = u128::from(self.problem.groups()[group].registrants);
            let least = i128::from(self.problem.least(group));
            let most = i128::from(self.problem.most(group));
            if starts {
                (asked, slope) = (asked - least, slope + heads);
            } else {
                (asked, slope) = (asked + most, slope - heads);
            }
        }
        None
    }

    /// Groups at exactly this ratio that can have no more, with all whom they would have to lower, and the full sites between.
    fn blocked(&self, ratio: Ratio, flow: &Flow) -> (Vec<usize>, Vec<usize>) {
        let can_rise = self.reaching_room(flow);
        let is_tied = |group: &usize| {
            let registrants = self.problem.groups()[*group].registrants;
            let asked = u128::from(registrants) * ratio.numerator();
            let [least, most] = [self.problem.least(*group), self.problem.most(*group)];
            let [least, most] = [least, most].map(|seats| u128::from(seats) * ratio.denominator());
            registrants > 0 && least <= asked && asked < most
        };
        let mut stack: Vec<usize> = self.open().filter(is_tied).filter(|group| !can_rise[*group]).collect();
        let (mut groups, mut sites) = (vec![false; self.is_settled.len()], vec![false; self.rooms.len()]);
        let at_site = self.cells_by_site();
        stack.iter().for_each(|group| groups[*group] = true);
        while let Some(group) = stack.pop() {
            for cell in self.problem.cells_of(group).filter(|cell| flow.can_rise(*cell)) {
                let site = self.problem.cells()[cell].site;
                if std::mem::replace(&mut sites[site], true) {
                    continue;
                }
                for other in at_site[site].iter().filter(|cell| flow.of_cell(**cell) > 0) {
                    let other = self.problem.cells()[*other].group;
                    if !std::mem::replace(&mut groups[other], true) {
                        stack.push(other);
                    }
                }
            }
        }
        let places = |flags: Vec<bool>| (0..flags.len()).filter(|place| flags[*place]).collect();
        (places(groups), places(sites))
    }

    /// Groups from which moves lead to a site with room, found backwards from those sites.
    fn reaching_room(&self, flow: &Flow) -> Vec<bool> {
        let at_site = self.cells_by_site();
        let mut groups = vec![false; self.is_settled.len()];
        let mut sites: Vec<bool> = (0..self.rooms.len()).map(|site| flow.has_room(site)).collect();
        let mut stack: Vec<usize> = (0..sites.len()).filter(|site| sites[*site]).collect();
        while let Some(site) = stack.pop() {
            for cell in at_site[site].iter().filter(|cell| flow.can_rise(**cell)) {
                let group = self.problem.cells()[*cell].group;
                if std::mem::replace(&mut groups[group], true) {
                    continue;
                }
                for held in self.problem.cells_of(group).filter(|cell| flow.of_cell(*cell) > 0) {
                    let site = self.problem.cells()[held].site;
                    if !std::mem::replace(&mut sites[site], true) {
                        stack.push(site);
                    }
                }
            }
        }
        groups
    }

    fn cells_by_site(&self) -> Vec<Vec<usize>> {
        let mut at_site = vec![Vec::new(); self.rooms.len()];
        self.cells().for_each(|cell| at_site[self.problem.cells()[cell].site].push(cell));
        at_site
    }

    /// Writes down the shares of those among `groups` that are open, takes them from the rooms, and gives them back.
    fn settle(
        &mut self,
        groups: &[usize],
        flow: &Flow,
        parts: u128,
        shares: &mut Shares,
    ) -> Result<Vec<usize>, ApportionError> {
        let settled: Vec<usize> = groups.iter().copied().filter(|group| !self.is_settled[*group]).collect();
        let mut used = vec![0u128; self.rooms.len()];
        for &group in &settled {
            let mut total = 0;
            for cell in self.problem.cells_of(group) {
                let share = flow.of_cell(cell) + u128::from(self.problem.cells()[cell].floor) * parts;
                shares.cells[cell] = share;
                used[self.problem.cells()[cell].site] += share;
                total += share;
            }
            let heads = u128::from(self.problem.groups()[group].registrants);
            let (seats, ratio) = (Ratio::new(total, parts), Ratio::new(total, parts * heads.max(1)));
            shares.groups[group] = seats.ok_or(ApportionError::Bounds)?;
            shares.ratios[group] = ratio.ok_or(ApportionError::Bounds)?;
            self.is_settled[group] = true;
        }
        for (room, used) in self.rooms.iter_mut().zip(used) {
            let seats = u64::try_from(used / parts).map_err(|_| ApportionError::Bounds)?;
            *room = room.checked_sub(seats).filter(|_| used.is_multiple_of(parts)).ok_or(ApportionError::Bounds)?;
        }
        Ok(settled)
    }
}

#[cfg(feature = "lp")]
fn propose(rest: &Rest<'_>) -> Option<f64> {
    crate::lp::level(rest).ok()
}

#[cfg(not(feature = "lp"))]
fn propose(_: &Rest<'_>) -> Option<f64> {
    None
}

/// The solver's ratio, a billionth and a bit higher, as a fraction.
fn just_above(ratio: f64) -> Option<Ratio> {
    const PARTS: u32 = 1 << 30;
    let raised = (ratio + (1.0 + ratio) * 1e-9) * f64::from(PARTS);
    if !(0.0..1e18).contains(&raised) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 1e18")]
    let numerator = raised.ceil() as u64;
    Ratio::new(u128::from(numerator), u128::from(PARTS))
}
