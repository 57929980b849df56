//! The API under `/api/v0`: the programme, and what a person can do with an entry.

use crate::{
    intake::{Credentials, Current, Granted, Intake, Submission},
    problem::Problem,
    refusal::Refusal,
    request::{Choices, Named, Wish, name_of},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use protocol::{entry::ChangeKey, hash::Hash, instance::Choice, ticket::Ticket};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Intake>> {
    Router::new()
        .route("/programme", get(programme))
        .route("/registrations", post(register))
        .route("/registrations/{ticket}", put(amend))
        .route("/registrations/{ticket}/withdrawal", post(withdraw))
        .route("/registrations/{ticket}/read", post(read))
}

type Body = Result<Bytes, BytesRejection>;

/// Choices as the API has them: `{"session": "<id>"}` or `{"site": "<id>"}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ApiChoice {
    Session(String),
    Site(String),
}

/// To register, or to change the choices of a ticket.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoicesForm {
    access_code: String,
    birth_date: String,
    request_id: String,
    choices: Vec<ApiChoice>,
    change_key: Option<Hash>,
    next_change_key_hash: Option<Hash>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawalForm {
    access_code: String,
    birth_date: String,
    request_id: String,
    change_key: Option<Hash>,
    next_change_key_hash: Option<Hash>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadForm {
    access_code: String,
    birth_date: String,
}

#[derive(Serialize)]
struct GrantedAnswer<'a> {
    ticket: String,
    revision: u32,
    status: &'static str,
    receipt: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_key: Option<Hash>,
}

#[derive(Serialize)]
struct ReadAnswer<'a> {
    ticket: String,
    revision: u32,
    status: &'static str,
    choices: Vec<ApiChoice>,
    receipt: &'a RawValue,
    history: Vec<HistoryAnswer>,
}

#[derive(Serialize)]
struct HistoryAnswer {
    revision: u32,
    status: &'static str,
    time_unix_s: u64,
}

async fn programme(State(intake): State<Arc<Intake>>, headers: HeaderMap) -> Response {
    intake.published.answer(&headers, 300)
}

async fn register(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let place = intake.admit()?;
    let body = read_body(body)?;
    let form: ChoicesForm = parse(&headers, &body)?;
    let wish = Wish::Register(choices(&intake, &form.choices));
    let granted = intake.submit(place, form.submission(wish, &body)).await?;
    let status = if granted.revision.revision == 1 { StatusCode::CREATED } else { StatusCode::OK };
    answer(status, &granted)
}

async fn amend(
    State(intake): State<Arc<Intake>>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let place = intake.admit()?;
    let body = read_body(body)?;
    let form: ChoicesForm = parse(&headers, &body)?;
    let wish = Wish::Amend(named_ticket(&ticket)?, choices(&intake, &form.choices));
    answer(StatusCode::OK, &intake.submit(place, form.submission(wish, &body)).await?)
}

async fn withdraw(
    State(intake): State<Arc<Intake>>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let place = intake.admit()?;
    let body = read_body(body)?;
    let form: WithdrawalForm = parse(&headers, &body)?;
    let wish = Wish::Withdraw(Some(named_ticket(&ticket)?));
    let submission = Submission {
        credentials: Credentials { access_code: &form.access_code, birth_date: &form.birth_date },
        request_id: &form.request_id,
        body: &body,
        wish,
        change_key: form.change_key.map(|key| ChangeKey(key.0)),
        next: form.next_change_key_hash,
    };
    answer(StatusCode::OK, &intake.submit(place, submission).await?)
}

async fn read(
    State(intake): State<Arc<Intake>>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form: ReadForm = parse(&headers, &read_body(body)?)?;
    let credentials = Credentials { access_code: &form.access_code, birth_date: &form.birth_date };
    let Current { revision, receipt, history } = intake.read(credentials, Some(named_ticket(&ticket)?)).await?;
    let line = |line: crate::store::HistoryLine| HistoryAnswer {
        revision: line.revision,
        status: line.status.name(),
        time_unix_s: line.time_unix_s,
    };
    let choice = |choice: &Choice| name_of(&intake.programme, *choice).map(ApiChoice::from);
    let body = ReadAnswer {
        ticket: revision.ticket.to_string(),
        revision: revision.revision,
        status: revision.status.name(),
        choices: revision.body.choices.iter().filter_map(choice).collect(),
        receipt: raw(&receipt)?,
        history: history.into_iter().map(line).collect(),
    };
    Ok(Json(body).into_response())
}

impl ChoicesForm {
    fn submission<'a>(&'a self, wish: Wish, body: &'a Bytes) -> Submission<'a> {
        Submission {
            credentials: Credentials { access_code: &self.access_code, birth_date: &self.birth_date },
            request_id: &self.request_id,
            body,
            wish,
            change_key: self.change_key.map(|key| ChangeKey(key.0)),
            next: self.next_change_key_hash,
        }
    }
}

impl From<Named> for ApiChoice {
    fn from(named: Named) -> Self {
        match named {
            Named::Session(id) => Self::Session(id),
            Named::Site(id) => Self::Site(id),
        }
    }
}

fn choices(intake: &Intake, choices: &[ApiChoice]) -> Choices {
    let named = choices.iter().map(|choice| match choice {
        ApiChoice::Session(id) => Named::Session(id.clone()),
        ApiChoice::Site(id) => Named::Site(id.clone()),
    });
    intake.places.choices(&named.collect::<Vec<_>>(), intake.programme.max_choices)
}

fn read_body(body: Body) -> Result<Bytes, Problem> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Malformed("the body ends too early".to_owned()),
    })
}

fn parse<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if media_type.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Problem::MediaType);
    }
    serde_json::from_slice(body).map_err(|error| Problem::Malformed(error.to_string()))
}

/// A ticket in an address. One that cannot exist is answered like one that is somebody else's.
fn named_ticket(text: &str) -> Result<Ticket, Problem> {
    Ticket::parse(text).map_err(|_| Refusal::NoSuchTicket.into())
}

fn answer(status: StatusCode, granted: &Granted) -> Result<Response, Problem> {
    let body = GrantedAnswer {
        ticket: granted.revision.ticket.to_string(),
        revision: granted.revision.revision,
        status: granted.revision.status.name(),
        receipt: raw(&granted.receipt)?,
        change_key: granted.change_key.as_ref().map(|key| Hash(key.0)),
    };
    Ok((status, Json(body)).into_response())
}

fn raw(receipt: &str) -> Result<&RawValue, Problem> {
    serde_json::from_str(receipt).map_err(|_| Problem::Unknown)
}
