//! The certificate's conditions on draws small enough to follow by hand: each fault is named, with who it accuses.

use protocol::certificate::{Certificate, CertificateError, Crew, Pass, check, check_with};
use protocol::instance::{
    Access, Allocation, Choice, Class, DrawKey, Instance, InstanceBuilder, InstanceError, Mechanism, Placement, Places,
    Pool, PoolIndex, Reserve, ReserveIndex, SessionIndex, SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;

fn ticket(id: u8) -> Ticket {
    Ticket([id; 12])
}

/// Somebody of the only cohort.
#[derive(Clone)]
struct Applicant {
    id: u8,
    class: Class,
    rotation: u64,
    choices: Vec<Choice>,
}

fn applicant(id: u8, sessions: &[u32]) -> Applicant {
    let choices = sessions.iter().map(|session| Choice::Session(SessionIndex(*session))).collect();
    Applicant { id, class: Class::new(0, 0), rotation: 0, choices }
}

/// Number 1 weighs 99, number 2 98, and so on.
fn draw(mechanism: Mechanism, places: Places, people: &[Applicant]) -> Result<Instance, InstanceError> {
    let mut builder = InstanceBuilder::new(mechanism, vec![1], places)?;
    for Applicant { id, class, rotation, choices } in people {
        builder.push(ticket(*id), *class, LotteryNumber(u64::from(*id)), *rotation, choices)?;
    }
    let mut instance = builder.finish()?;
    let weights = (0..instance.applicants()).map(|place| 100 - instance.number(place).0).collect();
    instance.replace_weights(weights)?;
    Ok(instance)
}

fn pools(capacities: &[u32]) -> Vec<Pool> {
    let pool = |(session, capacity): (u32, &u32)| Pool {
        session: SessionIndex(session),
        access: Access::Open,
        capacity: *capacity,
    };
    (0..).zip(capacities).map(pool).collect()
}

/// One site.
fn places(capacities: &[u32]) -> Places {
    Places::new(&[u32::try_from(capacities.len()).expect("few")], pools(capacities), Vec::new()).expect("places")
}

fn at(pool: u32, rank: u16) -> Option<Placement> {
    Some(Placement { pool: PoolIndex(pool), rank })
}

fn key(id: u8) -> Option<DrawKey> {
    Some(DrawKey { tier: 1, number: LotteryNumber(u64::from(id)), ticket: ticket(id) })
}

/// In rank costs and in luck.
type Price = (i64, i128);

fn priced(passes: Vec<Pass>, prices: &[Price]) -> Certificate {
    let (prices, ties) = prices.iter().copied().unzip();
    Certificate { passes, prices, ties: vec![ties] }
}

/// Ann (1) and Ben (2) both want session 0 most; Ben and Cem (3) can also take session 1. One seat each. Applicants
/// are called by their numbers.
fn three(mechanism: Mechanism) -> Instance {
    let people = vec![applicant(3, &[1]), applicant(1, &[0, 1]), applicant(2, &[0, 1])];
    draw(mechanism, places(&[1, 1]), &people).expect("a draw")
}

fn serial() -> (Instance, Allocation, Certificate) {
    let allocation = Allocation::new([at(0, 0), at(1, 1), None]);
    let passes = vec![Pass { closing: vec![key(2), key(3)] }];
    (three(Mechanism::Serial), allocation, priced(passes, &[(0, 0); 2]))
}

#[test]
fn serial_gives_the_first_choice_that_was_open() {
    let (instance, allocation, certificate) = serial();
    let checked = check(&instance, &allocation, &certificate).expect("the mechanism's answer");
    assert!(checked.unique);
    assert_eq!((checked.placed_by_rank, checked.unplaced), (vec![1, 1], 1));
    assert_eq!((checked.rank_cost, checked.tie_costs), (0, vec![98]));
}

#[test]
fn serial_accuses() {
    let (instance, allocation, certificate) = serial();
    let with = |placements: [Option<Placement>; 3], closing: [Option<DrawKey>; 2]| {
        let certificate = Certificate { passes: vec![Pass { closing: closing.to_vec() }], ..certificate.clone() };
        check(&instance, &Allocation::new(placements), &certificate).expect_err("not the answer")
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
        check(&instance, &allocation, &Certificate { ties: vec![vec![0, 1]], ..certificate }),
        Err(CertificateError::PriceNotLeast { pool: one })
    );
}

#[test]
fn a_closing_number_is_the_first_failure_and_no_earlier_one() {
    // Nobody but Ben asks for session 1 before Cem fails there: closing it at Ben would refuse the same people.
    let people = vec![applicant(1, &[0]), applicant(2, &[0]), applicant(3, &[1]), applicant(4, &[1])];
    let instance = draw(Mechanism::Serial, places(&[1, 0]), &people).expect("a draw");
    let allocation = Allocation::new([at(0, 0), None, None, None]);
    let with = |closing| {
        let passes = vec![Pass { closing: vec![key(2), closing] }];
        check(&instance, &allocation, &priced(passes, &[(0, 0); 2]))
    };
    assert!(with(key(3)).is_ok());
    assert_eq!(with(key(2)), Err(CertificateError::ClosedWithoutFailure { pool: PoolIndex(1), ticket: ticket(2) }));
}

#[test]
fn in_priority_both_who_can_be_placed_are_and_a_price_says_why_one_moved() {
    let instance = three(Mechanism::Priority { rank_costs: vec![0, 1] });
    let passes = vec![Pass { closing: vec![key(3), key(3)] }];
    let with = |placements: [Option<Placement>; 3], prices: [Price; 2]| {
        check(&instance, &Allocation::new(placements), &priced(passes.clone(), &prices))
    };
    // Ann and Ben would each rather have session 0; only luck separates them. Its price is what Ben forgoes.
    let right = [at(0, 0), at(1, 1), None];
    let prices = [(1, 98), (0, 0)];
    let checked = with(right, prices).expect("the mechanism's answer");
    assert!(checked.unique);
    assert_eq!((checked.rank_cost, checked.tie_costs), (1, vec![98]));
    let ben =
        CertificateError::BetterDeal { ticket: ticket(2), placed: Some(PoolIndex(1)), better: Some(PoolIndex(0)) };
    assert_eq!(with(right, [(1, 97), (0, 0)]), Err(ben));
    assert_eq!(with(right, [(1, 99), (0, 0)]), Err(CertificateError::PriceNotLeast { pool: PoolIndex(0) }));
    assert_eq!(with(right, [(2, 98), (1, 0)]), Err(CertificateError::PriceNotLeast { pool: PoolIndex(0) }));
    assert_eq!(with(right, [(0, -1), (0, 0)]), Err(CertificateError::PriceRange { pool: PoolIndex(0) }));
    // Cem in Ben's place: Ben was refused where he came first.
    assert!(with([at(0, 0), None, at(1, 0)], prices).is_err());
}

#[test]
fn optimal_leaves_out_whom_it_costs_least_to_leave_out() {
    let instance = three(Mechanism::Optimal { rank_costs: vec![0, 1], unplaced_costs: vec![30], outsider_cost: 0 });
    let with = |placements: [Option<Placement>; 3], prices: [Price; 2]| {
        check(&instance, &Allocation::new(placements), &priced(Vec::new(), &prices))
    };
    // Two seats, three people: Cem's first choice is free of rank cost, so Ben, less lucky than Ann, stays out.
    let right = [at(0, 0), None, at(1, 0)];
    let prices = [(30, 196), (29, 98)];
    assert!(with(right, prices).expect("the mechanism's answer").unique);
    let unplaced = CertificateError::BetterDeal { ticket: ticket(2), placed: None, better: Some(PoolIndex(1)) };
    assert_eq!(with(right, [prices[0], (29, 97)]), Err(unplaced));
    let placed = CertificateError::BetterDeal { ticket: ticket(3), placed: Some(PoolIndex(1)), better: None };
    assert_eq!(with(right, [prices[0], (31, 0)]), Err(placed));
}

#[test]
fn prices_beyond_all_bounds_are_rejected_without_overflow() {
    let instance = three(Mechanism::Optimal { rank_costs: vec![0, 1], unplaced_costs: vec![30], outsider_cost: 0 });
    let allocation = Allocation::new([at(0, 0), None, at(1, 0)]);
    for worst in [(i64::MAX, 0), (i64::MIN, 0), (1, i128::MAX), (1, i128::MIN)] {
        let certificate = priced(Vec::new(), &[worst, (0, 0)]);
        assert_eq!(
            check(&instance, &allocation, &certificate),
            Err(CertificateError::PriceRange { pool: PoolIndex(0) })
        );
    }
}

#[test]
fn two_equally_good_answers_are_not_unique() {
    // Equal weights: who moves to the second choice is not settled.
    let people = [applicant(1, &[0, 1]), applicant(2, &[0, 1])];
    let mut instance = draw(Mechanism::Priority { rank_costs: vec![0, 1] }, places(&[1, 1]), &people).expect("a draw");
    instance.replace_weights(vec![99, 99]).expect("weights");
    for placements in [[at(0, 0), at(1, 1)], [at(1, 1), at(0, 0)]] {
        let certificate = priced(vec![Pass { closing: vec![None, None] }], &[(1, 99), (0, 0)]);
        let checked = check(&instance, &Allocation::new(placements), &certificate).expect("a best answer");
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
    let places = Places::new(&[4, 1], pools(&[1; 5]), Vec::new()).expect("places");
    let instance = draw(Mechanism::Serial, places, &[wish]).expect("a draw");
    // Sessions 0, 1, 3 remain, rotated left by 7 mod 3; session 0 counts where it came first.
    let listed: Vec<_> = instance.listed(0, 0).map(|listed| (listed.pool.0, listed.rank, listed.position)).collect();
    assert_eq!(listed, [(2, 0, 0), (1, 1, 1), (3, 1, 2), (0, 1, 3), (4, 3, 4)]);
    assert_eq!(instance.outside_position(0), 5);
}

#[test]
fn what_is_no_draw_is_refused() {
    let new = |mechanism, people: &[Applicant]| draw(mechanism, places(&[1, 1]), people).expect_err("no draw");
    let priority = |rank_costs: &[u32]| Mechanism::Priority { rank_costs: rank_costs.to_vec() };
    let optimal = |unplaced_costs| Mechanism::Optimal { rank_costs: vec![0], unplaced_costs, outsider_cost: 0 };
    let twice = [applicant(1, &[0]), applicant(2, &[0]), applicant(1, &[1])];
    assert_eq!(new(Mechanism::Serial, &twice), InstanceError::DuplicateTicket(ticket(1)));
    assert_eq!(new(priority(&[1]), &[]), InstanceError::RankCostsStart(1));
    assert_eq!(new(priority(&[0, 2, 1]), &[]), InstanceError::RankCostsFall { rank: 2 });
    assert_eq!(new(optimal(vec![(1 << 30) + 1]), &[]), InstanceError::Cost((1 << 30) + 1));
    assert_eq!(new(optimal(vec![]), &[]), InstanceError::UnknownTier { cohort: 0, tier: 1 });
    assert_eq!(
        new(priority(&[0]), &[applicant(1, &[0, 1])]),
        InstanceError::TooFewRankCosts { ticket: ticket(1), choices: 2, costs: 1 }
    );
    let choice = Choice::Session(SessionIndex(2));
    assert_eq!(
        new(Mechanism::Serial, &[applicant(1, &[2])]),
        InstanceError::UnknownChoice { ticket: ticket(1), choice }
    );
    let choice = Choice::Session(SessionIndex(0));
    assert_eq!(
        new(Mechanism::Serial, &[applicant(1, &[0, 1, 0])]),
        InstanceError::RepeatedChoice { ticket: ticket(1), choice }
    );
    let stranger = Applicant { class: Class::new(1, 0), ..applicant(1, &[0]) };
    assert_eq!(new(Mechanism::Serial, &[stranger]), InstanceError::UnknownCohort { ticket: ticket(1), cohort: 1 });
}

#[test]
fn weights_are_one_per_applicant_and_of_at_most_four_levels() {
    let mut instance = draw(Mechanism::Serial, places(&[1]), &[applicant(1, &[0])]).expect("a draw");
    assert_eq!(instance.add_level(vec![]), Err(InstanceError::Weights { expected: 1, found: 0 }));
    for weight in [0, (1 << 62) + 1] {
        assert_eq!(instance.add_level(vec![weight]), Err(InstanceError::Weight { ticket: ticket(1), weight }));
    }
    for _ in 1..4 {
        instance.add_level(vec![1 << 62]).expect("a level");
    }
    assert_eq!(instance.add_level(vec![1]), Err(InstanceError::TooMany { what: "levels", count: 5 }));
}

#[test]
fn pools_stand_in_order_under_sites_that_have_all_sessions() {
    let new = |sites: &[u32], pools: Vec<Pool>| {
        Places::new(sites, pools, vec![Reserve::new(vec![], vec![], false); 2]).expect_err("no places")
    };
    assert_eq!(new(&[1], pools(&[1, 1])), InstanceError::SessionsOfSites { of_sites: 1, of_pools: 2 });
    assert_eq!(new(&[2, 1], pools(&[1, 1])), InstanceError::SessionsOfSites { of_sites: 3, of_pools: 2 });
    let mut reversed = pools(&[1, 1]);
    reversed.reverse();
    assert_eq!(new(&[2], reversed), InstanceError::PoolOutOfOrder { pool: PoolIndex(0) });
    let reserved = |session, reserve| Pool {
        session: SessionIndex(session),
        access: Access::Reserved(ReserveIndex(reserve)),
        capacity: 1,
    };
    let open = pools(&[1])[0];
    assert_eq!(new(&[1], vec![reserved(0, 0), open]), InstanceError::PoolOutOfOrder { pool: PoolIndex(0) });
    for second in [reserved(1, 1), reserved(0, 0)] {
        let pools = vec![open, reserved(0, 0), second];
        assert_eq!(new(&[1], pools), InstanceError::PoolOutOfOrder { pool: PoolIndex(2) });
    }
    assert_eq!(new(&[1], vec![open, reserved(0, 2)]), InstanceError::UnknownReserve { pool: PoolIndex(1) });
}

/// Whoever helps, and in whatever order: here the last part first, only some parts, and some twice.
#[test]
fn many_hands_find_what_one_finds() {
    struct Backwards;
    impl Crew for Backwards {
        fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
            assert!(parts > 2);
            (0..parts).rev().for_each(work);
        }
    }
    struct Careless;
    impl Crew for Careless {
        fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
            [parts - 1, 1, 1, parts + 7].into_iter().for_each(work);
        }
    }
    let people = 13_000_u64;
    let mut builder = InstanceBuilder::new(Mechanism::Serial, vec![1], places(&[7_000, 5_000])).expect("a draw");
    for person in 0..people {
        let mut ticket = Ticket([0; 12]);
        ticket.0[..8].copy_from_slice(&person.to_be_bytes());
        let choices = [0, 1].map(|session| Choice::Session(SessionIndex(session)));
        builder.push(ticket, Class::new(0, 0), LotteryNumber(person), 0, &choices).expect("somebody");
    }
    let instance = builder.finish().expect("a draw");
    let placement = |person: usize| match person {
        0..7_000 => at(0, 0),
        7_000..12_000 => at(1, 1),
        _ => None,
    };
    let closing = |person| Some(instance.draw_key(person));
    let certificate = priced(vec![Pass { closing: vec![closing(7_000), closing(12_000)] }], &[(0, 0); 2]);
    let good = Allocation::new((0..13_000).map(placement));
    // Faults in two parts: the first of them is the one that is named.
    let rank = |person: usize| if [5_000, 11_000].contains(&person) { at(1, 0) } else { placement(person) };
    let misplaced = |person: usize| match person {
        6_000 => at(1, 1),
        11_500 => at(0, 0),
        _ => placement(person),
    };
    for (allocation, accused) in [
        (good, None),
        (Allocation::new((0..13_000).map(rank)), Some(5_000)),
        (Allocation::new((0..13_000).map(misplaced)), Some(6_000)),
    ] {
        let alone = check(&instance, &allocation, &certificate);
        match (&alone, accused) {
            (Ok(_), None) => {}
            (Err(CertificateError::Rank { ticket, .. }), Some(person))
            | (Err(CertificateError::RefusedWhileOpen { ticket, .. }), Some(person)) => {
                assert_eq!(*ticket, instance.ticket(person));
            }
            (found, _) => panic!("{found:?}"),
        }
        assert_eq!(check_with(&Backwards, &instance, &allocation, &certificate), alone);
        assert_eq!(check_with(&Careless, &instance, &allocation, &certificate), alone);
    }
}
