//! The certificate's conditions on draws small enough to follow by hand: each fault is named, with who it accuses.

use protocol::certificate::{Certificate, CertificateError, Pass, check};
use protocol::instance::{
    Access, Allocation, Applicant, Choice, Cost, DrawKey, Instance, InstanceError, Mechanism, Placement, Pool,
    PoolIndex, SessionIndex, SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;

fn ticket(id: u8) -> Ticket {
    Ticket([id; 12])
}

fn applicant(id: u8, sessions: &[u32]) -> Applicant {
    let choices = sessions.iter().map(|session| Choice::Session(SessionIndex(*session))).collect();
    Applicant {
        ticket: ticket(id),
        tier: 1,
        number: LotteryNumber(u64::from(id)),
        weight: 100 - u64::from(id),
        rotation: 0,
        choices,
    }
}

fn pools(capacities: &[u32]) -> Vec<Pool> {
    let pool = |(session, capacity): (u32, &u32)| Pool {
        session: SessionIndex(session),
        access: Access::Open,
        capacity: *capacity,
    };
    (0..).zip(capacities).map(pool).collect()
}

fn one_site(sessions: u32) -> Vec<Vec<SessionIndex>> {
    vec![(0..sessions).map(SessionIndex).collect()]
}

fn at(pool: u32, rank: u16) -> Option<Placement> {
    Some(Placement { pool: PoolIndex(pool), rank })
}

fn key(id: u8) -> Option<DrawKey> {
    Some(DrawKey { tier: 1, number: LotteryNumber(u64::from(id)), ticket: ticket(id) })
}

fn price(rank: i64, tie: i128) -> Cost {
    Cost { rank, tie }
}

/// Ann (1) and Ben (2) both want session 0 most; Ben and Cem (3) can also take session 1. One seat each. Applicants
/// are called by their numbers.
fn three(mechanism: Mechanism) -> Instance {
    let people = vec![applicant(3, &[1]), applicant(1, &[0, 1]), applicant(2, &[0, 1])];
    Instance::new(mechanism, one_site(2), pools(&[1, 1]), people).expect("a draw")
}

fn serial() -> (Instance, Allocation, Certificate) {
    let allocation = Allocation { placements: vec![at(0, 0), at(1, 1), None] };
    let passes = vec![Pass { closing: vec![key(2), key(3)] }];
    (three(Mechanism::Serial), allocation, Certificate { passes, prices: vec![Cost::ZERO; 2] })
}

#[test]
fn serial_gives_the_first_choice_that_was_open() {
    let (instance, allocation, certificate) = serial();
    let checked = check(&instance, &allocation, &certificate).expect("the mechanism's answer");
    assert!(checked.unique);
    assert_eq!((checked.placed_by_rank, checked.unplaced, checked.cost), (vec![1, 1], 1, price(0, 98)));
}

#[test]
fn serial_accuses() {
    let (instance, allocation, certificate) = serial();
    let with = |placements: [Option<Placement>; 3], closing: [Option<DrawKey>; 2]| {
        let certificate = Certificate { passes: vec![Pass { closing: closing.to_vec() }], ..certificate.clone() };
        check(&instance, &Allocation { placements: placements.to_vec() }, &certificate).expect_err("not the answer")
    };
    let (right, closing) = ([at(0, 0), at(1, 1), None], [key(2), key(3)]);
    let (zero, one) = (PoolIndex(0), PoolIndex(1));
    assert_eq!(
        with([at(0, 0), at(1, 0), None], closing),
        CertificateError::Rank { ticket: ticket(2), pool: one, claimed: 0, listed: 1 }
    );
    assert_eq!(
        with([at(0, 0), at(1, 1), at(0, 0)], closing),
        CertificateError::NotListed { ticket: ticket(3), pool: zero }
    );
    assert_eq!(
        with([at(0, 0), at(0, 0), None], closing),
        CertificateError::OverCapacity { pool: zero, capacity: 1, placed: 2 }
    );
    assert_eq!(
        with([at(1, 1), at(0, 0), None], closing),
        CertificateError::RefusedWhileOpen { ticket: ticket(1), pool: zero }
    );
    assert_eq!(with([None, at(1, 1), None], closing), CertificateError::ClosedNotFull { pool: zero });
    assert_eq!(with(right, [key(1), key(3)]), CertificateError::PlacedAfterClosing { ticket: ticket(1), pool: zero });
    assert_eq!(with(right, [key(3), key(3)]), CertificateError::RefusedWhileOpen { ticket: ticket(2), pool: zero });
    assert_eq!(with(right, [key(2), None]), CertificateError::RefusedWhileOpen { ticket: ticket(3), pool: one });
    let stranger = DrawKey { tier: 2, number: LotteryNumber(3), ticket: ticket(3) };
    assert_eq!(
        with(right, [key(2), Some(stranger)]),
        CertificateError::UnknownClosing { pool: one, closing: stranger }
    );
    assert_eq!(
        check(&instance, &allocation, &Certificate { prices: vec![price(0, 0), price(0, 1)], ..certificate }),
        Err(CertificateError::PriceNotLeast { pool: one })
    );
}

#[test]
fn a_closing_number_is_the_first_failure_and_no_earlier_one() {
    // Nobody but Ben asks for session 1 before Cem fails there: closing it at Ben would refuse the same people.
    let people = vec![applicant(1, &[0]), applicant(2, &[0]), applicant(3, &[1]), applicant(4, &[1])];
    let instance = Instance::new(Mechanism::Serial, one_site(2), pools(&[1, 0]), people).expect("a draw");
    let allocation = Allocation { placements: vec![at(0, 0), None, None, None] };
    let with = |closing| {
        let passes = vec![Pass { closing: vec![key(2), closing] }];
        check(&instance, &allocation, &Certificate { passes, prices: vec![Cost::ZERO; 2] })
    };
    assert!(with(key(3)).is_ok());
    assert_eq!(with(key(2)), Err(CertificateError::ClosedWithoutFailure { pool: PoolIndex(1), ticket: ticket(2) }));
}

#[test]
fn in_priority_both_who_can_be_placed_are_and_a_price_says_why_one_moved() {
    let instance = three(Mechanism::Priority { rank_costs: vec![0, 1] });
    let passes = vec![Pass { closing: vec![key(3), key(3)] }];
    let with = |placements: [Option<Placement>; 3], prices: [Cost; 2]| {
        check(
            &instance,
            &Allocation { placements: placements.to_vec() },
            &Certificate { passes: passes.clone(), prices: prices.to_vec() },
        )
    };
    // Ann and Ben would each rather have session 0; only luck separates them. Its price is what Ben forgoes.
    let right = [at(0, 0), at(1, 1), None];
    let prices = [price(1, 98), Cost::ZERO];
    let checked = with(right, prices).expect("the mechanism's answer");
    assert!(checked.unique);
    assert_eq!(checked.cost, price(1, 98));
    let ben =
        CertificateError::BetterDeal { ticket: ticket(2), placed: Some(PoolIndex(1)), better: Some(PoolIndex(0)) };
    assert_eq!(with(right, [price(1, 97), Cost::ZERO]), Err(ben));
    assert_eq!(with(right, [price(1, 99), Cost::ZERO]), Err(CertificateError::PriceNotLeast { pool: PoolIndex(0) }));
    assert_eq!(with(right, [price(2, 98), price(1, 0)]), Err(CertificateError::PriceNotLeast { pool: PoolIndex(0) }));
    assert_eq!(with(right, [price(0, -1), Cost::ZERO]), Err(CertificateError::PriceRange { pool: PoolIndex(0) }));
    // Cem in Ben's place: Ben was refused where he came first.
    assert!(with([at(0, 0), None, at(1, 0)], prices).is_err());
}

#[test]
fn optimal_leaves_out_whom_it_costs_least_to_leave_out() {
    let instance = three(Mechanism::Optimal { rank_costs: vec![0, 1], unplaced_costs: vec![30] });
    let with = |placements: [Option<Placement>; 3], prices: [Cost; 2]| {
        check(
            &instance,
            &Allocation { placements: placements.to_vec() },
            &Certificate { passes: Vec::new(), prices: prices.to_vec() },
        )
    };
    // Two seats, three people: Cem's first choice is free of rank cost, so Ben, less lucky than Ann, stays out.
    let right = [at(0, 0), None, at(1, 0)];
    let prices = [price(30, 196), price(29, 98)];
    assert!(with(right, prices).expect("the mechanism's answer").unique);
    let unplaced = CertificateError::BetterDeal { ticket: ticket(2), placed: None, better: Some(PoolIndex(1)) };
    assert_eq!(with(right, [prices[0], price(29, 97)]), Err(unplaced));
    let placed = CertificateError::BetterDeal { ticket: ticket(3), placed: Some(PoolIndex(1)), better: None };
    assert_eq!(with(right, [prices[0], price(31, 0)]), Err(placed));
}

#[test]
fn prices_beyond_all_bounds_are_rejected_without_overflow() {
    let instance = three(Mechanism::Optimal { rank_costs: vec![0, 1], unplaced_costs: vec![30] });
    let allocation = Allocation { placements: vec![at(0, 0), None, at(1, 0)] };
    for worst in [price(i64::MAX, 0), price(i64::MIN, 0), price(1, i128::MAX), price(1, i128::MIN)] {
        let certificate = Certificate { passes: Vec::new(), prices: vec![worst, Cost::ZERO] };
        assert_eq!(
            check(&instance, &allocation, &certificate),
            Err(CertificateError::PriceRange { pool: PoolIndex(0) })
        );
    }
}

#[test]
fn two_equally_good_answers_are_not_unique() {
    // Equal weights: who moves to the second choice is not settled.
    let mut people = vec![applicant(1, &[0, 1]), applicant(2, &[0, 1])];
    people[1].weight = people[0].weight;
    let instance = Instance::new(Mechanism::Priority { rank_costs: vec![0, 1] }, one_site(2), pools(&[1, 1]), people)
        .expect("a draw");
    let prices = vec![price(1, 99), Cost::ZERO];
    for placements in [vec![at(0, 0), at(1, 1)], vec![at(1, 1), at(0, 0)]] {
        let certificate = Certificate { passes: vec![Pass { closing: vec![None, None] }], prices: prices.clone() };
        let checked = check(&instance, &Allocation { placements }, &certificate).expect("a best answer");
        assert!(!checked.unique);
    }
}

#[test]
fn a_site_expands_to_sessions_not_listed_before_rotated() {
    let mut wish = applicant(1, &[2]);
    wish.choices.extend([
        Choice::Site(SiteIndex(0)),
        Choice::Session(SessionIndex(0)),
        Choice::Session(SessionIndex(4)),
    ]);
    wish.rotation = 7;
    let sites = vec![(0..4).map(SessionIndex).collect(), vec![SessionIndex(4)]];
    let instance = Instance::new(Mechanism::Serial, sites, pools(&[1; 5]), vec![wish]).expect("a draw");
    // Sessions 0, 1, 3 remain, rotated left by 7 mod 3; session 0 counts where it came first.
    let listed: Vec<_> =
        instance.listed(0).iter().map(|listed| (listed.pool.0, listed.rank, listed.position)).collect();
    assert_eq!(listed, [(2, 0, 0), (1, 1, 1), (3, 1, 2), (0, 1, 3), (4, 3, 4)]);
}

#[test]
fn what_is_no_draw_is_refused() {
    let new = |mechanism, people| Instance::new(mechanism, one_site(2), pools(&[1, 1]), people).expect_err("no draw");
    let priority = |rank_costs: &[u32]| Mechanism::Priority { rank_costs: rank_costs.to_vec() };
    let optimal = Mechanism::Optimal { rank_costs: vec![0], unplaced_costs: vec![9] };
    let twice = vec![applicant(1, &[0]), Applicant { tier: 2, ..applicant(1, &[1]) }];
    assert_eq!(new(Mechanism::Serial, twice), InstanceError::DuplicateTicket(ticket(1)));
    assert_eq!(new(priority(&[1]), vec![]), InstanceError::RankCostsStart(1));
    assert_eq!(new(priority(&[0, 2, 1]), vec![]), InstanceError::RankCostsFall { rank: 2 });
    assert_eq!(
        new(priority(&[0]), vec![applicant(1, &[0, 1])]),
        InstanceError::TooFewRankCosts { ticket: ticket(1), choices: 2, costs: 1 }
    );
    let choice = Choice::Session(SessionIndex(2));
    assert_eq!(
        new(Mechanism::Serial, vec![applicant(1, &[2])]),
        InstanceError::UnknownChoice { ticket: ticket(1), choice }
    );
    for (tier, mechanism) in [(0, Mechanism::Serial), (2, optimal)] {
        let people = vec![Applicant { tier, ..applicant(1, &[0]) }];
        assert_eq!(new(mechanism, people), InstanceError::UnknownTier { ticket: ticket(1), tier });
    }
    for weight in [0, (1 << 62) + 1] {
        let people = vec![Applicant { weight, ..applicant(1, &[0]) }];
        assert_eq!(new(Mechanism::Serial, people), InstanceError::Weight { ticket: ticket(1), weight });
    }
    let sites = |sites: Vec<Vec<SessionIndex>>| {
        Instance::new(Mechanism::Serial, sites, pools(&[1, 1]), vec![]).expect_err("no draw")
    };
    assert_eq!(sites(one_site(1)), InstanceError::SessionNotInOneSite { session: SessionIndex(1), sites: 0 });
    assert_eq!(
        sites([one_site(2), one_site(1)].concat()),
        InstanceError::SessionNotInOneSite { session: SessionIndex(0), sites: 2 }
    );
    assert_eq!(
        sites(one_site(3)),
        InstanceError::UnknownSessionOfSite { site: SiteIndex(0), session: SessionIndex(2) }
    );
    let mut reversed = pools(&[1, 1]);
    reversed.reverse();
    let error = Instance::new(Mechanism::Serial, one_site(2), reversed, vec![]).expect_err("no draw");
    assert_eq!(error, InstanceError::PoolOutOfOrder { pool: PoolIndex(0) });
}
