//! An explanation in sentences, in any language. The texts are in `pages`.

use super::{Comparison, Explanation, Fate, Line, Part, Place, Price, Seat, Turn, Wanted};
use pages::{Arg, Lang, Texts, numbers};
use protocol::{
    lottery,
    programme::{MechanismName, Title},
    sessions::ClosingNumber,
};

impl Explanation {
    /// The sentences, in the order a person asks: which draw, my number, what happened at each choice, what I got,
    /// why, how to check.
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        Words { texts: Texts::of(lang), of: self }.all()
    }
}

struct Words<'a> {
    texts: Texts,
    of: &'a Explanation,
}

impl Words<'_> {
    fn all(&self) -> Vec<String> {
        let title = self.titled(&self.of.title);
        let ticket = self.of.ticket.to_string();
        let mut sentences =
            vec![self.texts.with_all("explain-ticket", [("ticket", (&ticket).into()), ("draw", title.into())])];
        if self.of.rehearsal {
            sentences.push(self.texts.get("explain-rehearsal"));
        }
        match &self.of.part {
            Part::Withdrawn if self.of.by_office => sentences.push(self.texts.get("explain-withdrawn-by-office")),
            Part::Withdrawn => sentences.push(self.texts.get("explain-withdrawn")),
            Part::Drawn { number, luckier_than_hundredths_of_percent, lines, seat } => {
                if self.of.by_office {
                    sentences.push(self.texts.get("explain-changed-by-office"));
                }
                let percent = percent(10_000 - (*luckier_than_hundredths_of_percent).min(10_000));
                let number = numbers::grouped(number.0);
                let args = [("number", (&number).into()), ("percent", (&percent).into())];
                sentences.push(self.texts.with_all("explain-number", args));
                if self.of.lots > 1 {
                    sentences.push(self.texts.with("explain-lots", "lots", Arg::Count(self.of.lots.into())));
                }
                if let Some(district) = &self.of.district {
                    let name = self.titled(district);
                    sentences.push(self.texts.with("explain-district", "district", name));
                }
                sentences.extend(self.tier());
                sentences.push(self.texts.get(match self.of.mechanism {
                    MechanismName::Serial => "explain-rule-serial",
                    MechanismName::Priority => "explain-rule-priority",
                    MechanismName::Optimal => "explain-rule-optimal",
                }));
                sentences.extend(lines.iter().enumerate().map(|(rank, line)| self.line(rank, line)));
                sentences.extend(self.verdict(lines, seat.as_ref()));
            }
        }
        sentences.push(self.texts.get(match &self.of.part {
            Part::Withdrawn => "result-next-withdrawn",
            Part::Drawn { seat: None, .. } => "result-next-unplaced",
            Part::Drawn { seat: Some(_), .. } => "result-next-placed",
        }));
        sentences.push(self.texts.get("explain-check"));
        sentences
    }

    /// Where the applicant stands among the cohorts: said where there are tiers to tell apart, or costs to know.
    fn tier(&self) -> Option<String> {
        let cohort = self.titled(&self.of.cohort);
        let cost = numbers::grouped(self.of.unplaced_cost.into());
        let ranks = self.of.rank_costs.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let (tier, tiers) = (Arg::Count(self.of.tier.into()), Arg::Count(self.of.tiers.into()));
        let cohort = ("cohort", cohort.into());
        match self.of.mechanism {
            MechanismName::Optimal => {
                let args = [cohort, ("cost", (&cost).into()), ("ranks", (&ranks).into())];
                Some(self.texts.with_all("explain-tier-optimal", args))
            }
            _ if self.of.tiers == 1 => None,
            MechanismName::Serial | MechanismName::Priority => {
                Some(self.texts.with_all("explain-tier", [cohort, ("tier", tier), ("tiers", tiers)]))
            }
        }
    }

    fn titled<'a>(&self, title: &'a Title) -> &'a str {
        self.texts.lang.programme_name(&title.ko, &title.en)
    }

    fn line(&self, rank: usize, line: &Line) -> String {
        let what = self.wanted(&line.wanted);
        let mut fate = self.fate(&line.fate);
        if let Some(kept) = &line.kept {
            let title = self.titled(kept);
            fate = self.texts.with_all("explain-of-kept", [("fate", (&fate).into()), ("reserve", title.into())]);
        }
        let args = [("rank", Arg::Count(rank as u64 + 1)), ("what", (&what).into()), ("fate", (&fate).into())];
        self.texts.with_all("explain-line", args)
    }

    fn wanted(&self, wanted: &Wanted) -> String {
        match wanted {
            Wanted::Session(place) => self.place(place),
            Wanted::Site(site) => self.texts.with("choice-any-time", "site", site),
        }
    }

    fn place(&self, place: &Place) -> String {
        let time = numbers::local_time(place.starts_at_unix_s, &self.of.time_zone, self.texts.lang);
        self.texts.with_all("choice-session", [("site", (&place.site).into()), ("time", (&time).into())])
    }

    fn fate(&self, fate: &Fate) -> String {
        match fate {
            Fate::Repeated => self.texts.get("explain-repeated"),
            Fate::Kept => self.texts.get("explain-kept"),
            Fate::Closed { at } => self.closed(*at),
            Fate::Open { until } => self.open(*until),
            Fate::Yielded { turn } => self.texts.with("explain-yielded", "open", &self.turn(*turn)),
            Fate::Priced { turn, price, comparison } => {
                let price = self.priced(*price, *comparison);
                match turn.map(|turn| self.turn(turn)) {
                    None => price,
                    Some(open) => self
                        .texts
                        .with_all("explain-open-priced", [("open", (&open).into()), ("price", (&price).into())]),
                }
            }
        }
    }

    fn closed(&self, at: ClosingNumber) -> String {
        let key = match () {
            () if at.ticket == self.of.ticket => "explain-closed-at-yours",
            () if at.tier < self.of.tier => "explain-closed-in-tier",
            () => "explain-closed",
        };
        self.closing(key, at)
    }

    fn turn(&self, turn: Turn) -> String {
        match turn {
            Turn::Open { until } => self.open(until),
            Turn::Again => self.texts.get("explain-open-again"),
        }
    }

    fn open(&self, until: Option<ClosingNumber>) -> String {
        match until {
            None => self.texts.get("explain-never-closed"),
            Some(until) if until.tier > self.of.tier => self.closing("explain-open-until-tier", until),
            Some(until) => self.closing("explain-open-until", until),
        }
    }

    fn closing(&self, key: &str, closing: ClosingNumber) -> String {
        let number = numbers::grouped(closing.number);
        let percent = luckiest(closing.number);
        let args =
            [("number", (&number).into()), ("percent", (&percent).into()), ("tier", Arg::Count(closing.tier.into()))];
        self.texts.with_all(key, args)
    }

    fn priced(&self, price: Price, comparison: Comparison) -> String {
        let cost = match price {
            Price::Steps(0) | Price::Cost(0) => self.texts.get("explain-price-none"),
            Price::Steps(steps) => self.texts.with("explain-price-steps", "steps", steps),
            Price::Cost(cost) => self.texts.with("explain-price-cost", "cost", cost),
            Price::Out(_) => self.texts.get("explain-price-out"),
        };
        match (comparison, price) {
            (Comparison::Got, _) => cost,
            (Comparison::Dearer, _) => self.texts.with("explain-dearer", "price", &cost),
            (Comparison::Level, Price::Steps(0) | Price::Cost(0)) => {
                self.texts.with("explain-level-none", "price", &cost)
            }
            (Comparison::Level, _) => self.texts.with("explain-level", "price", &cost),
        }
    }

    fn verdict(&self, lines: &[Line], seat: Option<&Seat>) -> Vec<String> {
        let Some(seat) = seat else {
            let cost = numbers::grouped(self.of.unplaced_cost.into());
            let why = match self.of.mechanism {
                MechanismName::Optimal => self.texts.with("explain-why-unplaced-optimal", "cost", &cost),
                MechanismName::Serial | MechanismName::Priority => self.texts.get("explain-why-unplaced-lottery"),
            };
            return vec![self.texts.get("explain-unplaced"), why];
        };
        let place = self.place(&seat.place);
        let args = [("place", (&place).into()), ("rank", Arg::Count(seat.choice as u64 + 1))];
        let mut sentences = vec![self.texts.with_all("explain-placed", args)];
        sentences.push(self.texts.get(match self.of.mechanism {
            MechanismName::Serial => "explain-why-serial",
            MechanismName::Priority => "explain-why-priority",
            MechanismName::Optimal => "explain-why-optimal",
        }));
        if seat.second_pass {
            sentences.push(self.texts.get("explain-why-second-pass"));
        }
        if let Some(kept) = &seat.kept {
            let title = self.titled(&kept.title);
            let text = if kept.released { "explain-seat-released" } else { "explain-seat-kept" };
            sentences.push(self.texts.with(text, "reserve", title));
        }
        if let Some(Line { wanted: Wanted::Site(_), .. }) = lines.get(seat.choice) {
            sentences.push(self.texts.get("explain-why-session"));
        }
        sentences
    }
}

/// The share of all numbers up to this one: what part of the luckiest it is in, rounded up, so that nobody is told a
/// better place than theirs.
pub(crate) fn luckiest(number: u64) -> String {
    percent(10_000 - lottery::luckier_hundredths_of_percent(lottery::LotteryNumber(u64::MAX - number)).min(10_000))
}

/// Hundredths of a percent as `83.27%`.
fn percent(hundredths: u16) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
