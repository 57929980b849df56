//! Who could have more, and at whose expense: one search over all groups that want more, those with the first claim first.
//!
//! A group may be raised at a site where its cell is below the ceiling; a site without room then needs another group's cell
//! there to be lowered, which may in turn be raised elsewhere. The search follows these moves. If it meets a site with room,
//! or a group that may be lowered for the one that asked, the answer is not the best; what it visited is otherwise a set of
//! groups and sites that is tight, which proves that it is.
//!
//! **Invariant:** claims must be monotone: whoever may not be lowered for one source may not be for any before it. Then each
//! cell is looked at twice at most.

use super::Problem;

/// What can be moved in a flow.
pub(super) struct Graph<'a> {
    pub(super) problem: &'a Problem,
    /// Cells below their ceiling.
    pub(super) can_rise: Vec<bool>,
    /// Cells above their floor.
    pub(super) can_fall: Vec<bool>,
    /// Sites with room left.
    pub(super) has_room: Vec<bool>,
}

/// Place, in the order of sources, of the one that first visited each group and site.
pub(super) struct Visited {
    pub(super) groups: Vec<Option<usize>>,
    pub(super) sites: Vec<Option<usize>>,
}

impl Graph<'_> {
    /// Visits from each of the `sources`. `is_safe(source, group)` says that the group need not yield to that source.
    ///
    /// # Errors
    /// The first source that could have more.
    pub(super) fn visit(&self, sources: &[usize], is_safe: impl Fn(usize, usize) -> bool) -> Result<Visited, usize> {
        let (groups, sites) = (vec![None; self.problem.groups.len()], vec![None; self.problem.rooms.len()]);
        let mut visited = Visited { groups, sites };
        let at_site = by_site(self.problem);
        for (turn, &source) in sources.iter().enumerate() {
            if visited.groups[source].is_some() {
                continue;
            }
            visited.groups[source] = Some(turn);
            let mut stack = vec![source];
            while let Some(group) = stack.pop() {
                for cell in self.problem.cells_of(group).filter(|cell| self.can_rise[*cell]) {
                    let site = self.problem.cells[cell].site;
                    if visited.sites[site].is_some() {
                        continue;
                    }
                    visited.sites[site] = Some(turn);
                    if self.has_room[site] {
                        return Err(source);
                    }
                    for other in at_site[site].iter().filter(|cell| self.can_fall[**cell]) {
                        let other = self.problem.cells[*other].group;
                        if visited.groups[other].is_none() {
                            if !is_safe(source, other) {
                                return Err(source);
                            }
                            visited.groups[other] = Some(turn);
                            stack.push(other);
                        }
                    }
                }
            }
        }
        Ok(visited)
    }
}

/// Places of the cells at each site, by group.
pub(super) fn by_site(problem: &Problem) -> Vec<Vec<usize>> {
    let mut cells = vec![Vec::new(); problem.rooms.len()];
    for (place, cell) in problem.cells.iter().enumerate() {
        cells[cell.site].push(place);
    }
    cells
}
