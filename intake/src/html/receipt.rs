//! The receipt to keep: on the screen, as a file, on one sheet of paper. SPEC §7.
//!
//! **Invariant:** the signed receipt's file never has the change key in it, and its name says so. The link in the QR code has the
//! ticket in its fragment, which no request contains.

use super::{
    calm,
    frame::{Frame, Line, Spot},
    phase::Phase,
};
use crate::{
    intake::{Granted, Intake},
    problem::Problem,
    store::HistoryLine,
};
use askama::Template;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use pages::{Lang, Texts};
use protocol::{
    entry::{ChangeKey, Revision},
    hash::hex,
    receipt::Receipt,
};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around a QR code (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The receipt, after a change or when it is read again.
#[derive(Template)]
#[template(path = "receipt.html")]
pub(super) struct ReceiptPage {
    pub(super) t: Texts,
    pub(super) heading: String,
    /// Whether the registration takes part.
    pub(super) active: bool,
    /// Whether the office made the latest change, without the change key.
    pub(super) by_office: bool,
    pub(super) chosen: Vec<Line>,
    pub(super) ticket: Vec<String>,
    pub(super) change_key: Option<Vec<String>>,
    /// Whether the applicant's browser made the next change key: its script shows it, nobody else knows it.
    pub(super) own_key: bool,
    pub(super) receipt: String,
    pub(super) download: String,
    /// What the receipt is saved as: a later one does not take the place of an earlier one.
    pub(super) file: String,
    pub(super) history: Vec<String>,
    pub(super) choose: String,
    pub(super) withdraw: String,
    /// Whether something can still be changed.
    pub(super) open: bool,
    pub(super) result: Option<Result>,
    pub(super) closes: String,
    pub(super) objection: String,
    pub(super) draw: String,
}

/// Where the result will be.
pub(super) struct Result {
    pub(super) link: String,
    /// Side of the code in modules, and the dark ones as an SVG path.
    pub(super) side: usize,
    pub(super) dark: String,
}

/// The page after a granted request.
pub(super) fn page(frame: &Frame<'_>, heading: &str, granted: &Granted) -> Response {
    let Some(mut page) = ReceiptPage::of(frame, heading, &granted.revision, &granted.receipt) else {
        return calm::page(frame, &Problem::Unknown);
    };
    page.change_key = granted.change_key.as_ref().map(spelled);
    page.own_key = granted.change_key.is_none();
    frame.page(&frame.t.get(heading), &[], &page)
}

/// The same as one file to be printed: the style is in it, and no script. Its links lead to pages of the service.
pub(crate) fn handout(intake: &Intake, lang: Lang, granted: &Granted) -> Option<String> {
    let frame = Frame::new(intake, lang, Spot::Elsewhere);
    let heading = if granted.revision.status.is_active() { "receipt-registered" } else { "receipt-withdrawn" };
    let mut page = ReceiptPage::of(&frame, heading, &granted.revision, &granted.receipt)?;
    page.change_key = granted.change_key.as_ref().map(spelled);
    let html = frame.html(&frame.t.get(heading), &[], &page).ok()?;
    let (before, rest) = html.split_once("<link rel=\"stylesheet\"")?;
    let (_, after) = rest.split_once('>')?;
    Some(format!("{before}<style>{}</style>{after}", pages::STYLE))
}

impl ReceiptPage {
    /// The page of a revision, as yet without change key and history.
    pub(super) fn of(frame: &Frame<'_>, heading: &str, revision: &Revision, receipt: &Receipt) -> Option<Self> {
        let receipt = String::from_utf8(receipt.to_bytes().ok()?).ok()?;
        let (ticket, window) = (revision.ticket.to_string(), &frame.programme().window);
        Some(Self {
            t: frame.t,
            heading: frame.t.get(heading),
            active: revision.status.is_active(),
            by_office: revision.status.is_by_office(),
            chosen: frame.lines(&revision.body.choices),
            change_key: None,
            own_key: false,
            download: format!("data:application/json;base64,{}", BASE64.encode(&receipt)),
            receipt,
            file: format!("receipt-{ticket}-{}-without-change-key.json", revision.revision),
            history: Vec::new(),
            choose: String::new(),
            withdraw: String::new(),
            open: frame.phase() == Phase::Open,
            result: frame.intake.office.result_of(&ticket, frame.t.lang).and_then(Result::at),
            closes: frame.time(window.closes_at_unix_s),
            objection: frame.time(window.objection_ends_at_unix_s),
            draw: frame.title(&frame.programme().title).to_owned(),
            ticket: ticket.split('-').map(str::to_owned).collect(),
        })
    }
}

impl Result {
    fn at(link: String) -> Option<Self> {
        let code = QrCode::with_error_correction_level(&link, EcLevel::M).ok()?;
        let colors = code.to_colors();
        let mut dark = String::new();
        for (y, row) in colors.chunks(code.width()).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
                dark.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
        Some(Self { link, side: code.width() + 2 * QUIET, dark })
    }
}

/// One line of a history.
pub(super) fn history_text(frame: &Frame<'_>, line: &HistoryLine) -> String {
    frame.t.with(&format!("entry-line-{}", line.status.name()), "time", &frame.time(line.time_unix_s))
}

/// 64 digits in groups of four.
fn spelled(key: &ChangeKey) -> Vec<String> {
    let digits = hex(&key.0);
    (0..digits.len() / 4).filter_map(|group| digits.get(group * 4..group * 4 + 4)).map(str::to_owned).collect()
}
