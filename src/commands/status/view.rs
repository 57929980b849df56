//! The turnout for people: tables, a line of the whole window, a bar for each hour. Times are those of the programme's zone.

use super::{Count, Counts, screen::Size};
use crate::{
    console::{bar_of, count, percent, sparkline, table},
    draw::clock,
};
use intake::{Flow, Turnout};
use protocol::programme::Programme;

/// Bars of hours beside their numbers.
const BAR: usize = 40;

/// Everything, for a file or a pipe.
pub(super) fn whole(programme: &Programme, turnout: &Turnout) -> Vec<String> {
    let counts = Counts::of(programme, turnout);
    let mut lines = head(programme, turnout, &counts);
    lines.extend(tables(&counts, counts.districts.len()));
    lines.push(String::new());
    lines.extend(bars(programme, &hours(programme, turnout)));
    lines
}

/// As much as a screen of this size has room for: the head, the tables, and of the hours the newest.
pub(super) fn live(programme: &Programme, turnout: &Turnout, (rows, columns): Size) -> Vec<String> {
    let counts = Counts::of(programme, turnout);
    let hours = hours(programme, turnout);
    let mut lines = head(programme, turnout, &counts);
    let line = across(programme, &hours, columns.saturating_sub(2));
    lines.extend([line, String::new()]);
    // A third of what is left is for the hours; the districts with the most people fill the rest.
    let fixed = lines.len() + counts.cohorts.len() + counts.channels.len() + 8;
    let left = rows.saturating_sub(fixed + 2);
    let shown = counts.districts.len().min(left * 2 / 3);
    lines.extend(tables(&counts, shown));
    lines.push(String::new());
    let room = rows.saturating_sub(lines.len() + 1);
    lines.extend(bars(programme, hours.get(hours.len().saturating_sub(room)..).unwrap_or_default()));
    lines.truncate(rows.saturating_sub(1));
    lines.push("Ctrl-C ends this view; registration goes on".to_owned());
    lines
}

/// What came by hours of the programme's zone, as the second at which the hour begins. Only hours in which something came.
pub(super) fn hours(programme: &Programme, turnout: &Turnout) -> Vec<(u64, Flow)> {
    let mut hours: Vec<(u64, Flow)> = Vec::new();
    for (quarter, flow) in turnout.quarters() {
        let begins = quarter - clock::into_hour_s(programme, quarter);
        match hours.last_mut() {
            Some((hour, sum)) if *hour == begins => {
                sum.registered += flow.registered;
                sum.changed += flow.changed;
                sum.withdrew += flow.withdrew;
            }
            _ => hours.push((begins, flow)),
        }
    }
    hours
}

fn head(programme: &Programme, turnout: &Turnout, counts: &Counts<'_>) -> Vec<String> {
    let Count { on_roll, active, withdrawn } = counts.all;
    let window = programme.window;
    let time = |unix_s| clock::show(programme, unix_s);
    let mark = if programme.rehearsal { "  (rehearsal)" } else { "" };
    vec![
        format!("{}{mark}", programme.title.en),
        format!("open from {} to {}", time(window.opens_at_unix_s), time(window.closes_at_unix_s)),
        format!(
            "{} take part, {} of {} on the roll; {} withdrew",
            count(active),
            percent(active, on_roll),
            count(on_roll),
            count(withdrawn)
        ),
        match turnout.newest_unix_s() {
            Some(newest) => format!("{} revisions, the newest at {}", count(turnout.revisions()), time(newest)),
            None => "nobody has registered yet".to_owned(),
        },
    ]
}

fn tables(counts: &Counts<'_>, districts: usize) -> Vec<String> {
    let mut table = table(["", "on the roll", "take part", "share", "withdrew"]);
    let mut add = |name: String, of: &Count, is_of_roll: bool| {
        let (roll, share) = match is_of_roll {
            true => (count(of.on_roll), percent(of.active, of.on_roll)),
            false => (String::new(), String::new()),
        };
        table.add_row([name, roll, count(of.active), share, count(of.withdrawn)]);
    };
    add("all".to_owned(), &counts.all, true);
    counts.cohorts.iter().for_each(|(id, title, of)| add(format!("{id}  {}", title.en), of, true));
    counts.channels.iter().for_each(|(name, of)| add(format!("by {name}"), of, false));
    let mut largest: Vec<_> = counts.districts.iter().enumerate().collect();
    if districts < largest.len() {
        largest.sort_by_key(|(at, (_, _, of))| (std::cmp::Reverse(of.active + of.withdrawn), *at));
        largest.truncate(districts);
    }
    largest.iter().for_each(|(_, (code, name, of))| add(format!("{code}  {}", name.en), of, true));
    let mut lines: Vec<String> = table.to_string().lines().map(str::to_owned).collect();
    if districts < counts.districts.len() {
        lines.push(format!("  and {} more districts: jebi status --once", counts.districts.len() - districts));
    }
    lines
}

/// First registrations of the whole window, one block for as many hours as it takes.
fn across(programme: &Programme, hours: &[(u64, Flow)], columns: usize) -> String {
    let opens = programme.window.opens_at_unix_s;
    let all = programme.window.closes_at_unix_s.saturating_sub(opens).div_ceil(3600).max(1);
    let per_block = all.div_ceil(columns.max(1) as u64).max(1);
    let mut blocks = vec![0_u64; usize::try_from(all.div_ceil(per_block)).unwrap_or(1)];
    for (begins, flow) in hours {
        let at = usize::try_from(begins.saturating_sub(opens) / 3600 / per_block).unwrap_or(usize::MAX);
        if let Some(block) = blocks.get_mut(at) {
            *block += flow.registered;
        }
    }
    sparkline(&blocks)
}

fn bars(programme: &Programme, hours: &[(u64, Flow)]) -> Vec<String> {
    let most = hours.iter().map(|(_, flow)| flow.registered).max().unwrap_or(0);
    let line = |(begins, flow): &(u64, Flow)| {
        let Flow { registered, changed, withdrew } = flow;
        let mut text = format!(
            "{}  {} {}",
            clock::show_hour(programme, *begins),
            bar_of(*registered, most, BAR),
            count(*registered)
        );
        if changed + withdrew > 0 {
            text += &format!("  ({} changed, {} withdrew)", count(*changed), count(*withdrew));
        }
        text
    };
    hours.iter().map(line).collect()
}
