//! What a process has used: processor time and memory, as Linux tells.

use std::fs;

/// Seconds of processor time of all threads of this process, to a hundredth.
pub(crate) fn cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which is in brackets: state is the first field, user and system time the 12th and 13th.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory this process has held, in MB.
pub(crate) fn peak_mb() -> f64 {
    kib("VmHWM:") * 1024.0 / 1e6
}

/// The memory this process holds, in MB.
pub(crate) fn held_mb() -> f64 {
    kib("VmRSS:") * 1024.0 / 1e6
}

/// How busy the machine is, as the mean number of processes that ran in the last minute.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").to_string()
}

fn kib(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
}
