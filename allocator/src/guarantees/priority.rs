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

/// Wishes that a holder carries along. Longer lists are looked up.
const CARRIED: usize = 5;
/// Marks holders with longer lists. Draw positions are below 2³⁰.
const LONGER: u32 = 1 << 31;

/// An applicant with a list, in 24 bytes.
#[derive(Clone, Copy)]
struct Holder {
    /// The draw position, and whether the list is [`LONGER`].
    applicant: u32,
    /// The first choices; after the last one, the wish of nothing.
    wishes: [Wish; CARRIED],
}

impl Holder {
    #[inline]
    fn applicant(self) -> u32 {
        self.applicant & !LONGER
    }
}

/// Applicants are satisfied by any choice of their list.
struct Lists<'a> {
    instance: &'a Instance,
    access: &'a Access,
}

impl Lists<'_> {
    fn holder(&self, applicant: u32) -> Holder {
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
        let class = match self.access.is_same_for_all() {
            true => Class::new(0, 0),
            false => self.instance.class(applicant),
        };
        self.instance.codes(applicant).iter().map(move |code| self.access.wish(code.choice(), class))
    }
}

impl Claims for Lists<'_> {
    type Holder = Holder;

    #[inline]
    fn for_each_wish(&self, holder: &Holder, mut visit: impl FnMut(Wish)) {
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
    let mut seats: Seats<Holder> = Seats::new(instance.pools().iter().map(|pool| pool.capacity).collect());
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
fn keep(
    round: &mut Round<'_, '_>,
    kept: Option<&[u32]>,
    wishes: &Wishes,
    claims: &Lists<'_>,
    seats: Seats<Holder>,
) -> Result<(Vec<u32>, Seats<Holder>), AllocateError> {
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

fn seated(instance: &Instance, seats: &Seats<Holder>) -> Vec<u32> {
    let mut seated = vec![NOWHERE; instance.applicants()];
    for (pool, holders) in seats.pools() {
        for holder in holders {
            seated[holder.applicant() as usize] = pool.0;
        }
    }
    seated
}
