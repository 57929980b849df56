//! Results by the order of arrival: the first revision of each ticket, as the store's batches have it.

use super::entries::Compared;
use crate::{
    console::{bar, count},
    draw::Announced,
};
use intake::{
    Database, StoreError,
    arrival::{Count, Finding, independence},
};
use protocol::{
    acknowledged,
    lottery::LotteryNumber,
    outcome::{Outcome as Became, Record},
    ticket::Ticket,
};

/// Batches whose leaves are read at one time.
const PAGE: u64 = 4096;

/// People whose numbers are made alike.
#[derive(Debug)]
pub(super) struct Group {
    /// `cohort` or `lots`.
    pub kind: &'static str,
    /// The cohort's identifier, or how many lots.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// By tenth of arrival: people, and those placed.
    pub tenths: [(u64, u64); 10],
    /// What the test says.
    pub finding: Finding,
}

impl Group {
    /// People, and those placed.
    pub(super) fn sums(&self) -> (u64, u64) {
        self.tenths.iter().fold((0, 0), |(people, placed), tenth| (people + tenth.0, placed + tenth.1))
    }

    /// The most unlikely count in words.
    pub(super) fn words(&self) -> String {
        let Some(Count { first, luckiest, both, expected, bits }) = self.finding.worst else {
            return format!("{}: too few people to say anything", self.name);
        };
        let [first, luckiest, both, expected] = [first, luckiest, both, expected].map(|n| count(u64::from(n)));
        format!(
            "{}: of the {first} who came first, {both} are among the {luckiest} luckiest; about {expected} should be, and \
             this happens by chance less often than once in {}",
            self.name,
            once_in(bits)
        )
    }
}

/// 2 to the power of `bits`, in a form that people read.
fn once_in(bits: u32) -> String {
    match bits {
        0..=40 => count(1 << bits),
        _ => format!("10 to the power of {}", u64::from(bits) * 30_102 / 100_000),
    }
}

/// Each entry's place in the order of arrival, in the order of tickets. Who is in no batch comes last: the check of the
/// store has said so.
pub(super) async fn places(database: &Database, tickets: &[Ticket]) -> Result<Vec<u32>, StoreError> {
    let mut places = vec![u32::MAX; tickets.len()];
    let (mut first, mut next) = (0, 0_u32);
    let progress = bar("arrivals", tickets.len() as u64);
    loop {
        let leaves = database.leaves(first, PAGE).await?;
        if leaves.is_empty() {
            progress.finish_and_clear();
            return Ok(places);
        }
        for leaf in leaves {
            let (ticket, revision) = acknowledged::named(&leaf).ok_or(StoreError::Damaged("a leaf is none"))?;
            if revision != 1 {
                continue;
            }
            if let Ok(at) = tickets.binary_search(&ticket) {
                places[at] = next;
            }
            next = next.saturating_add(1);
        }
        progress.set_position(next.into());
        first += PAGE;
    }
}

/// Cohorts, and where several cohorts have as many lots, all of these together.
pub(super) fn groups(announced: &Announced, compared: &Compared, records: &[Record], arrivals: &[u32]) -> Vec<Group> {
    let cohorts = &announced.programme.cohorts;
    let mut named: Vec<(&'static str, String, String, Vec<bool>)> = Vec::new();
    for lots in 1..=8 {
        let having: Vec<bool> = cohorts.iter().map(|cohort| cohort.lots == lots).collect();
        let name = match having.iter().all(|has| *has) {
            true => "everybody".to_owned(),
            false => format!("all with {lots} lots"),
        };
        if having.iter().filter(|has| **has).count() > 1 {
            named.push(("lots", lots.to_string(), name, having));
        }
    }
    for (at, cohort) in cohorts.iter().enumerate() {
        named.push((
            "cohort",
            cohort.id.clone(),
            cohort.id.clone(),
            (0..cohorts.len()).map(|other| other == at).collect(),
        ));
    }
    let of = |having: &[bool]| {
        let mut people: Vec<Person> = Vec::new();
        for ((cohort, record), arrival) in compared.cohorts.iter().zip(records).zip(arrivals) {
            if having.get(usize::from(*cohort)) == Some(&true) && record.outcome != Became::Withdrawn {
                let placed = matches!(record.outcome, Became::Placed { .. });
                people.push(Person { arrival: *arrival, luck: (record.number, record.ticket), placed });
            }
        }
        people
    };
    let people: Vec<Vec<Person>> = named.iter().map(|(_, _, _, having)| of(having)).collect();
    let tested: Vec<Vec<_>> =
        people.iter().map(|all| all.iter().map(|one| (one.arrival, one.luck)).collect()).collect();
    let findings = independence(&tested);
    let group = |(((kind, id, name, _), people), finding)| Group { kind, id, name, tenths: tenths(people), finding };
    named.into_iter().zip(people).zip(findings).map(group).collect()
}

struct Person {
    arrival: u32,
    luck: (LotteryNumber, Ticket),
    placed: bool,
}

fn tenths(mut people: Vec<Person>) -> [(u64, u64); 10] {
    people.sort_unstable_by_key(|person| person.arrival);
    let mut tenths = [(0, 0); 10];
    let all = people.len();
    for (place, person) in people.iter().enumerate() {
        let (people, placed) = &mut tenths[place * 10 / all.max(1)];
        *people += 1;
        *placed += u64::from(person.placed);
    }
    tenths
}
