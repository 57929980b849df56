//! What a file would change on the roll as it is.
//!
//! **Invariant:** comparing holds no turn: others register meanwhile. What is put on the roll later was compared with
//! nothing but the roll of then: whoever changed it in between makes [`crate::store::Store::put_part`] refuse.

use super::{
    Roll, RollError, WrongLines,
    sorted::{Kept, ROOM, Sorted, Staged},
};
use crate::{secrets::Person, store::RollLine};
use protocol::programme::Programme;
use std::collections::{BTreeMap, BinaryHeap};

/// People who are looked up together.
const PEOPLE: usize = 10_000;

/// A file beside the roll.
pub(super) struct Compared {
    /// The first lines of people who are not on the roll, in order of persons.
    pub(super) added: Kept,
    /// The first lines of people who are there with another birth date or district, in order of persons.
    pub(super) corrected: Kept,
    /// People who are there as they are.
    pub(super) unchanged: u64,
    /// Lines of people who have registered with another birth date or district: they stay as they are.
    pub(super) registered: First<u64>,
    /// Lines that say again what a line before said.
    pub(super) repeated: u64,
    /// Lines that say something else of a person than the person's first line, and that line.
    pub(super) contradictions: First<(u64, u64)>,
    /// People of the file by cohort and the district's place in the programme; those of no cohort first.
    pub(super) groups: BTreeMap<(Option<u16>, u16), u64>,
    /// The journal's next line before the roll was read.
    pub(super) next_line: u64,
}

/// The smallest of many, as many as are shown, and how many there are.
#[derive(Debug)]
pub(super) struct First<T> {
    shown: BinaryHeap<T>,
    all: u64,
}

/// What a line would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Added,
    Corrected,
    Unchanged,
    Registered,
}

impl<T: Ord> Default for First<T> {
    fn default() -> Self {
        Self { shown: BinaryHeap::new(), all: 0 }
    }
}

impl<T: Ord> First<T> {
    fn add(&mut self, one: T) {
        self.all += 1;
        self.shown.push(one);
        if self.shown.len() as u64 > u64::from(WrongLines::SHOWN) {
            self.shown.pop();
        }
    }

    /// How many there are.
    pub(super) fn all(&self) -> u64 {
        self.all
    }

    /// How many there are beyond those that are shown.
    pub(super) fn beyond(&self) -> u64 {
        self.all - self.shown.len() as u64
    }

    /// Those that are shown, in order.
    pub(super) fn shown(self) -> Vec<T> {
        self.shown.into_sorted_vec()
    }
}

impl Compared {
    fn new(next_line: u64) -> Self {
        Self {
            added: Kept::new(ROOM),
            corrected: Kept::new(ROOM),
            unchanged: 0,
            registered: First::default(),
            repeated: 0,
            contradictions: First::default(),
            groups: BTreeMap::new(),
            next_line,
        }
    }

    /// Compares with the roll as it is.
    pub(super) async fn with(roll: &Roll, mut lines: Sorted) -> Result<Self, RollError> {
        let store = &roll.database.store;
        let mut compared = Self::new(store.next_line().await?);
        // What comes onto an empty roll needs no look-up, and the next line of the journal says if it did not stay empty.
        let is_empty = !store.has_roll().await?;
        let mut before = None;
        loop {
            let firsts = compared.firsts(&mut lines, &mut before)?;
            if firsts.is_empty() {
                return Ok(compared);
            }
            let people: Vec<Person> = firsts.iter().map(|line| line.person).collect();
            let known = if is_empty { BTreeMap::new() } else { store.roll_lines(&people).await? };
            for line in &firsts {
                compared.take(line, fate(&roll.database.programme, line, known.get(&line.person)))?;
            }
        }
    }

    /// The first lines of the next people; what other lines say of the same people is counted. `before` is the first line of
    /// the last person.
    fn firsts(&mut self, lines: &mut Sorted, before: &mut Option<Staged>) -> Result<Vec<Staged>, RollError> {
        let mut firsts = Vec::with_capacity(PEOPLE);
        while firsts.len() < PEOPLE {
            let Some(line) = lines.next()? else { break };
            match before.filter(|before| before.person == line.person) {
                None => {
                    firsts.push(line);
                    *before = Some(line);
                }
                Some(first) if (first.born, first.district) == (line.born, line.district) => self.repeated += 1,
                Some(first) => self.contradictions.add((line.line, first.line)),
            }
        }
        Ok(firsts)
    }

    fn take(&mut self, line: &Staged, fate: Fate) -> Result<(), RollError> {
        *self.groups.entry((line.cohort, line.district)).or_default() += 1;
        match fate {
            Fate::Added => self.added.put(*line)?,
            Fate::Corrected => self.corrected.put(*line)?,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Registered => self.registered.add(line.line),
        }
        Ok(())
    }
}

fn fate(programme: &Programme, line: &Staged, known: Option<&RollLine>) -> Fate {
    let Some(known) = known else { return Fate::Added };
    let district = programme.districts.get(usize::from(line.district)).map(|district| &*district.code);
    let is_same = known.born == line.born && district == Some(&*known.district);
    match (is_same, known.registered) {
        (true, _) => Fate::Unchanged,
        (false, true) => Fate::Registered,
        (false, false) => Fate::Corrected,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sorted::Sorter, *};
    use protocol::programme::civil::Date;

    /// Three lines of everybody, in parts that end within what one person's lines say; the second line repeats the first,
    /// the third of every seventh person says something else.
    #[test]
    fn the_first_line_of_a_person_counts_wherever_the_others_lie() {
        let people = PEOPLE as u64 * 2 + 500;
        let mut sorter = Sorter::new(999);
        let person = |number: u64| {
            let mut person = [0; 32];
            // In an order that is not the file's.
            person[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            Person(person)
        };
        for (line, (round, number)) in (1..).zip((0..3_u64).flat_map(|round| (0..people).map(move |n| (round, n)))) {
            let differs = round == 2 && number.is_multiple_of(7);
            let born = Date::new(1960, 1, if differs { 2 } else { 1 }).expect("a day");
            let staged = Staged { person: person(number), line, born, district: 0, cohort: None };
            sorter.put(staged).expect("kept");
        }
        let (mut compared, mut lines, mut before) = (Compared::new(0), sorter.sorted().expect("sorted"), None);
        let mut firsts = Vec::new();
        loop {
            let next = compared.firsts(&mut lines, &mut before).expect("read");
            assert!(next.len() <= PEOPLE);
            if next.is_empty() {
                break;
            }
            firsts.extend(next);
        }
        assert!(firsts.is_sorted_by(|a, b| a.person < b.person), "each person once, in order");
        assert!(firsts.iter().all(|first| first.person == person(first.line - 1)), "the line of the first round");
        assert_eq!(firsts.len() as u64, people);
        let contradictions = people.div_ceil(7);
        assert_eq!((compared.repeated, compared.contradictions.all()), (2 * people - contradictions, contradictions));
        let shown: Vec<(u64, u64)> = (0..20).map(|n| (2 * people + 7 * n + 1, 7 * n + 1)).collect();
        assert_eq!(compared.contradictions.shown(), shown, "the first of the file, with the line that each is against");
    }
}
