//! The turnout for people: tables, a line of the whole window, a bar for each hour. Times are those of the programme's zone.

use super::{Count, Counts, screen::Size};
use crate::{
    console::{bar_of, count, counted, percent, sparkline, table},
    draw::clock,
};
use console::{measure_text_width, truncate_str};
use intake::{Flow, Turnout};
use protocol::programme::Programme;

/// Longest bar of an hour beside its numbers.
const BAR: usize = 40;
/// What stands before it: the hour.
const HOUR: usize = "08-10 00:00  ".len();
/// What of a line of the table is no text of it: six lines between columns, and white space around what is in the five.
const FRAME: usize = 6 + 5 * 2;
/// A name is never cut to less.
const SHORTEST_NAME: usize = 8;

/// Everything, for a file or a pipe.
pub(super) fn whole(programme: &Programme, turnout: &Turnout, frozen_at_unix_s: Option<u64>) -> Vec<String> {
    let counts = Counts::of(programme, turnout);
    let mut lines = head(programme, turnout, &counts, frozen_at_unix_s);
    lines.extend(tables(&counts, counts.districts.len(), usize::MAX));
    lines.push(String::new());
    lines.extend(bars(programme, &hours(programme, turnout), usize::MAX));
    lines
}

/// As much as a screen of this size has room for: the head, the tables, and of the hours the newest.
pub(super) fn live(
    programme: &Programme,
    turnout: &Turnout,
    frozen_at_unix_s: Option<u64>,
    (rows, columns): Size,
) -> Vec<String> {
    let counts = Counts::of(programme, turnout);
    let hours = hours(programme, turnout);
    let mut lines = head(programme, turnout, &counts, frozen_at_unix_s);
    let line = across(programme, &hours, columns.saturating_sub(2));
    lines.extend([line, String::new()]);
    // A third of what is left is for the hours; the districts with the most people fill the rest.
    let fixed = lines.len() + counts.cohorts.len() + counts.channels.len() + 8;
    let left = rows.saturating_sub(fixed + 2);
    let shown = counts.districts.len().min(left * 2 / 3);
    lines.extend(tables(&counts, shown, columns));
    lines.push(String::new());
    let room = rows.saturating_sub(lines.len() + 1);
    lines.extend(bars(programme, hours.get(hours.len().saturating_sub(room)..).unwrap_or_default(), columns));
    lines.truncate(rows.saturating_sub(1));
    let goes_on = if frozen_at_unix_s.is_none() { "; registration goes on" } else { "" };
    lines.push(format!("Ctrl-C ends this view{goes_on}"));
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

fn head(programme: &Programme, turnout: &Turnout, counts: &Counts<'_>, frozen_at_unix_s: Option<u64>) -> Vec<String> {
    let Count { on_roll, active, withdrawn } = counts.all;
    let window = programme.window;
    let time = |unix_s| clock::show(programme, unix_s);
    let mark = if programme.rehearsal { "  (rehearsal)" } else { "" };
    let mut lines = vec![
        format!("{}{mark}", programme.title.en),
        format!("open from {} to {}", time(window.opens_at_unix_s), time(window.closes_at_unix_s)),
    ];
    lines.extend(frozen_at_unix_s.map(|frozen| format!("frozen at {}: nothing changes any more", time(frozen))));
    lines.extend([
        format!(
            "{}, {} of {} on the roll; {} withdrew",
            counted(active, ["takes part", "take part"]),
            percent(active, on_roll),
            count(on_roll),
            count(withdrawn)
        ),
        match turnout.newest_unix_s() {
            Some(newest) => {
                format!("{}, the newest at {}", counted(turnout.revisions(), ["revision", "revisions"]), time(newest))
            }
            None => "nobody has registered yet".to_owned(),
        },
    ]);
    lines
}

/// Names are cut where the line would be longer than `columns`; numbers never are.
fn tables(counts: &Counts<'_>, districts: usize, columns: usize) -> Vec<String> {
    const HEAD: [&str; 5] = ["", "on the roll", "take part", "share", "withdrew"];
    let mut rows: Vec<[String; 5]> = Vec::new();
    let mut add = |name: String, of: &Count, is_of_roll: bool| {
        let (roll, share) = match is_of_roll {
            true => (count(of.on_roll), percent(of.active, of.on_roll)),
            false => (String::new(), String::new()),
        };
        rows.push([name, roll, count(of.active), share, count(of.withdrawn)]);
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
    let width = |at: usize| rows.iter().map(|row| measure_text_width(&row[at])).max().unwrap_or(0).max(HEAD[at].len());
    let numbers: usize = (1..HEAD.len()).map(width).sum();
    let room = columns.saturating_sub(numbers + FRAME).max(SHORTEST_NAME);
    let mut table = table(HEAD);
    for [name, numbers @ ..] in rows {
        table.add_row([truncate_str(&name, room, "…").into_owned()].into_iter().chain(numbers));
    }
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

/// Bars are shorter where lines would be longer than `columns`; numbers never are.
fn bars(programme: &Programme, hours: &[(u64, Flow)], columns: usize) -> Vec<String> {
    let numbers: Vec<String> = hours.iter().map(|(_, flow)| numbers(flow)).collect();
    let longest = numbers.iter().map(String::len).max().unwrap_or(0);
    let width = columns.saturating_sub(HOUR + 1 + longest).min(BAR);
    let most = hours.iter().map(|(_, flow)| flow.registered).max().unwrap_or(0);
    let line = |((begins, flow), numbers): (&(u64, Flow), String)| {
        format!("{}  {} {numbers}", clock::show_hour(programme, *begins), bar_of(flow.registered, most, width))
    };
    hours.iter().zip(numbers).map(line).collect()
}

/// How many came, and how many changed something after they had come.
fn numbers(flow: &Flow) -> String {
    let Flow { registered, changed, withdrew } = flow;
    match changed + withdrew {
        0 => count(*registered),
        _ => format!("{}  ({} changed, {} withdrew)", count(*registered), count(*changed), count(*withdrew)),
    }
}
