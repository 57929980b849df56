//! From an entry, its record and the sessions' results to what became of each choice. SPEC §11, §12.
//!
//! pos(i) < t(j) says that pool j was open at applicant i's turn: i's draw key is smaller than the closing number.
//! τ(i) is the largest t over what i was guaranteed; in `priority` every seat of i has it. SPEC §12. Pools are those that i
//! may use in the last pass, and t is that pass's; whom the first of two passes placed comes before everybody.

use super::{Comparison, Fate, Kept, Line, Part, Place, Price, Seat, Turn, Wanted};
use protocol::{
    apportionment, draw,
    entry::Revision,
    instance::{Access, Choice, Class, DrawKey, Instance, PoolIndex, SessionIndex},
    lottery::{self, LotteryNumber},
    outcome::{Outcome, Record},
    programme::{MechanismName, Programme, Reserve},
    seat as published,
    sessions::{ClosingNumber, PoolResult, SessionsFile},
};
use std::cmp::Ordering;

/// A draw's results, prepared for many applicants.
#[derive(Clone, Debug)]
pub(crate) struct Ground<'a> {
    programme: &'a Programme,
    sessions: &'a SessionsFile,
    by_site: Vec<Vec<SessionIndex>>,
    /// The draw without applicants: what the rules say of pools hangs neither on who takes part nor on the seed.
    rules: Instance,
}

impl<'a> Ground<'a> {
    /// `None` if the programme cannot be drawn.
    pub(crate) fn new(programme: &'a Programme, sessions: &'a SessionsFile) -> Option<Self> {
        let (kept, mechanism) = (apportionment::Kept::stated(programme, sessions), draw::mechanism(programme));
        let rules = draw::instance(programme, &kept, mechanism, &[], &lottery::Seed([0; 32])).ok()?;
        Some(Self { programme, sessions, by_site: draw::sessions_by_site(programme), rules })
    }

    /// What became of each choice of an entry that took part, and the pool that it is said of; `None` if the files do not
    /// fit together.
    pub(crate) fn fates(
        &self,
        entry: &Revision,
        record: &Record,
        seat: published::Seat,
    ) -> Option<Vec<(Fate, Option<PoolIndex>)>> {
        let got = match record.outcome {
            Outcome::Withdrawn => return Some(Vec::new()),
            Outcome::Unplaced => None,
            Outcome::Placed { session, choice } => Some((self.pool(session, seat)?, usize::from(choice))),
        };
        let cohort = self.programme.cohorts.get(usize::from(entry.body.cohort))?;
        let expanded = expand(&self.by_site, entry)?;
        let mut case = Case {
            programme: self.programme,
            sessions: self.sessions,
            rules: &self.rules,
            class: class(entry),
            key: DrawKey { tier: cohort.tier, number: record.number, ticket: record.ticket },
            comes_first: seat.first_pass.is_some(),
            got,
            limit: Closing::Never,
        };
        case.limit = case.latest(&expanded)?;
        expanded.iter().enumerate().map(|(rank, own)| case.fate(rank, own)).collect()
    }

    /// What happened to the entry; `None` if the files do not fit together.
    pub(super) fn part(&self, entry: &Revision, record: &Record, seat: published::Seat) -> Option<Part> {
        let got = match record.outcome {
            Outcome::Withdrawn => return Some(Part::Withdrawn),
            Outcome::Unplaced => None,
            Outcome::Placed { session, choice } => {
                let kept = self.kept(entry, self.pool(session, seat)?);
                let second_pass = self.rules.passes() == 2 && seat.first_pass.is_none();
                Some(Seat { choice: usize::from(choice), place: place(self.programme, session)?, kept, second_pass })
            }
        };
        let lines = entry.body.choices.iter().zip(self.fates(entry, record, seat)?);
        let lines = lines.map(|(choice, (fate, pool))| {
            let kept = pool.and_then(|pool| self.reserved(pool)).map(|reserve| reserve.title.clone());
            Some(Line { wanted: wanted(self.programme, choice)?, fate, kept })
        });
        Some(Part::Drawn {
            number: record.number,
            luckier_than_hundredths_of_percent: lottery::luckier_hundredths_of_percent(LotteryNumber(
                u64::MAX - record.number.0,
            )),
            lines: lines.collect::<Option<_>>()?,
            seat: got,
        })
    }

    /// The pool of a seat.
    fn pool(&self, session: SessionIndex, seat: published::Seat) -> Option<PoolIndex> {
        draw::pool(self.rules.places(), session, seat.pool.unwrap_or(0))
    }

    /// For whom a seat was kept, if for anybody.
    fn kept(&self, entry: &Revision, pool: PoolIndex) -> Option<Kept> {
        let title = self.reserved(pool)?.title.clone();
        Some(Kept { title, released: self.rules.is_outsider(pool, class(entry)) })
    }

    /// The reserve whose pool this is; none if it is open to all.
    fn reserved(&self, pool: PoolIndex) -> Option<&'a Reserve> {
        let Access::Reserved(reserve) = self.rules.pools()[pool.at()].access else { return None };
        self.programme.reserves.get(reserve.0 as usize)
    }
}

fn class(entry: &Revision) -> Class {
    Class::new(entry.body.cohort, entry.body.district)
}

/// One applicant against the sessions' results.
struct Case<'a> {
    programme: &'a Programme,
    sessions: &'a SessionsFile,
    /// The draw without applicants.
    rules: &'a Instance,
    class: Class,
    key: DrawKey,
    /// Whether the first of two passes placed the applicant.
    comes_first: bool,
    /// Pool and choice of the applicant's seat.
    got: Option<(PoolIndex, usize)>,
    /// The largest closing number over the whole list: τ(i) of `priority`.
    limit: Closing,
}

/// A closing number; open to the end is the largest. The order of the variants is the order of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Closing {
    At(DrawKey),
    Never,
}

impl Closing {
    fn of(pool: &PoolResult) -> Self {
        pool.closed().map_or(Self::Never, |closing| Self::At(closing.into()))
    }

    fn in_pass(pool: &PoolResult, pass: usize) -> Self {
        pool.closing.get(pass).copied().flatten().map_or(Self::Never, |closing| Self::At(closing.into()))
    }

    fn number(self) -> Option<ClosingNumber> {
        match self {
            Self::At(key) => Some(key.into()),
            Self::Never => None,
        }
    }
}

impl Case<'_> {
    /// What became of the choice at `rank`, whose own sessions are `own`, and of which pool it is said.
    fn fate(&self, rank: usize, own: &[SessionIndex]) -> Option<(Fate, Option<PoolIndex>)> {
        if own.is_empty() {
            return Some((Fate::Repeated, None));
        }
        let pools = self.pools(own)?;
        if pools.iter().all(|(_, pool)| pool.capacity == 0) {
            return Some((Fate::Kept, None));
        }
        if self.programme.mechanism.name == MechanismName::Optimal {
            return self.priced(rank, &pools, None);
        }
        // The last one of those that closed last: of kept seats before open ones, which say less of this applicant.
        let (said_of, last) =
            pools.iter().map(|(index, pool)| (*index, Closing::of(pool))).max_by_key(|(_, at)| *at)?;
        let said = |fate: Fate| Some((fate, Some(said_of)));
        match last {
            Closing::At(at) if at <= self.key && !self.comes_first => said(Fate::Closed { at: at.into() }),
            until if self.programme.mechanism.name == MechanismName::Serial => {
                said(Fate::Open { until: until.number() })
            }
            _ if last < self.limit => said(self.yielded(own, last)?),
            _ => {
                let admissible: Vec<_> = pools.into_iter().filter(|(_, pool)| Closing::of(pool) == last).collect();
                self.priced(rank, &admissible, Some(self.turn(own, last)?))
            }
        }
    }

    /// What is said of seats that all went to people who had nowhere else to go, and of which the last closed at `last`.
    fn yielded(&self, own: &[SessionIndex], last: Closing) -> Option<Fate> {
        let turn = self.turn(own, last)?;
        // What had closed at one's own turn says more than that it was needed for others later.
        match self.latest_in(0, own)? {
            Some(Closing::At(at)) if turn == Turn::Again => Some(Fate::Closed { at: at.into() }),
            _ => Some(Fate::Yielded { turn }),
        }
    }

    /// What the applicant, who has a seat, found at sessions of which the last closed at `last` in the last pass.
    fn turn(&self, own: &[SessionIndex], last: Closing) -> Option<Turn> {
        if !self.comes_first {
            return Some(Turn::Open { until: last.number() });
        }
        let first = self.latest_in(0, own)?.filter(|at| *at > Closing::At(self.key));
        Some(first.map_or(Turn::Again, |at| Turn::Open { until: at.number() }))
    }

    /// The cheapest of these pools, against what the applicant got or against being left out.
    fn priced(
        &self,
        rank: usize,
        pools: &[(PoolIndex, &PoolResult)],
        turn: Option<Turn>,
    ) -> Option<(Fate, Option<PoolIndex>)> {
        let pays = |(index, pool): &(PoolIndex, &PoolResult)| self.outsider_cost(*index).checked_add(pool.price);
        let cheapest = pools.iter().min_by_key(|one| (pays(one), &one.1.tie_prices))?;
        let here = self.rank_cost(rank)?.checked_add(pays(cheapest)?)?;
        let (said_of, cheapest) = *cheapest;
        let comparison = match self.got {
            Some((_, choice)) if choice == rank => Comparison::Got,
            got => match here.cmp(&self.reference(got)?) {
                Ordering::Greater => Comparison::Dearer,
                Ordering::Equal | Ordering::Less => Comparison::Level,
            },
        };
        Some((Fate::Priced { turn, price: self.price(cheapest.price)?, comparison }, Some(said_of)))
    }

    /// What the applicant's own outcome costs: rank cost and price of the seat, or the cost of being left out.
    fn reference(&self, got: Option<(PoolIndex, usize)>) -> Option<i64> {
        match got {
            Some((own, choice)) => {
                let seat = self.outsider_cost(own).checked_add(self.result(own)?.price)?;
                self.rank_cost(choice)?.checked_add(seat)
            }
            None => {
                let costs = &self.programme.mechanism.unplaced_costs;
                costs.get(usize::from(self.key.tier).checked_sub(1)?).copied().map(i64::from)
            }
        }
    }

    /// What using the pool costs besides its price and the rank.
    fn outsider_cost(&self, pool: PoolIndex) -> i64 {
        let outsider = self.rules.is_outsider(pool, self.class);
        i64::from(self.rules.mechanism().outsider_cost()) * i64::from(outsider)
    }

    /// The pools of these sessions that the applicant may use in the last pass.
    fn pools(&self, sessions: &[SessionIndex]) -> Option<Vec<(PoolIndex, &PoolResult)>> {
        self.pools_in(self.rules.passes().saturating_sub(1), sessions)
    }

    /// The pools of these sessions that the applicant may use in this pass.
    fn pools_in(&self, pass: usize, sessions: &[SessionIndex]) -> Option<Vec<(PoolIndex, &PoolResult)>> {
        let pools = sessions.iter().flat_map(|session| self.rules.pools_of(*session)).map(PoolIndex);
        let admitted = pools.filter(|pool| self.rules.admits(pass, *pool, self.class));
        admitted.map(|pool| Some((pool, self.result(pool)?))).collect()
    }

    fn result(&self, pool: PoolIndex) -> Option<&PoolResult> {
        let session = self.rules.session(pool);
        let number = pool.0 - self.rules.pools_of(session).start;
        self.sessions.sessions.get(session.0 as usize)?.pools.get(number as usize)
    }

    fn latest(&self, expanded: &[Vec<SessionIndex>]) -> Option<Closing> {
        self.pools(&expanded.concat())?.iter().map(|(_, pool)| Closing::of(pool)).max()
    }

    /// The largest closing number of these sessions in a pass; `Some(None)` if the applicant could use none of them then.
    fn latest_in(&self, pass: usize, sessions: &[SessionIndex]) -> Option<Option<Closing>> {
        let pools = self.pools_in(pass, sessions)?;
        Some(pools.iter().map(|(_, pool)| Closing::in_pass(pool, pass)).max())
    }

    fn rank_cost(&self, rank: usize) -> Option<i64> {
        self.programme.mechanism.rank_costs.get(rank).copied().map(i64::from)
    }

    fn price(&self, price: i64) -> Option<Price> {
        in_words(self.programme, price)
    }
}

/// A price as this programme's people can read it; `None` if it is negative.
pub(crate) fn in_words(programme: &Programme, price: i64) -> Option<Price> {
    let price = u64::try_from(price).ok()?;
    let out = programme.mechanism.unplaced_costs.iter().min().copied().filter(|out| price >= u64::from(*out));
    if out.is_some() {
        return Some(Price::Out(price));
    }
    let steps = programme.mechanism.rank_costs.iter().zip(0..).all(|(cost, rank)| *cost == rank);
    Some(if steps { Price::Steps(price) } else { Price::Cost(price) })
}

/// The sessions that stand at each choice for the first time.
fn expand(by_site: &[Vec<SessionIndex>], entry: &Revision) -> Option<Vec<Vec<SessionIndex>>> {
    let mut seen: Vec<SessionIndex> = Vec::new();
    let own = |choice: &Choice| {
        let asked = match choice {
            Choice::Session(session) => vec![*session],
            Choice::Site(site) => by_site.get(site.0 as usize)?.clone(),
        };
        let new: Vec<SessionIndex> = asked.into_iter().filter(|session| !seen.contains(session)).collect();
        seen.extend(&new);
        Some(new)
    };
    entry.body.choices.iter().map(own).collect()
}

fn wanted(programme: &Programme, choice: &Choice) -> Option<Wanted> {
    Some(match choice {
        Choice::Session(session) => Wanted::Session(place(programme, *session)?),
        Choice::Site(site) => Wanted::Site(programme.sites.get(site.0 as usize)?.name.clone()),
    })
}

fn place(programme: &Programme, session: SessionIndex) -> Option<Place> {
    let session = programme.sessions.get(session.0 as usize)?;
    let site = programme.sites.iter().find(|site| site.id == session.site)?;
    Some(Place { session: session.id.clone(), site: site.name.clone(), starts_at_unix_s: session.starts_at_unix_s })
}
