//! `apportionment.json`: how many registered in each group, what each gets where, and what proves it. SPEC §18.7.
//!
//! **Invariant:** what [`ApportionmentFile::open`] accepts is spelled as [`ApportionmentFile::new`] spells it.

use super::{
    Apportionment, ApportionmentError, Checked, Kept, Level, Problem, ProblemError, Ratio, check, kept, problem,
    registrants,
};
use crate::{entry::Revision, hash::Hash, json, programme::Programme};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A group, with what was counted and what it gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSeats {
    /// Identifier of its reserve.
    pub reserve: String,
    /// Active entries.
    pub registrants: u64,
    /// Seats over all sites.
    pub seats: u64,
}

/// A level, with identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLevel {
    /// Seats for each registrant: numerator and denominator, in lowest terms.
    #[serde(with = "json::text::decimals")]
    pub ratio: Vec<u128>,
    /// Groups that are settled here.
    pub groups: Vec<String>,
    /// Sites that are full from here on.
    pub sites: Vec<String>,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteRoom {
    /// Its identifier.
    pub site: String,
    /// Seats that groups can have there.
    pub room: u64,
    /// A witness.
    #[serde(with = "json::text::decimal")]
    pub price: u64,
}

/// A group at a site that it reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellSeats {
    /// Identifier of the group's reserve.
    pub group: String,
    /// Identifier of the site.
    pub site: String,
    /// A witness, in parts of a seat.
    #[serde(with = "json::text::decimal")]
    pub share: u128,
    /// Seats there.
    pub seats: u64,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApportionmentFile {
    /// `jebi/v0/apportionment`.
    pub format: String,
    /// As in the programme.
    pub rehearsal: bool,
    /// Programme hash.
    pub programme: Hash,
    /// In programme order.
    pub groups: Vec<GroupSeats>,
    /// By rising ratio.
    pub levels: Vec<NamedLevel>,
    /// All sites, in programme order.
    pub sites: Vec<SiteRoom>,
    /// All groups at sites they reach, by group, then site.
    pub cells: Vec<CellSeats>,
}

/// Why a file is not the apportionment of a register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file where the programme asks for none.
    #[error("the programme has no apportionment")]
    NotAsked,
    /// No file where the programme asks for one.
    #[error("the programme has an apportionment, and the file is missing")]
    Missing,
    /// Groups, sites or cells that are not the programme's, or numbers that no answer has.
    #[error("its groups, sites or cells are not those of the programme, in order, with numbers within their bounds")]
    Form,
    /// Floors that cannot be.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// A count of other entries, rooms or seats.
    #[error("the registrants, rooms or sums of seats are not those that are counted")]
    Numbers,
    /// A condition of §18 does not hold.
    #[error(transparent)]
    Apportionment(#[from] Box<ApportionmentError>),
}

impl FileError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::NotAsked | Self::Missing | Self::Form => "R-APPORTIONMENT-FORM",
            Self::Problem(_) | Self::Numbers => "R-APPORTIONMENT-NUMBERS",
            Self::Apportionment(error) => error.rule(),
        }
    }
}

/// The identifiers of groups and sites, in the places that a problem gives them.
struct Names<'a> {
    groups: Vec<&'a str>,
    sites: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(programme: &'a Programme) -> Self {
        let group = |index: usize| programme.reserves.get(index).map_or("", |reserve| reserve.id.as_str());
        Self {
            groups: programme.groups().iter().map(|of| group(of.reserve.0 as usize)).collect(),
            sites: programme.sites.iter().map(|site| site.id.as_str()).collect(),
        }
    }
}

impl ApportionmentFile {
    /// Spells an answer with the programme's identifiers.
    pub fn new(programme: &Programme, problem: &Problem, answer: &Apportionment) -> Self {
        let names = Names::of(programme);
        let name = |names: &[&str], place: usize| names.get(place).copied().unwrap_or_default().to_owned();
        let all = |names: &[&str], places: &[usize]| places.iter().map(|place| name(names, *place)).collect();
        let seats = |group: usize| answer.seats.get(problem.cells_of(group)).map_or(0, |seats| seats.iter().sum());
        let level = |level: &Level| NamedLevel {
            ratio: vec![level.ratio.numerator(), level.ratio.denominator()],
            groups: all(&names.groups, &level.groups),
            sites: all(&names.sites, &level.sites),
        };
        let groups = problem.groups().iter().enumerate().map(|(at, group)| GroupSeats {
            reserve: name(&names.groups, at),
            registrants: group.registrants,
            seats: seats(at),
        });
        let sites = problem.rooms().iter().zip(&answer.prices).enumerate();
        let cells = problem.cells().iter().zip(&answer.shares).zip(&answer.seats);
        Self {
            format: "jebi/v0/apportionment".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            groups: groups.collect(),
            levels: answer.levels.iter().map(level).collect(),
            sites: sites
                .map(|(at, (room, price))| SiteRoom { site: name(&names.sites, at), room: *room, price: *price })
                .collect(),
            cells: cells
                .map(|((cell, share), seats)| CellSeats {
                    group: name(&names.groups, cell.group),
                    site: name(&names.sites, cell.site),
                    share: *share,
                    seats: *seats,
                })
                .collect(),
        }
    }

    /// Checks that this is the apportionment of the register, and gives the seats of sessions.
    ///
    /// # Errors
    /// The first [`FileError`].
    pub fn open(&self, programme: &Programme, register: &[Revision]) -> Result<(Checked, Kept), FileError> {
        let problem = problem(programme, &registrants(programme, register))?;
        let answer = self.answer(programme).ok_or(FileError::Form)?;
        let right = Self::new(programme, &problem, &answer);
        let ids = |file: &Self| {
            let groups: Vec<String> = file.groups.iter().map(|group| group.reserve.clone()).collect();
            let sites: Vec<String> = file.sites.iter().map(|site| site.site.clone()).collect();
            let cells = file.cells.iter().map(|cell| (cell.group.clone(), cell.site.clone()));
            (groups, sites, cells.collect::<Vec<_>>())
        };
        let is_whole = (answer.seats.len(), answer.prices.len()) == (problem.cells().len(), problem.rooms().len());
        if !is_whole || ids(self) != ids(&right) || self.levels != right.levels {
            return Err(FileError::Form);
        }
        if *self != right {
            return Err(FileError::Numbers);
        }
        let checked = check(&problem, &answer).map_err(Box::new)?;
        let kept = kept(programme, &problem, &answer.seats).ok_or(FileError::Form)?;
        Ok((checked, kept))
    }

    /// The answer by places; `None` if a name is unknown, a number is beyond its bound, or a fraction not in lowest terms.
    fn answer(&self, programme: &Programme) -> Option<Apportionment> {
        let names = Names::of(programme);
        let places = |names: &[&'_ str]| -> BTreeMap<String, usize> {
            names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), at)).collect()
        };
        let (groups, sites) = (places(&names.groups), places(&names.sites));
        let all = |places: &BTreeMap<String, usize>, names: &[String]| -> Option<Vec<usize>> {
            names.iter().map(|name| places.get(name).copied()).collect()
        };
        let level = |level: &NamedLevel| {
            let [numerator, denominator] = *level.ratio.as_slice() else { return None };
            let ratio = Ratio::new(numerator, denominator)?;
            Some(Level { ratio, groups: all(&groups, &level.groups)?, sites: all(&sites, &level.sites)? })
        };
        // Within the bounds no sum of cells can overflow.
        let small = |cell: &CellSeats| cell.share < 1 << 80 && cell.seats <= super::MOST_SEATS;
        Some(Apportionment {
            levels: self.levels.iter().map(level).collect::<Option<_>>()?,
            shares: self.cells.iter().filter(|cell| small(cell)).map(|cell| cell.share).collect(),
            seats: self.cells.iter().filter(|cell| small(cell)).map(|cell| cell.seats).collect(),
            prices: self.sites.iter().map(|site| site.price).collect(),
        })
    }
}
