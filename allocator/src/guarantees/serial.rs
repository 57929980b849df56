//! `serial`: in draw order, everybody is guaranteed the first choice that can be kept together with all earlier guarantees.
//!
//! Whoever was guaranteed the same wish may sit in the same pools, so seats are held for wishes, not for people: a choice
//! of a session without reserves is then a count, and a site choice costs what moves between its sessions. Only at the end
//! are people given the seats of their wish, in draw order.
//!
//! **Invariant:** choices before the guaranteed one failed, so their pools are closed; a later choice that names one of
//! them again, by its site, does not get it either.
//!
//! Svensson 1994; Krysta, Manlove, Rastegari, Zhang 2014.

use super::Round;
use super::access::Access;
use super::closing::Closing;
use super::evictions::Evictions;
use super::seats::{Claims, Seats};
use super::wishes::{Wish, Wishes};
use crate::error::AllocateError;
use crate::witness::{NOWHERE, Witness};
use protocol::instance::{Choice, Instance, PoolIndex};

/// The choice of those who were guaranteed none: longer than any list.
const NO_CHOICE: u8 = u8::MAX;

/// Wishes satisfy themselves.
struct Alike;

impl Claims for Alike {
    type Holder = Wish;

    #[inline]
    fn for_each_wish(&self, holder: &Wish, mut visit: impl FnMut(Wish)) {
        visit(*holder);
    }
}

/// Gives all guarantees.
pub(super) fn give(round: &mut Round<'_, '_>) -> Result<Witness, AllocateError> {
    let instance = round.instance;
    let (access, wishes) = Access::read(instance, 0)?;
    let seats = Seats::new(instance.pools().iter().map(|pool| pool.capacity).collect());
    let mut closing = Closing::new(&wishes);
    let mut evictions = Evictions::new(&wishes, &Alike, seats, round.patience);
    let mut choices = vec![NO_CHOICE; instance.applicants()];
    for (applicant, position) in (0..instance.applicants()).zip(0..) {
        round.turn(applicant)?;
        for (choice, rank) in instance.choices(applicant).zip(0..) {
            let wish = wish(instance, &access, applicant, choice);
            if evictions.seat(wish) {
                choices[applicant] = rank;
                break;
            }
            evictions.bury(closing.fail(position, &wish, &wishes, &Alike, evictions.seats()));
        }
    }
    let ((seats, visits), (closing, closing_visits)) = (evictions.finish(), closing.finish());
    round.visits += visits + closing_visits;
    Ok(Witness { seats: seated(instance, &access, &wishes, &seats, &choices), closing })
}

#[inline]
fn wish(instance: &Instance, access: &Access, applicant: usize, choice: Choice) -> Wish {
    access.wish(choice, instance.class(applicant))
}

/// Gives everybody a seat of the wish that was guaranteed to them.
fn seated(instance: &Instance, access: &Access, wishes: &Wishes, seats: &Seats<Wish>, choices: &[u8]) -> Vec<u32> {
    let (mut next, pools) = pools_of_wishes(wishes, seats);
    let mut seated = vec![NOWHERE; instance.applicants()];
    for (applicant, rank) in choices.iter().enumerate() {
        let Some(choice) = instance.choices(applicant).nth(usize::from(*rank)) else { continue };
        let next = &mut next[wish(instance, access, applicant, choice).at()];
        seated[applicant] = pools[*next].0;
        *next += 1;
    }
    seated
}

/// The pools of the seats held for each wish, wish by wish, and where each wish's part starts.
fn pools_of_wishes(wishes: &Wishes, seats: &Seats<Wish>) -> (Vec<usize>, Vec<PoolIndex>) {
    let mut starts = vec![0; wishes.len() + 1];
    for wish in seats.pools().flat_map(|(_, holders)| holders) {
        starts[wish.at() + 1] += 1;
    }
    for wish in 0..wishes.len() {
        starts[wish + 1] += starts[wish];
    }
    let mut next = starts.clone();
    let mut pools = vec![PoolIndex(0); starts[wishes.len()]];
    for (pool, holders) in seats.pools() {
        for wish in holders {
            let next = &mut next[wish.at()];
            pools[*next] = pool;
            *next += 1;
        }
    }
    (starts, pools)
}
