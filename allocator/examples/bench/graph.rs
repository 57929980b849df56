//! The same question as a minimum-cost flow, for a solver that knows nothing of us.
//!
//! Nodes: people, then one for each site that somebody names, then pools, then the sink. A site choice is an arc to the
//! site's node, which leads on to its pools, so that lists are not written out here either. Costs are
//! `rank cost · 2^shift + luck · position`, with the top bits of the lottery as luck; with the shift 0, ranks alone.
//! Instances with reserves are left out: their sites would need a node for each class.

use protocol::instance::{Allocation, Choice, Instance};
use std::fs;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The best ranks for those who were placed, over everything they list.
    Placed,
    /// The same, over what our decomposition leaves: of each list, the pools that stayed open longest.
    Decomposed,
    /// Who is placed, and where.
    Everybody,
}

/// How the answer is compared with ours.
pub(crate) struct Asked {
    /// What our allocation costs in their units.
    pub(crate) ours: i64,
}

struct Arcs {
    tail: BufWriter<fs::File>,
    head: BufWriter<fs::File>,
    capacity: BufWriter<fs::File>,
    cost: BufWriter<fs::File>,
}

impl Arcs {
    fn new(folder: &Path) -> Result<Self> {
        let file = |name| fs::File::create(folder.join(name)).map(BufWriter::new);
        Ok(Self { tail: file("tail")?, head: file("head")?, capacity: file("capacity")?, cost: file("cost")? })
    }

    fn add(&mut self, tail: usize, head: usize, capacity: u32, cost: i64) -> Result<()> {
        self.tail.write_all(&(tail as i32).to_le_bytes())?;
        self.head.write_all(&(head as i32).to_le_bytes())?;
        self.capacity.write_all(&(capacity as i32).to_le_bytes())?;
        self.cost.write_all(&cost.to_le_bytes())
    }
}

/// Whether the question can be put to a solver in this form.
pub(crate) fn can_ask(instance: &Instance) -> bool {
    instance.places().all_open()
}

/// Writes the question. `closing` has t(j) of each pool as a draw position, for [`Question::Decomposed`].
pub(crate) fn write(
    folder: &Path,
    instance: &Instance,
    allocation: &Allocation,
    closing: &[usize],
    question: Question,
    luck: Luck,
) -> Result<Asked> {
    let people: Vec<usize> = match question {
        Question::Everybody => (0..instance.applicants()).collect(),
        _ => (0..instance.applicants()).filter(|applicant| allocation.pool(*applicant).is_some()).collect(),
    };
    let (sites, pools) = (instance.places().sites(), instance.pools().len());
    let (first_site, first_pool) = (people.len(), people.len() + sites);
    let sink = first_pool + pools;
    let mut arcs = Arcs::new(folder)?;
    let mut ours = 0;
    for (node, applicant) in people.iter().enumerate() {
        let last = instance.codes(*applicant).len();
        let lists = |choice: Choice| match choice {
            Choice::Session(session) => closing[session.0 as usize],
            Choice::Site(site) => instance.pools_of_site(site).map(|pool| closing[pool as usize]).max().unwrap_or(0),
        };
        let latest = instance.choices(*applicant).map(lists).max().unwrap_or(0);
        for (rank, choice) in instance.choices(*applicant).enumerate() {
            if question == Question::Decomposed && lists(choice) < latest {
                continue;
            }
            let head = match choice {
                Choice::Session(session) => first_pool + session.0 as usize,
                Choice::Site(site) => first_site + site.0 as usize,
            };
            arcs.add(node, head, 1, luck.cost(instance, *applicant, rank))?;
        }
        if question == Question::Everybody {
            let unplaced = i64::from(instance.unplaced_cost(*applicant).unwrap_or(0));
            arcs.add(node, sink, 1, luck.combined(instance, *applicant, unplaced, last))?;
            ours += match allocation.placement(*applicant) {
                Some(seat) => luck.cost(instance, *applicant, usize::from(seat.rank)),
                None => luck.combined(instance, *applicant, unplaced, last),
            };
        } else if let Some(seat) = allocation.placement(*applicant) {
            ours += luck.cost(instance, *applicant, usize::from(seat.rank));
        }
    }
    for site in 0..sites {
        for pool in instance.pools_of_site(protocol::instance::SiteIndex(site as u32)) {
            arcs.add(first_site + site, first_pool + pool as usize, people.len() as u32, 0)?;
        }
    }
    for (number, pool) in instance.pools().iter().enumerate() {
        arcs.add(first_pool + number, sink, pool.capacity, 0)?;
    }
    let mut supply = vec![0i64; sink + 1];
    supply[..people.len()].fill(1);
    supply[sink] = -(people.len() as i64);
    fs::write(folder.join("supply"), supply.iter().flat_map(|units| units.to_le_bytes()).collect::<Vec<u8>>())?;
    Ok(Asked { ours })
}

/// How luck enters their costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Luck {
    /// Rank costs are multiplied by two to this power; 0: no luck.
    pub(crate) shift: u32,
    /// How many of the weight's top bits count.
    pub(crate) bits: u32,
}

impl Luck {
    fn cost(self, instance: &Instance, applicant: usize, rank: usize) -> i64 {
        let rank_cost = i64::from(instance.mechanism().rank_cost(rank as u16));
        self.combined(instance, applicant, rank_cost, rank)
    }

    /// Positions are ranks here: right for lists of sessions, close enough to time it for others.
    fn combined(self, instance: &Instance, applicant: usize, rank_cost: i64, position: usize) -> i64 {
        if self.shift == 0 {
            return rank_cost;
        }
        let weight = (instance.weight(0, applicant) >> (62 - self.bits)) as i64;
        (rank_cost << self.shift) + weight * position as i64
    }
}
