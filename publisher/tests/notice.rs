//! The notice between freeze and result: everybody finds their ticket, and nobody finds anything else.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod support;

use protocol::{
    hash::{Hash, hex},
    manifest::{self, Files},
    merkle,
};
use publisher::{Notice, layout, notice};
use std::sync::LazyLock;
use support::{HOSTILE, Sample};

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| Sample::new(support::PRIORITY));
static NOTICE: LazyLock<Files> = LazyLock::new(|| of(&SAMPLE));

fn of(sample: &Sample) -> Files {
    let parts = Notice {
        programme: &sample.programme,
        programme_note: &sample.note,
        register: &sample.register,
        log_files: &sample.log,
        tool: support::TOOL,
    };
    notice(&parts, &support::operator()).unwrap()
}

fn text(path: &str) -> &'static str {
    std::str::from_utf8(&NOTICE[path]).unwrap()
}

#[test]
fn the_leaves_give_the_register_s_root() {
    let leaves: Vec<u8> = (0..3).flat_map(|run| NOTICE[&layout::leaves(run)].clone()).collect();
    let hashes: Vec<Hash> = leaves.chunks(50).map(merkle::leaf_hash).collect();
    assert_eq!(hashes.len(), SAMPLE.register.revisions.len());
    assert_eq!(merkle::root(&hashes), SAMPLE.register.root);
    let listed = text(layout::FROZEN);
    for root in SAMPLE.register.run_roots.iter().chain([&SAMPLE.register.root]) {
        assert!(listed.contains(&root.to_string()));
    }
}

#[test]
fn nothing_of_an_entry_is_shown_but_its_leaf() {
    let everything: Vec<u8> = NOTICE.values().flatten().copied().collect();
    let shows = |secret: &[u8]| everything.windows(secret.len()).any(|window| window == secret);
    let revision = &SAMPLE.register.revisions[1_500];
    assert!(shows(&revision.ticket.0) && shows(&revision.leaf(SAMPLE.programme.hash()).unwrap()));
    for secret in [&revision.blinding, &revision.body.person, &revision.body.next.0] {
        assert!(!shows(secret) && !shows(hex(secret).as_bytes()));
    }
    let tells = |path: &String| path.ends_with(".csv") || (path.starts_with("runs/") && path.ends_with(".bin"));
    assert!(!NOTICE.keys().any(tells));
}

#[test]
fn every_ticket_stands_once_with_its_state() {
    for (number, run) in SAMPLE.register.revisions.chunks(1024).enumerate() {
        let page = text(&layout::run_page(number));
        assert_eq!(page.matches("<tr id=").count(), run.len());
        for revision in run {
            let line = page.lines().find(|line| line.starts_with(&format!("<tr id={}>", revision.ticket))).unwrap();
            assert_eq!(line.contains("<td>참여 <i lang=en>takes part</i>"), revision.status.is_active(), "{line}");
            assert!(line.contains(&format!("<td>{}번째 내용 <i lang=en>", revision.revision)), "{line}");
        }
    }
}

#[test]
fn a_receipt_s_link_finds_the_notice_first_and_the_result_later() {
    let bundle = SAMPLE.bundle();
    for path in ["index.html", "index.en.html", "results.html", "results.en.html", "runs/0002.html"] {
        assert!(NOTICE.contains_key(path) && bundle.contains_key(path), "{path}");
    }
}

#[test]
fn the_front_page_has_what_newspapers_print() {
    for lang in ["index.html", "index.en.html"] {
        let page = text(lang);
        let groups = pages::numbers::five_digits(&SAMPLE.register.root.0);
        assert!(groups.iter().all(|group| page.contains(&format!("<li>{group}</li>"))), "{lang}");
        assert!(page.contains(&SAMPLE.register.root.to_string()) && page.contains("2,500"), "{lang}");
        assert!(page.contains(&SAMPLE.programme.beacon.round.to_string()), "{lang}");
        assert!(!page.contains(HOSTILE) && page.contains("<div class=\"jebi-rehearsal\""), "{lang}");
    }
}

#[test]
fn links_lead_to_files_and_the_manifest_lists_them_all() {
    manifest::check_files(&NOTICE).unwrap();
    for (path, bytes) in NOTICE.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let target = link.split('#').next().unwrap().trim_start_matches("../");
            assert!(target.is_empty() || NOTICE.contains_key(target), "{path}: {link}");
        }
        assert!(!page.contains("style=") && page.contains("Content-Security-Policy"), "{path}");
    }
}
