//! From an entry, its record and the sessions' results to what became of each choice. SPEC §11, §12.
//!
//! pos(i) < t(j) says that pool j was open at applicant i's turn: i's draw key is smaller than the closing number.
//! τ(i) is the largest t over what i was guaranteed; in `priority` every seat of i has it. SPEC §12.

use super::{Comparison, Fate, Line, Part, Place, Price, Seat, Wanted};
use protocol::{
    draw,
    entry::Revision,
    instance::{Choice, DrawKey, SessionIndex},
    lottery::{self, LotteryNumber},
    outcome::{Outcome, Record},
    programme::{MechanismName, Programme},
    sessions::{ClosingNumber, PoolResult, SessionsFile},
};
use std::cmp::Ordering;

/// A draw's results, prepared for many applicants.
#[derive(Clone, Debug)]
pub(crate) struct Ground<'a> {
    programme: &'a Programme,
    sessions: &'a SessionsFile,
    by_site: Vec<Vec<SessionIndex>>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(programme: &'a Programme, sessions: &'a SessionsFile) -> Self {
        Self { programme, sessions, by_site: draw::sessions_by_site(programme) }
    }

    /// What became of each choice of an entry that took part; `None` if the files do not fit together.
    pub(crate) fn fates(&self, entry: &Revision, record: &Record) -> Option<Vec<Fate>> {
        let got = match record.outcome {
            Outcome::Withdrawn => return Some(Vec::new()),
            Outcome::Unplaced => None,
            Outcome::Placed { session, choice } => Some((session, usize::from(choice))),
        };
        let cohort = self.programme.cohorts.get(usize::from(entry.body.cohort))?;
        let key = DrawKey { tier: cohort.tier, number: record.number, ticket: record.ticket };
        let expanded = expand(&self.by_site, entry)?;
        let limit = limit(self.sessions, &expanded)?;
        let case = Case { programme: self.programme, sessions: self.sessions, key, got, limit };
        expanded.iter().enumerate().map(|(rank, own)| case.fate(rank, own)).collect()
    }

    /// What happened to the entry; `None` if the files do not fit together.
    pub(super) fn part(&self, entry: &Revision, record: &Record) -> Option<Part> {
        let seat = match record.outcome {
            Outcome::Withdrawn => return Some(Part::Withdrawn { by_office: entry.status.is_by_office() }),
            Outcome::Unplaced => None,
            Outcome::Placed { session, choice } => {
                Some(Seat { choice: usize::from(choice), place: place(self.programme, session)? })
            }
        };
        let lines = entry.body.choices.iter().zip(self.fates(entry, record)?);
        let lines = lines.map(|(choice, fate)| Some(Line { wanted: wanted(self.programme, choice)?, fate }));
        Some(Part::Drawn {
            number: record.number,
            luckier_than_hundredths_of_percent: lottery::luckier_hundredths_of_percent(LotteryNumber(
                u64::MAX - record.number.0,
            )),
            lines: lines.collect::<Option<_>>()?,
            seat,
        })
    }
}

/// One applicant against the sessions' results.
struct Case<'a> {
    programme: &'a Programme,
    sessions: &'a SessionsFile,
    key: DrawKey,
    got: Option<(SessionIndex, usize)>,
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
        pool.closing.first().copied().flatten().map_or(Self::Never, |closing| Self::At(closing.into()))
    }

    fn number(self) -> Option<ClosingNumber> {
        match self {
            Self::At(key) => Some(key.into()),
            Self::Never => None,
        }
    }
}

impl Case<'_> {
    /// What became of the choice at `rank`, whose own sessions are `own`.
    fn fate(&self, rank: usize, own: &[SessionIndex]) -> Option<Fate> {
        if own.is_empty() {
            return Some(Fate::Repeated);
        }
        let pools: Vec<(SessionIndex, &PoolResult)> =
            own.iter().map(|session| Some((*session, pool(self.sessions, *session)?))).collect::<Option<_>>()?;
        if self.programme.mechanism.name == MechanismName::Optimal {
            return self.priced(rank, &pools, None);
        }
        let last = pools.iter().map(|(_, pool)| Closing::of(pool)).max()?;
        match last {
            Closing::At(at) if at <= self.key => Some(Fate::Closed { at: at.into() }),
            until if self.programme.mechanism.name == MechanismName::Serial => {
                Some(Fate::Open { until: until.number() })
            }
            Closing::At(until) if last < self.limit => Some(Fate::Yielded { until: until.into() }),
            until => {
                let admissible: Vec<_> = pools.into_iter().filter(|(_, pool)| Closing::of(pool) == until).collect();
                self.priced(rank, &admissible, until.number())
            }
        }
    }

    /// The cheapest of these pools, against what the applicant got or against being left out.
    fn priced(&self, rank: usize, pools: &[(SessionIndex, &PoolResult)], until: Option<ClosingNumber>) -> Option<Fate> {
        let (_, cheapest) = pools.iter().min_by_key(|(_, pool)| (pool.price, pool.tie_price))?;
        let here = self.rank_cost(rank)?.checked_add(cheapest.price)?;
        let comparison = match self.got {
            Some((_, choice)) if choice == rank => Comparison::Got,
            got => match here.cmp(&self.reference(got)?) {
                Ordering::Greater => Comparison::Dearer,
                Ordering::Equal | Ordering::Less => Comparison::Level,
            },
        };
        Some(Fate::Priced { until, price: self.price(cheapest.price)?, comparison })
    }

    /// What the applicant's own outcome costs: rank cost and price of the seat, or the cost of being left out.
    fn reference(&self, got: Option<(SessionIndex, usize)>) -> Option<i64> {
        match got {
            Some((session, choice)) => self.rank_cost(choice)?.checked_add(pool(self.sessions, session)?.price),
            None => {
                let costs = &self.programme.mechanism.unplaced_costs;
                costs.get(usize::from(self.key.tier).checked_sub(1)?).copied().map(i64::from)
            }
        }
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

fn limit(sessions: &SessionsFile, expanded: &[Vec<SessionIndex>]) -> Option<Closing> {
    let closings = expanded.iter().flatten().map(|session| Some(Closing::of(pool(sessions, *session)?)));
    closings.collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn pool(sessions: &SessionsFile, session: SessionIndex) -> Option<&PoolResult> {
    sessions.sessions.get(session.0 as usize)?.pools.first()
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
