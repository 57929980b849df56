//! `priority`: in draw order, everybody is kept who fits together with all who were kept before.
//!
//! The kept are the greedy basis of a transversal matroid: as many as any assignment places, best for tier 1, then for tier
//! 2, and within a tier the luckier one wins.
//!
//! With reserves that are released there are two passes. The first admits members only. The second opens released reserves
//! to everybody who listed the session: who was kept stays kept, now by any pool of the list, and those who were not go on
//! in draw order. Each pass has its own closing numbers and its own assignment as witness.
//!
//! **Invariant:** the second pass admits all that the first one admits, so the seats of the first are a valid start.
//!
//! Roth, Sönmez, Ünver 2005; Okumura 2014; Bogomolnaia, Moulin 2004.

use super::Round;
use super::access::Access;
use super::closing::Closing;
use super::evictions::Evictions;
use super::seats::{Claims, Seats};
use super::wishes::{Wish, Wishes};
use crate::error::AllocateError;
use crate::witness::{NOWHERE, Witness};
use protocol::instance::{Class, Instance};

/// Marks holders whose lists are longer than what they carry. Draw positions are below 2³⁰.
const LONGER: u32 = 1 << 31;

/// An applicant with the first choices of the list. Of a longer list the rest is looked up, which takes as much time as
/// tens of choices that are carried along.
#[derive(Clone, Copy)]
struct Holder<const CARRIED: usize> {
    /// The draw position, and whether the list is [`LONGER`].
    applicant: u32,
    /// After the last choice, the wish of nothing.
    wishes: [Wish; CARRIED],
}

impl<const CARRIED: usize> Holder<CARRIED> {
    #[inline]
    fn applicant(self) -> u32 {
        self.applicant & !LONGER
    }
}

/// Applicants are satisfied by any choice of their list.
struct Lists<'a, const CARRIED: usize> {
    instance: &'a Instance,
    access: &'a Access,
}

impl<const CARRIED: usize> Lists<'_, CARRIED> {
    fn holder(&self, applicant: u32) -> Holder<CARRIED> {
        let mut holder = Holder { applicant, wishes: [self.access.nothing(); CARRIED] };
        for (wish, carried) in self.wishes(applicant).zip(&mut holder.wishes) {
            *carried = wish;
        }
        if self.instance.codes(applicant as usize).len() > CARRIED {
            holder.applicant |= LONGER;
        }
        holder
    }

    fn wishes(&self, applicant: u32) -> impl Iterator<Item = Wish> {
        let applicant = applicant as usize;
        // The class is another place in memory: it is looked up only where it matters.
        let same = self.access.is_same_for_all();
        let class = if same { Class::new(0, 0) } else { self.instance.class(applicant) };
        self.instance.codes(applicant).iter().map(move |code| self.access.wish(code.choice(), class))
    }
}

impl<const CARRIED: usize> Claims for Lists<'_, CARRIED> {
    type Holder = Holder<CARRIED>;

    #[inline]
    fn for_each_wish(&self, holder: &Holder<CARRIED>, mut visit: impl FnMut(Wish)) {
        for wish in holder.wishes {
            visit(wish);
        }
        if holder.applicant >= LONGER {
            self.wishes(holder.applicant()).skip(CARRIED).for_each(visit);
        }
    }
}

/// Gives all guarantees.
pub(super) fn give(round: &mut Round<'_, '_>) -> Result<Vec<Witness>, AllocateError> {
    let instance = round.instance;
    let lengths = (0..instance.applicants()).map(|applicant| instance.codes(applicant).len());
    let (mut over_five, mut over_eleven) = (0, 0);
    for length in lengths {
        over_five += usize::from(length > 5);
        over_eleven += usize::from(length > 11);
    }
    // Holders of 24, 48 and 96 bytes: as much as seven of eight applicants need.
    let few = instance.applicants() / 8;
    match (over_five > few, over_eleven > few) {
        (false, _) => give_carrying::<5>(round),
        (true, false) => give_carrying::<11>(round),
        (true, true) => give_carrying::<23>(round),
    }
}

fn give_carrying<const CARRIED: usize>(round: &mut Round<'_, '_>) -> Result<Vec<Witness>, AllocateError> {
    let instance = round.instance;
    let mut seats: Seats<Holder<CARRIED>> = Seats::new(instance.pools().iter().map(|pool| pool.capacity).collect());
    let mut passes: Vec<Witness> = Vec::new();
    for pass in 0..instance.passes() {
        let (access, wishes) = Access::read(instance, pass)?;
        let claims = Lists { instance, access: &access };
        let kept = passes.last().map(|pass| pass.seats.as_slice());
        let known = seats.map(|holder| claims.holder(holder.applicant()));
        let (closing, after) = keep(round, kept, &wishes, &claims, known)?;
        passes.push(Witness { seats: seated(instance, &after), closing });
        seats = after;
    }
    Ok(passes)
}

/// One pass. `kept` has the seats of the pass before, if there is one.
fn keep<const CARRIED: usize>(
    round: &mut Round<'_, '_>,
    kept: Option<&[u32]>,
    wishes: &Wishes,
    claims: &Lists<'_, CARRIED>,
    seats: Seats<Holder<CARRIED>>,
) -> Result<(Vec<u32>, Seats<Holder<CARRIED>>), AllocateError> {
    let mut closing = Closing::new(wishes);
    let mut evictions = Evictions::new(wishes, claims, seats, round.patience);
    for (applicant, position) in (0..round.instance.applicants()).zip(0..) {
        round.turn(applicant)?;
        if kept.is_some_and(|seats| seats[applicant] != NOWHERE) {
            continue;
        }
        let newcomer = claims.holder(position);
        if !evictions.seat(newcomer) {
            evictions.bury(closing.fail(position, &newcomer, wishes, claims, evictions.seats()));
        }
    }
    let ((seats, visits), (closing, closing_visits)) = (evictions.finish(), closing.finish());
    round.visits += visits + closing_visits;
    Ok((closing, seats))
}

fn seated<const CARRIED: usize>(instance: &Instance, seats: &Seats<Holder<CARRIED>>) -> Vec<u32> {
    let mut seated = vec![NOWHERE; instance.applicants()];
    for (pool, holders) in seats.pools() {
        for holder in holders {
            seated[holder.applicant() as usize] = pool.0;
        }
    }
    seated
}
