//! From a family, or from files, to an [`Instance`].

use crate::dice::Dice;
use crate::families::{Family, Listener, Person, Supply, Wish};
use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, Reserve, ReserveIndex, SessionIndex,
    SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;

/// What a case is solved by: costs as in the sample programme, so that as many as possible are placed.
pub(crate) fn mechanism(name: &str, length: usize, tiers: u8) -> Mechanism {
    let rank_costs: Vec<u32> = (0..64.min(2 * length as u32)).collect();
    match name {
        "serial" => Mechanism::Serial,
        "priority" => Mechanism::Priority { rank_costs },
        _ => Mechanism::Optimal {
            rank_costs,
            unplaced_costs: (0..u32::from(tiers)).map(|tier| 30 * (u32::from(tiers) - tier)).collect(),
            outsider_cost: 2,
        },
    }
}

/// Builds an instance while people come by.
pub(crate) struct Building {
    people: u32,
    length: usize,
    mechanism: &'static str,
    tiers: u8,
    dice: Dice,
    come: u32,
    builder: Option<InstanceBuilder>,
}

impl Building {
    pub(crate) fn family(family: Family, people: u32, length: usize, mechanism: &'static str) -> Instance {
        let tiers = if family == Family::Mixed { 2 } else { 1 };
        let mut building = Self::new(people, length, mechanism, tiers);
        family.invent(people, length, &mut building);
        building.finish()
    }

    pub(crate) fn new(people: u32, length: usize, mechanism: &'static str, tiers: u8) -> Self {
        Self { people, length, mechanism, tiers, dice: Dice::new(9), come: 0, builder: None }
    }

    pub(crate) fn finish(self) -> Instance {
        self.builder.unwrap().finish().unwrap()
    }
}

impl Listener for Building {
    fn supply(&mut self, supply: Supply) {
        let mut pools = Vec::new();
        let serial = self.mechanism == "serial";
        for ((seats, reserved), session) in supply.seats.iter().zip(&supply.reserved).zip(0..) {
            let mut pool = |access, capacity| pools.push(Pool { session: SessionIndex(session), access, capacity });
            pool(Access::Open, seats - reserved);
            if *reserved > 0 {
                pool(Access::Reserved(ReserveIndex(0)), *reserved);
            }
        }
        // Reserved for those of tier 1; never released in `serial`, where that is not allowed.
        let reserves = vec![Reserve::new(vec![0], vec![], !serial)];
        let places = Places::new(&supply.sessions_per_site, pools, reserves).unwrap();
        let mechanism = mechanism(self.mechanism, self.length, self.tiers);
        let builder = InstanceBuilder::new(mechanism, (1..=self.tiers).collect(), places).unwrap();
        let choices = self.people as usize * self.length;
        self.builder = Some(builder.with_room_for(self.people as usize, choices));
    }

    /// Numbers are as even as those of a draw, and rise, so that people stand in draw order as they come.
    fn person(&mut self, person: &Person) {
        let step = u64::MAX / u64::from(self.people);
        let number = u64::from(self.come) * step + self.dice.u64() % step;
        let mut ticket = Ticket([0; 12]);
        ticket.0[..4].copy_from_slice(&self.come.to_be_bytes());
        self.come += 1;
        let class = Class::new(u16::from(person.tier.max(1)) - 1, 0);
        let choice = |wish: &Wish| match wish {
            Wish::Session(session) => Choice::Session(SessionIndex(*session)),
            Wish::Site(site) => Choice::Site(SiteIndex(*site)),
        };
        let choices: Vec<Choice> = person.wishes.iter().map(choice).collect();
        let builder = self.builder.as_mut().unwrap();
        builder.push(ticket, class, LotteryNumber(number), self.dice.u64(), &choices).unwrap();
    }
}
