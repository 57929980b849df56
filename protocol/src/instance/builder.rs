//! Makes a draw out of applicants that come one by one, in any order. SPEC §10.3.
//!
//! Columns are filled as applicants come, then put into draw order one column at a time, so that besides the draw there is
//! never more than one more column and the order itself. Time: sorting, and linear otherwise, if tickets come in
//! increasing order, as they do from a register; otherwise they are sorted once more to find doubles.

use super::{Choice, ChoiceCode, Class, Instance, InstanceError, Mechanism, Places};
use crate::lottery::LotteryNumber;
use crate::ticket::Ticket;

const APPLICANTS_MAX: usize = 1 << 30;
const LIST_MAX: usize = 255;

/// A draw in the making.
#[derive(Clone, Debug)]
pub struct InstanceBuilder {
    instance: Instance,
    /// Whether each ticket so far was above the one before.
    increasing: bool,
}

impl InstanceBuilder {
    /// A draw without applicants. `tiers` has the tier, from 1, of each cohort.
    ///
    /// # Errors
    /// [`InstanceError`] says which cost or tier is wrong.
    pub fn new(mechanism: Mechanism, tiers: Vec<u8>, places: Places) -> Result<Self, InstanceError> {
        mechanism.check(&tiers)?;
        Ok(Self { instance: Instance::empty(mechanism, tiers, places), increasing: true })
    }

    /// Makes room for so many applicants with so many choices together. Without it, columns grow as they must.
    #[must_use]
    pub fn with_room_for(mut self, applicants: usize, choices: usize) -> Self {
        let instance = &mut self.instance;
        instance.tickets.reserve_exact(applicants);
        instance.numbers.reserve_exact(applicants);
        instance.classes.reserve_exact(applicants);
        instance.starts.reserve_exact(applicants);
        instance.choices.reserve_exact(choices);
        self
    }

    /// Adds an active entry of the register with what the lottery gave it. `rotation` is used by lists that name sites
    /// only.
    ///
    /// # Errors
    /// [`InstanceError`] says what is wrong with it; the builder is of no use any more.
    pub fn push(
        &mut self,
        ticket: Ticket,
        class: Class,
        number: LotteryNumber,
        rotation: u64,
        choices: &[Choice],
    ) -> Result<(), InstanceError> {
        let instance = &mut self.instance;
        check_list(instance, ticket, choices)?;
        if usize::from(class.cohort()) >= instance.tiers.len() {
            return Err(InstanceError::UnknownCohort { ticket, cohort: class.cohort() });
        }
        instance.choices.extend(choices.iter().map(|choice| ChoiceCode::new(*choice)));
        let (applicants, count) = (instance.tickets.len() + 1, instance.choices.len());
        if applicants > APPLICANTS_MAX {
            return Err(InstanceError::TooMany { what: "applicants", count: applicants });
        }
        let end = u32::try_from(count).map_err(|_| InstanceError::TooMany { what: "choices", count })?;
        self.increasing &= instance.tickets.last().is_none_or(|last| *last < ticket);
        instance.tickets.push(ticket);
        instance.numbers.push(number);
        instance.classes.push(class);
        if rotation != 0 || !instance.rotations.is_empty() {
            instance.rotations.resize(applicants - 1, 0);
            instance.rotations.push(rotation);
        }
        instance.starts.push(end);
        Ok(())
    }

    /// Puts everybody into draw order.
    ///
    /// # Errors
    /// [`InstanceError::DuplicateTicket`].
    pub fn finish(self) -> Result<Instance, InstanceError> {
        self.finish_with_order().map(|(instance, _)| instance)
    }

    /// The same, and for each draw position the place at which that applicant was added, counted from 0.
    ///
    /// # Errors
    /// As [`InstanceBuilder::finish`].
    pub fn finish_with_order(self) -> Result<(Instance, Vec<u32>), InstanceError> {
        let mut instance = self.instance;
        if !self.increasing {
            check_tickets(&instance.tickets)?;
        }
        let order = draw_order(&instance);
        (instance.starts, instance.choices) = permuted_lists(&instance.starts, &instance.choices, &order);
        instance.tickets = permuted(&instance.tickets, &order);
        instance.numbers = permuted(&instance.numbers, &order);
        instance.classes = permuted(&instance.classes, &order);
        if !instance.rotations.is_empty() {
            instance.rotations = permuted(&instance.rotations, &order);
        }
        Ok((instance, order))
    }
}

fn check_list(instance: &Instance, ticket: Ticket, choices: &[Choice]) -> Result<(), InstanceError> {
    let places = &instance.places;
    for (place, choice) in choices.iter().enumerate() {
        let known = match choice {
            Choice::Session(session) => (session.0 as usize) < places.sessions(),
            Choice::Site(site) => (site.0 as usize) < places.sites(),
        };
        if !known {
            return Err(InstanceError::UnknownChoice { ticket, choice: *choice });
        }
        if place == LIST_MAX {
            return Err(InstanceError::TooManyChoices { ticket, choices: choices.len() });
        }
        if choices[..place].contains(choice) {
            return Err(InstanceError::RepeatedChoice { ticket, choice: *choice });
        }
    }
    match instance.mechanism.rank_costs().map(<[u32]>::len).filter(|costs| *costs < choices.len()) {
        Some(costs) => Err(InstanceError::TooFewRankCosts { ticket, choices: choices.len(), costs }),
        None => Ok(()),
    }
}

fn check_tickets(tickets: &[Ticket]) -> Result<(), InstanceError> {
    let mut tickets = tickets.to_vec();
    tickets.sort_unstable();
    match tickets.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(InstanceError::DuplicateTicket(pair[0])),
        None => Ok(()),
    }
}

/// Where each applicant of the draw order stands now.
fn draw_order(instance: &Instance) -> Vec<u32> {
    const PLACE_BITS: u32 = u32::BITS;
    const NUMBER_BITS: u32 = u64::BITS;
    let key = |(applicant, place): (usize, u32)| {
        let (tier, number) = (u128::from(instance.tier(applicant)), u128::from(instance.numbers[applicant].0));
        (tier << NUMBER_BITS | number) << PLACE_BITS | u128::from(place)
    };
    let place = |key: &u128| u32::try_from(key & u128::from(u32::MAX)).unwrap_or(u32::MAX);
    let mut keys: Vec<u128> = (0..instance.tickets.len()).zip(0..).map(key).collect();
    keys.sort_unstable();
    // Tickets count where tier and number are equal.
    for same in keys.chunk_by_mut(|one, other| one >> PLACE_BITS == other >> PLACE_BITS) {
        if same.len() > 1 {
            same.sort_unstable_by_key(|key| instance.tickets[place(key) as usize]);
        }
    }
    keys.iter().map(place).collect()
}

fn permuted<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|place| column[*place as usize]).collect()
}

fn permuted_lists(starts: &[u32], choices: &[ChoiceCode], order: &[u32]) -> (Vec<u32>, Vec<ChoiceCode>) {
    let mut in_order = Vec::with_capacity(choices.len());
    let mut ends = Vec::with_capacity(starts.len());
    ends.push(0);
    let mut end = 0;
    for place in order {
        let place = *place as usize;
        in_order.extend_from_slice(&choices[starts[place] as usize..starts[place + 1] as usize]);
        end += starts[place + 1] - starts[place];
        ends.push(end);
    }
    (ends, in_order)
}
