//! Reading an entry back, and withdrawing it.

use super::{
    CACHED_S, Visit,
    calm::{self, Told},
    choose::Chosen,
    for_everybody,
    frame::{Frame, Spot, with_status},
    phase::Phase,
    receipt::{self, ReceiptPage, history_text},
    send::{Sent, birth_date, change_key, next_request_id, request_id, submission, with_fresh_id},
};
use crate::{
    intake::{Credentials, Current, Granted, Intake},
    problem::Problem,
    refusal::Refusal,
    request::{Wish, name_of},
};
use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use pages::{Lang, Texts};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "change.html")]
struct Change {
    t: Texts,
    told: Told,
}

#[derive(Template)]
#[template(path = "withdraw.html")]
struct Withdraw<'a> {
    t: Texts,
    draw: &'a str,
    told: Told,
    request_id: String,
}

pub(super) async fn change(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Change).with(&["assets/citizen.js"]);
    let elsewhere = visit.lang.elsewhere(|lang| format!("/change?lang={}", lang.tag()));
    let page = Change { t: frame.t, told: Told::of(&frame, None) };
    for_everybody(frame.page(&frame.t.get("change-title"), &elsewhere, &page), CACHED_S)
}

pub(super) async fn show(State(intake): State<Arc<Intake>>, sent: Sent) -> Response {
    let frame = Frame::new(&intake, sent.lang, Spot::Change).with(&["assets/citizen.js"]);
    let pairs = match &sent.pairs {
        Ok(pairs) => pairs,
        Err(problem) => return calm::page(&frame, problem),
    };
    let birth_date = birth_date(pairs.get("birth_date"));
    let credentials = Credentials { access_code: pairs.get("access_code"), birth_date: &birth_date };
    match intake.read(credentials, None).await {
        Ok(current) => current_page(&frame, &current),
        Err(problem) => {
            if let Some(page) = calm::instead_of_form(&frame, &problem) {
                return page;
            }
            if matches!(problem, Problem::Refused(Refusal::NotRegistered, _)) {
                return calm::page(&frame, &problem);
            }
            let page = Change { t: frame.t, told: Told::of(&frame, Some(&problem)).keeping(pairs) };
            with_status(frame.page(&frame.form_title("change-title", Some(&problem)), &[], &page), &problem)
        }
    }
}

pub(super) async fn withdraw(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Change).with(&["assets/citizen.js"]);
    let Some(id) = request_id(&visit.query) else { return with_fresh_id(&frame, &frame.href("/withdraw")) };
    let elsewhere = visit.lang.elsewhere(|lang| format!("/withdraw?lang={}&id={id}", lang.tag()));
    withdraw_page(&frame, &elsewhere, id.to_owned(), Told::of(&frame, None), None)
}

pub(super) async fn send_withdrawal(State(intake): State<Arc<Intake>>, sent: Sent) -> Response {
    let frame = Frame::new(&intake, sent.lang, Spot::Change).with(&["assets/citizen.js"]);
    let pairs = match &sent.pairs {
        Ok(pairs) => pairs,
        Err(problem) => return calm::page(&frame, problem),
    };
    match withdrawn(&intake, &sent, &sent.body).await {
        Ok(granted) => receipt::page(&frame, "receipt-withdrawn", &granted),
        Err(problem) => match (calm::instead_of_form(&frame, &problem), next_request_id(pairs, &problem)) {
            (Some(page), _) => page,
            (None, Ok(id)) => {
                let told = Told::of(&frame, Some(&problem)).keeping(pairs);
                with_status(withdraw_page(&frame, &[], id, told, Some(&problem)), &problem)
            }
            (None, Err(worse)) => calm::page(&frame, &worse),
        },
    }
}

async fn withdrawn(intake: &Intake, sent: &Sent, body: &Bytes) -> Result<Granted, Problem> {
    let pairs = sent.pairs.as_ref().map_err(Problem::clone)?;
    let place = intake.admit()?;
    let change_key = change_key(pairs.get("change_key"))?;
    let birth_date = birth_date(pairs.get("birth_date"));
    intake.submit(place, submission(pairs, body, &birth_date, Wish::Withdraw(None), change_key)).await
}

fn withdraw_page(
    frame: &Frame<'_>,
    elsewhere: &[(Lang, String)],
    request_id: String,
    told: Told,
    problem: Option<&Problem>,
) -> Response {
    let title = frame.form_title("withdraw-title", problem);
    let page = Withdraw { t: frame.t, draw: frame.title(&frame.programme().title), told, request_id };
    frame.page(&title, elsewhere, &page)
}

fn current_page(frame: &Frame<'_>, current: &Current) -> Response {
    let Current { revision, receipt, history } = current;
    let heading = match (revision.status.is_active(), frame.phase() > Phase::Open) {
        (true, true) => "entry-in",
        (true, false) => "entry-active",
        (false, _) => "entry-withdrawn",
    };
    let named = revision.body.choices.iter().filter_map(|choice| name_of(frame.programme(), *choice)).collect();
    let Some(mut page) = ReceiptPage::of(frame, heading, revision, receipt) else {
        return calm::page(frame, &Problem::Unknown);
    };
    page.history = history.iter().map(|line| history_text(frame, line)).collect();
    page.choose = Chosen(named).address("/choose", frame.t.lang);
    page.withdraw = frame.href("/withdraw");
    frame.page(&frame.t.get(heading), &[], &page)
}
