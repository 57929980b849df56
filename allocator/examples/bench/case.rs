//! One case in a process of its own: build, allocate, check, and say what that took.

use crate::families::Family;
use crate::graph::{self, Luck, Question};
use crate::instance::Building;
use crate::resources::{cpu_s, held_mb, peak_mb};
use allocator::{Outcome, allocate_with_progress};
use protocol::certificate;
use protocol::instance::{Instance, Mechanism};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What is to be run.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) family: Family,
    pub(crate) people: u32,
    pub(crate) length: usize,
    pub(crate) mechanism: &'static str,
    /// A Python that has OR-tools.
    pub(crate) python: Option<PathBuf>,
}

/// What came out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) people: u64,
    pub(crate) pools: u64,
    pub(crate) choices: u64,
    pub(crate) largest_component: u64,
    pub(crate) placed: u64,
    pub(crate) first_choice: u64,
    /// Wall seconds: guarantees, ranks, ties, check.
    pub(crate) phases_s: [f64; 4],
    pub(crate) wall_s: f64,
    pub(crate) cpu_s: f64,
    /// The certificate's check alone, once more.
    pub(crate) check_s: f64,
    pub(crate) instance_mb: f64,
    pub(crate) peak_mb: f64,
    pub(crate) visits: u64,
    pub(crate) theirs: Vec<Theirs>,
}

/// What OR-tools took for the same question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Theirs {
    pub(crate) question: String,
    pub(crate) cpu_s: f64,
    pub(crate) wall_s: f64,
    pub(crate) peak_mb: f64,
    /// Whether the sums agree; `None` if it did not finish.
    pub(crate) equal: Option<bool>,
}

const ORTOOLS_STOPS_S: u64 = 300;

pub(crate) fn run(case: &Case) -> Figures {
    let instance = Building::family(case.family, case.people, case.length, case.mechanism);
    let instance_mb = held_mb();
    let (outcome, mut figures) = measure(&instance);
    figures.instance_mb = instance_mb;
    if let Some(python) = &case.python
        && graph::can_ask(&instance)
    {
        figures.theirs = questions(instance.mechanism())
            .iter()
            .map(|question| ask(&instance, &outcome, *question, python))
            .collect();
    }
    figures
}

/// Allocates and checks.
pub(crate) fn measure(instance: &Instance) -> (Outcome, Figures) {
    let (began, cpu) = (Instant::now(), cpu_s());
    let mut last = (began, None);
    let mut phases = [Duration::ZERO; 4];
    let outcome = allocate_with_progress(instance, &mut |phase, _, _| {
        let now = Instant::now();
        if let Some(before) = last.1.replace(phase) {
            phases[before as usize] += now - last.0;
        }
        last.0 = now;
        ControlFlow::Continue(())
    })
    .unwrap();
    let (wall, cpu) = (began.elapsed(), cpu_s() - cpu);
    let again = Instant::now();
    certificate::check(instance, &outcome.allocation, &outcome.certificate).unwrap();
    let check = again.elapsed();
    let figures = Figures {
        people: instance.applicants() as u64,
        pools: instance.pools().len() as u64,
        choices: (0..instance.applicants()).map(|applicant| instance.codes(applicant).len() as u64).sum(),
        largest_component: outcome.steps.largest_component,
        placed: outcome.checked.placed(),
        first_choice: outcome.checked.placed_by_rank.first().copied().unwrap_or(0),
        phases_s: phases.map(|phase| phase.as_secs_f64()),
        wall_s: wall.as_secs_f64(),
        cpu_s: cpu,
        check_s: check.as_secs_f64(),
        instance_mb: 0.0,
        peak_mb: peak_mb(),
        visits: outcome.steps.visits(),
        theirs: Vec::new(),
    };
    (outcome, figures)
}

fn questions(mechanism: &Mechanism) -> &'static [Question] {
    match mechanism {
        Mechanism::Serial => &[],
        Mechanism::Priority { .. } => &[Question::Placed, Question::Decomposed],
        Mechanism::Optimal { .. } => &[Question::Everybody],
    }
}

fn ask(instance: &Instance, outcome: &Outcome, question: Question, python: &Path) -> Theirs {
    // With fewer than 200,000 people twenty bits of luck can never outweigh a rank; above, they could in theory.
    let luck = Luck { shift: if instance.applicants() < 200_000 { 38 } else { 30 }, bits: 20 };
    let folder = std::env::temp_dir().join(format!("jebi-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let closing = closing_positions(instance, outcome);
    let asked = graph::write(&folder, instance, &outcome.allocation, &closing, question, luck).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bench/min_cost_flow.py");
    let output =
        Command::new("timeout").arg(ORTOOLS_STOPS_S.to_string()).arg(python).arg(script).arg(&folder).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let name = format!("{question:?}").to_lowercase();
    let said: serde_json::Value = if output.status.success() {
        serde_json::from_slice(&output.stdout).unwrap()
    } else {
        let stopped_by_timeout = output.status.code() == Some(124);
        assert!(stopped_by_timeout, "OR-tools failed: {}", String::from_utf8_lossy(&output.stderr));
        let stopped = ORTOOLS_STOPS_S as f64;
        return Theirs { question: name, cpu_s: stopped, wall_s: stopped, peak_mb: 0.0, equal: None };
    };
    assert_eq!(said["status"], "OPTIMAL");
    let figure = |name: &str| said[name].as_f64().unwrap_or(0.0);
    Theirs {
        question: name,
        cpu_s: figure("cpu_s"),
        wall_s: figure("wall_s"),
        peak_mb: figure("peak_kib") * 1024.0 / 1e6,
        equal: Some(said["objective"].as_i64() == Some(asked.ours)),
    }
}

/// t(j) of each pool as a draw position, beyond everybody if it never closed.
fn closing_positions(instance: &Instance, outcome: &Outcome) -> Vec<usize> {
    let never = instance.applicants();
    match outcome.certificate.passes.last() {
        None => vec![never; instance.pools().len()],
        Some(pass) => {
            let position = |key: &Option<_>| key.as_ref().and_then(|key| instance.position(key)).unwrap_or(never);
            pass.closing.iter().map(position).collect()
        }
    }
}
