//! Reading an entry back, and withdrawing it.

use super::{
    CACHED_S, Visit,
    choose::Chosen,
    for_everybody,
    frame::{Frame, Spot, Told, with_status},
    send::{
        ReceiptPage, Sent, birth_date, change_key, next_request_id, receipt_page, request_id, submission, with_fresh_id,
    },
};
use crate::{
    intake::{Credentials, Current, Granted, Intake},
    problem::Problem,
    request::{Wish, name_of},
    store::HistoryLine,
};
use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use pages::Texts;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "change.html")]
struct Change {
    t: Texts,
    problem: Option<Told>,
}

#[derive(Template)]
#[template(path = "withdraw.html")]
struct Withdraw {
    t: Texts,
    problem: Option<Told>,
    request_id: String,
}

pub(super) async fn change(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Change);
    let other = format!("/change?lang={}", visit.lang.other().tag());
    let page = Change { t: frame.t, problem: None };
    for_everybody(frame.page(&frame.t.get("change-title"), Some(&other), &page), CACHED_S)
}

pub(super) async fn show(State(intake): State<Arc<Intake>>, sent: Sent) -> Response {
    let frame = Frame::new(&intake, sent.lang, Spot::Change);
    let pairs = match &sent.pairs {
        Ok(pairs) => pairs,
        Err(problem) => return frame.problem(problem),
    };
    let birth_date = birth_date(pairs.get("birth_date"));
    let credentials = Credentials { access_code: pairs.get("access_code"), birth_date: &birth_date };
    match intake.read(credentials, None).await {
        Ok(current) => current_page(&frame, &current),
        Err(problem) => {
            let page = Change { t: frame.t, problem: Some(frame.told(&problem)) };
            with_status(frame.page(&frame.form_title("change-title", Some(&problem)), None, &page), &problem)
        }
    }
}

pub(super) async fn withdraw(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Withdraw);
    let Some(id) = request_id(&visit.query) else { return with_fresh_id(&frame, &frame.href("/withdraw")) };
    let other = format!("/withdraw?lang={}&id={id}", visit.lang.other().tag());
    withdraw_page(&frame, Some(&other), id.to_owned(), None)
}

pub(super) async fn send_withdrawal(State(intake): State<Arc<Intake>>, sent: Sent) -> Response {
    let frame = Frame::new(&intake, sent.lang, Spot::Withdraw);
    let pairs = match &sent.pairs {
        Ok(pairs) => pairs,
        Err(problem) => return frame.problem(problem),
    };
    match withdrawn(&intake, &sent, &sent.body).await {
        Ok(granted) => receipt_page(&frame, "receipt-withdrawn", &granted),
        Err(problem) => match next_request_id(pairs, &problem) {
            Ok(id) => with_status(withdraw_page(&frame, None, id, Some(&problem)), &problem),
            Err(worse) => frame.problem(&worse),
        },
    }
}

async fn withdrawn(intake: &Intake, sent: &Sent, body: &Bytes) -> Result<Granted, Problem> {
    let pairs = sent.pairs.as_ref().map_err(Problem::clone)?;
    let place = intake.admit()?;
    let change_key = change_key(pairs)?;
    let birth_date = birth_date(pairs.get("birth_date"));
    intake.submit(place, submission(pairs, body, &birth_date, Wish::Withdraw(None), change_key)).await
}

fn withdraw_page(
    frame: &Frame<'_>,
    other_lang: Option<&str>,
    request_id: String,
    problem: Option<&Problem>,
) -> Response {
    let title = frame.form_title("withdraw-title", problem);
    let page = Withdraw { t: frame.t, problem: problem.map(|problem| frame.told(problem)), request_id };
    frame.page(&title, other_lang, &page)
}

fn current_page(frame: &Frame<'_>, current: &Current) -> Response {
    let Current { revision, receipt, history } = current;
    let heading = if revision.status.is_active() { "entry-active" } else { "entry-withdrawn" };
    let named = revision.body.choices.iter().filter_map(|choice| name_of(frame.programme(), *choice)).collect();
    let mut page = ReceiptPage::of(frame, heading, revision, receipt);
    page.history = history.iter().map(|line| history_text(frame, line)).collect();
    page.choose = Chosen(named).address("/choose", frame.t.lang);
    page.withdraw = frame.href("/withdraw");
    frame.page(&frame.t.get(heading), None, &page)
}

fn history_text(frame: &Frame<'_>, line: &HistoryLine) -> String {
    frame.t.with(&format!("entry-line-{}", line.status.name()), "time", &frame.time(line.time_unix_s))
}
