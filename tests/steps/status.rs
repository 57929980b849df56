//! `jebi status` on a store with people: the same numbers for people, for programs and for the freeze.

use crate::{
    official::{FREEZING, Stage, at},
    support::{Run, jebi, snapshot},
};
use serde_json::Value;

fn json(draw: &str) -> Value {
    serde_json::from_str(&jebi(&format!("status {draw} --json")).good().out).unwrap()
}

fn sum(list: &Value, field: &str) -> u64 {
    list.as_array().unwrap().iter().map(|one| one[field].as_u64().unwrap()).sum()
}

#[test]
fn what_is_shown_is_what_is_frozen() {
    let draw = at(Stage::Registered);
    let path = draw.path().display().to_string();
    let before = snapshot(&draw.path().join("log"));
    let told = json(&path);
    assert_eq!(told["format"], "jebi/v0/status");
    assert_eq!(
        (told["on_roll"].as_u64(), told["active"].as_u64(), told["withdrawn"].as_u64()),
        (Some(20), Some(20), Some(0))
    );
    assert_eq!(told["frozen_at_unix_s"], Value::Null);
    for list in ["cohorts", "districts", "channels"] {
        assert_eq!(sum(&told[list], "active"), 20, "{list}");
    }
    for list in ["cohorts", "districts"] {
        assert_eq!(sum(&told[list], "on_roll"), 20, "{list}");
    }
    // Two runs of the intake at noon of the same day, on a clock that runs.
    assert_eq!(sum(&told["hours"], "registered"), 20);
    let hours = told["hours"].as_array().unwrap();
    assert_eq!(hours[0]["starts_at_unix_s"], 1_691_636_400_u64, "12:00 in Seoul");
    assert_eq!(hours[0]["starts_at_unix_s"].as_u64().unwrap() % 3600, 0);

    let shown = jebi(&format!("status {path}")).good().out;
    for text in
        ["20 take part, 100.0 % of 20 on the roll; 0 withdrew", "by paper", "11010  Jongno-gu", "08-10 12:00  █"]
    {
        assert!(shown.contains(text), "nothing says {text:?}:\n{shown}");
    }
    assert!(!shown.contains('\x1b'), "no picture for a pipe");
    assert!(snapshot(&draw.path().join("log")) == before, "it only looks");

    jebi(&format!("freeze {path} --at {FREEZING}")).good();
    let frozen = json(&path);
    assert!(frozen["frozen_at_unix_s"].is_u64());
    assert_eq!(
        (&frozen["active"], &frozen["revisions"], &frozen["hours"]),
        (&told["active"], &told["revisions"], &told["hours"])
    );
}

#[test]
fn where_nothing_is_nothing_is_made() {
    let draw = at(Stage::Announced);
    let path = draw.path().display();
    jebi(&format!("status {path}")).refused(2, &["there is no store", "hint: "]);
    assert!(!draw.path().join("intake.sqlite").exists());
}

/// As narrow as the table's numbers allow: names have no room.
const COLUMNS: usize = 64;

/// On a terminal it is redrawn on a screen of its own until Ctrl-C, and leaves the terminal as it was.
#[test]
fn on_a_terminal_it_ends_by_ctrl_c_and_leaves_the_terminal_as_it_was() {
    let draw = at(Stage::Registered);
    let shown = format!(
        "stty cols {COLUMNS} rows 40; timeout --foreground --preserve-status -s INT 3 {} status {}",
        env!("CARGO_BIN_EXE_jebi"),
        draw.path().display()
    );
    // A terminal without anybody before it.
    let run = Run::of(std::process::Command::new("script").args(["-qec", &shown, "/dev/null"])).good();
    let (before, screen) = run.out.split_once("\x1b[?1049h").expect("a screen of its own");
    let (screen, after) = screen.split_once("\x1b[?25h\x1b[?1049l").expect("and back");
    assert!(!before.contains("take part") && !after.contains("take part"), "{}", run.out);
    assert!(screen.contains("20 take part") && screen.contains("Ctrl-C ends this view"), "{screen}");
    let lines = || {
        screen
            .lines()
            .map(|line| line.replace("\x1b[K", "").trim_end().to_owned())
            .filter(|line| line.starts_with(['│', '╞']))
    };
    assert!(lines().any(|line| line.ends_with("withdrew │")), "{screen}");
    assert!(lines().all(|line| line.ends_with(['│', '╡']) && line.chars().count() <= COLUMNS), "{screen}");
    assert!(lines().any(|line| line.contains('…')), "a name was cut instead: {screen}");
}
