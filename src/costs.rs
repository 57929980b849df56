//! Where time and memory went: phase by phase, as the system tells. Nothing that is published depends on it.

use crate::{
    console::step,
    draw::once,
    failure::{Context, Outcome},
};
use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Phases of a long command, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    done: Vec<Phase>,
    current: Option<(&'static str, Moment)>,
}

/// What one phase took.
#[derive(Debug)]
struct Phase {
    name: &'static str,
    wall: Duration,
    /// Of all threads together.
    cpu: Duration,
    /// The most memory that was held during it; `None` where the system does not tell.
    peak_bytes: Option<u64>,
}

#[derive(Debug)]
struct Moment {
    at: Instant,
    cpu: Duration,
}

impl Costs {
    /// Ends the phase before and begins another one, unless it is the same.
    pub(crate) fn begin(&mut self, name: &'static str) {
        if self.current.as_ref().is_some_and(|(current, _)| *current == name) {
            return;
        }
        self.end();
        // From here on the system counts the peak anew; if it does not, it shows the peak so far.
        let _ = fs::write("/proc/self/clear_refs", "5");
        self.current = Some((name, now()));
    }

    /// Ends the last phase.
    pub(crate) fn end(&mut self) {
        let Some((name, began)) = self.current.take() else { return };
        let ended = now();
        let (wall, cpu) = (ended.at - began.at, ended.cpu.saturating_sub(began.cpu));
        self.done.push(Phase { name, wall, cpu, peak_bytes: peak_bytes() });
    }

    /// Says it, with the sum of times and the largest peak.
    pub(crate) fn tell(&self) {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header(["phase", "seconds", "of processors", "most memory"]);
        table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        let row = |name: &str, wall: Duration, cpu: Duration, peak: Option<u64>| {
            let peak = peak.map_or_else(|| "?".into(), |bytes| format!("{} MB", bytes / 1_000_000));
            [name.into(), seconds(wall), seconds(cpu), peak]
        };
        for phase in &self.done {
            table.add_row(row(phase.name, phase.wall, phase.cpu, phase.peak_bytes));
        }
        let (wall, cpu) =
            (self.done.iter().map(|phase| phase.wall).sum(), self.done.iter().map(|phase| phase.cpu).sum());
        table.add_row(row("together", wall, cpu, self.done.iter().filter_map(|phase| phase.peak_bytes).max()));
        step(table);
    }

    /// Writes it as JSON: `{"phases": [{"phase", "wall_ms", "cpu_ms", "peak_bytes"}]}`.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn write(&self, path: &Path) -> Outcome {
        let phase = |phase: &Phase| {
            let Phase { name, wall, cpu, peak_bytes } = phase;
            json!({ "phase": name, "wall_ms": millis(*wall), "cpu_ms": millis(*cpu), "peak_bytes": peak_bytes })
        };
        let phases: Vec<Value> = self.done.iter().map(phase).collect();
        let text = serde_json::to_string_pretty(&json!({ "phases": phases })).context("writing the costs")?;
        once::replace(path, format!("{text}\n").as_bytes())
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the work took is told to whoever waits, and to nobody else")]
fn now() -> Moment {
    Moment { at: Instant::now(), cpu: cpu() }
}

/// Processor time of all threads of this process, to a hundredth of a second; nothing where the system does not tell.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which is in brackets: state is the first field, user and system time the 12th and 13th.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    let hundredths: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}

fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(kib.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn seconds(time: Duration) -> String {
    format!("{}.{:01}", time.as_secs(), time.subsec_millis() / 100)
}
