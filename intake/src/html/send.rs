//! Sending: what was chosen, who one is, one request.

use super::{
    Pairs, accept_language,
    calm::{self, Told},
    check::check_page,
    choose::Chosen,
    frame::{Frame, Spot, with_status},
    receipt,
};
use crate::{
    intake::{Credentials, Granted, Hand, Intake, Submission, check_request_id},
    problem::Problem,
    randomness,
    refusal::Refusal,
    request::{Named, Wish},
};
use axum::{
    body::Bytes,
    extract::{Form, FromRequest, Request, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use pages::Lang;
use protocol::{
    entry::ChangeKey,
    hash::{Hash, hex},
};
use std::sync::Arc;

/// What a form sent.
pub(super) struct Sent {
    pub(super) lang: Lang,
    pub(super) pairs: Result<Pairs, Problem>,
    /// The body as it was sent, for signed refusals.
    pub(super) body: Bytes,
}

pub(super) async fn send(State(intake): State<Arc<Intake>>, sent: Sent) -> Response {
    let frame = Frame::new(&intake, sent.lang, Spot::Choose).with(&["assets/citizen.js"]);
    let pairs = match &sent.pairs {
        Ok(pairs) => pairs,
        Err(problem) => return calm::page(&frame, problem),
    };
    match register(&intake, pairs, &sent.body).await {
        Ok(granted) => receipt::page(&frame, "receipt-registered", &granted),
        Err(problem) => {
            if let Some(page) = calm::instead_of_form(&frame, &problem) {
                return page;
            }
            let chosen = Chosen::of(pairs, &intake.places, frame.programme().max_choices);
            match next_request_id(pairs, &problem) {
                Ok(id) => {
                    let told = Told::of(&frame, Some(&problem)).keeping(pairs);
                    with_status(check_page(&frame, &chosen, &[], id, told, Some(&problem)), &problem)
                }
                Err(worse) => calm::page(&frame, &worse),
            }
        }
    }
}

async fn register(intake: &Intake, pairs: &Pairs, body: &Bytes) -> Result<Granted, Problem> {
    let place = intake.admit()?;
    let named =
        pairs.all("c").map(|name| Named::parse(name).ok_or(Refusal::UnknownChoice)).collect::<Result<Vec<_>, _>>();
    let choices = named.and_then(|named| intake.places.choices(&named, intake.programme.max_choices));
    let change_key = change_key(pairs.get("change_key"))?;
    let wish = if change_key.is_some() { Wish::Change(choices) } else { Wish::Register(choices) };
    let birth_date = birth_date(pairs.get("birth_date"));
    let submission = submission(pairs, body, &birth_date, wish, change_key);
    intake.submit(place, submission).await
}

/// A form's request.
pub(super) fn submission<'a>(
    pairs: &'a Pairs,
    body: &'a Bytes,
    birth_date: &'a str,
    wish: Wish,
    change_key: Option<ChangeKey>,
) -> Submission<'a> {
    Submission {
        credentials: Credentials { access_code: pairs.get("access_code"), birth_date },
        request_id: pairs.get("request_id"),
        body,
        wish,
        change_key,
        next: Hash::parse(pairs.get("next_change_key_hash")),
        hand: Hand::own(),
    }
}

pub(super) fn fresh_request_id() -> Result<String, Problem> {
    let bytes: [u8; 16] = randomness::system().map_err(|_| Problem::Internal)?;
    Ok(hex(&bytes))
}

/// The id for sending a form once more. Mostly the same: if the first attempt was saved after all, the second gets its
/// receipt. One that can never succeed is replaced.
pub(super) fn next_request_id(pairs: &Pairs, problem: &Problem) -> Result<String, Problem> {
    match problem {
        Problem::Refused(Refusal::RequestIdReused, _) | Problem::Malformed(_) => fresh_request_id(),
        _ => Ok(pairs.get("request_id").to_owned()),
    }
}

/// The request id in a form's address. It stands there so that who goes back to the form after an answer was lost, or
/// loads it again, sends the same request and gets the receipt and the change key that were on their way. Nobody can use
/// it without the credentials.
pub(super) fn request_id(query: &Pairs) -> Option<&str> {
    query.all("id").next().filter(|id| check_request_id(id).is_ok())
}

/// To the same form with a request id.
pub(super) fn with_fresh_id(frame: &Frame<'_>, address: &str) -> Response {
    let fresh = fresh_request_id().map(|id| Redirect::to(&format!("{address}&id={id}")).into_response());
    fresh.unwrap_or_else(|problem| calm::page(frame, &problem))
}

/// A change key as it was typed; empty is none. Spaces, hyphens and capitals do not matter.
pub(crate) fn change_key(typed: &str) -> Result<Option<ChangeKey>, Refusal> {
    let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let typed: String = typed.map(|c| c.to_ascii_lowercase()).collect();
    if typed.is_empty() {
        return Ok(None);
    }
    Hash::parse(&typed).map(|hash| Some(ChangeKey(hash.0))).ok_or(Refusal::WrongChangeKey)
}

/// `20100531`, `2010. 5. 31.` and `2010/05/31` as `2010-05-31`; anything else as it is, to be refused.
pub(crate) fn birth_date(typed: &str) -> String {
    let parts: Vec<&str> = typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [whole] if whole.len() == 8 => format!("{}-{}-{}", &whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => typed.to_owned(),
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let headers: HeaderMap = request.headers().clone();
        let (body, pairs) = match Bytes::from_request(request, state).await {
            Ok(body) => (body.clone(), read(&headers, body).await),
            Err(rejection) => (Bytes::new(), Err(problem_of(rejection.status()))),
        };
        let chosen = pairs.as_ref().ok().and_then(|pairs| pairs.all("lang").next());
        let lang = Lang::negotiate(chosen, accept_language(&headers));
        Ok(Self { lang, pairs, body })
    }
}

async fn read(headers: &HeaderMap, body: Bytes) -> Result<Pairs, Problem> {
    let mut request = Request::new(axum::body::Body::from(body));
    *request.method_mut() = axum::http::Method::POST;
    *request.headers_mut() = headers.clone();
    let form: Result<Form<Vec<(String, String)>>, FormRejection> = Form::from_request(request, &()).await;
    form.map(|Form(pairs)| Pairs(pairs)).map_err(|rejection| problem_of(rejection.status()))
}

fn problem_of(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Malformed("not a form".to_owned()),
    }
}
