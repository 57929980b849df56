//! The API under `/api/v0`: the programme, and what a person can do with an entry. Its description in OpenAPI 3.1 is made
//! from this file.

mod bodies;

use crate::{
    http::Fixed,
    intake::{Credentials, Current, Granted, Hand, Intake, Submission},
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
use bodies::{
    ApiChoice, ChoicesForm, GrantedAnswer, HistoryAnswer, ProblemAnswer, ReadAnswer, ReadForm, WithdrawalForm,
};
use protocol::{entry::ChangeKey, hash::Hash, instance::Choice, ticket::Ticket};
use serde::de::DeserializeOwned;
use std::sync::{Arc, LazyLock};
use utoipa::OpenApi;

pub(super) fn routes() -> Router<Arc<Intake>> {
    Router::new()
        .route("/api/v0/programme", get(programme))
        .route("/api/v0/registrations", post(register))
        .route("/api/v0/registrations/{ticket}", put(amend))
        .route("/api/v0/registrations/{ticket}/withdrawal", post(withdraw))
        .route("/api/v0/registrations/{ticket}/read", post(read))
}

/// The description of the API, for programs (`/openapi.json`).
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jebi intake",
        version = "0",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        description = "Registering for one draw. Being early, late, fast or persistent within the window changes nothing: \
            one person has one entry. Send a request again with the same request_id if no answer came; it counts once. \
            After 503, wait the seconds of Retry-After."
    ),
    paths(programme, register, amend, withdraw, read)
)]
struct Description;

pub(super) async fn description(headers: HeaderMap) -> Response {
    static DESCRIPTION: LazyLock<Fixed> = LazyLock::new(|| {
        // Made from constants: the test of the description reads it.
        let json = Description::openapi().to_pretty_json().unwrap_or_default();
        Fixed::new("application/json", json.into())
    });
    DESCRIPTION.answer(&headers, 300)
}

type Body = Result<Bytes, BytesRejection>;

/// The programme in its canonical form (SPEC §3); its hash is its validator.
#[utoipa::path(
    get,
    path = "/api/v0/programme",
    responses((status = 200, description = "The programme", body = serde_json::Value, content_type = "application/json")),
)]
async fn programme(State(intake): State<Arc<Intake>>, headers: HeaderMap) -> Response {
    intake.published.answer(&headers, 300)
}

/// Registers, or registers again after a withdrawal (then with the change key).
#[utoipa::path(
    post,
    path = "/api/v0/registrations",
    request_body = ChoicesForm,
    responses(
        (status = 200, description = "Granted, or the answer to the same request again", body = GrantedAnswer),
        (status = 201, description = "Registered; or the answer to the same request again", body = GrantedAnswer),
        (status = 400, description = "Not what is expected here: `malformed`", body = ProblemAnswer),
        (status = 403, description = "Not allowed now or for this person; some are signed (SPEC §7.5)", body = ProblemAnswer),
        (status = 404, description = "No such ticket of this person's, or no entry", body = ProblemAnswer),
        (status = 409, description = "Does not fit the entry as it is", body = ProblemAnswer),
        (status = 413, description = "Longer than 16 KiB", body = ProblemAnswer),
        (status = 415, description = "Not `application/json`", body = ProblemAnswer),
        (status = 422, description = "Choices that are none", body = ProblemAnswer),
        (status = 429, description = "Too many wrong birth dates with this access code; tomorrow again", body = ProblemAnswer),
        (status = 503, description = "Too many wait, or it is not certain whether it was saved: send the same again", body = ProblemAnswer, headers(("retry-after" = u32, description = "Seconds to wait"))),
    ),
)]
async fn register(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let place = intake.admit()?;
    let body = read_body(body)?;
    let form: ChoicesForm = parse(&headers, &body)?;
    let wish = Wish::Register(choices(&intake, &form.choices));
    let granted = intake.submit(place, form.submission(wish, &body)).await?;
    let status = if granted.revision.revision == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer(status, &granted))
}

/// Changes the choices.
#[utoipa::path(
    put,
    path = "/api/v0/registrations/{ticket}",
    params(("ticket" = String, Path, description = "The ticket, as on the receipt")),
    request_body = ChoicesForm,
    responses(
        (status = 200, description = "Granted, or the answer to the same request again", body = GrantedAnswer),
        (status = 400, description = "Not what is expected here: `malformed`", body = ProblemAnswer),
        (status = 403, description = "Not allowed now or for this person; some are signed (SPEC §7.5)", body = ProblemAnswer),
        (status = 404, description = "No such ticket of this person's, or no entry", body = ProblemAnswer),
        (status = 409, description = "Does not fit the entry as it is", body = ProblemAnswer),
        (status = 413, description = "Longer than 16 KiB", body = ProblemAnswer),
        (status = 415, description = "Not `application/json`", body = ProblemAnswer),
        (status = 422, description = "Choices that are none", body = ProblemAnswer),
        (status = 429, description = "Too many wrong birth dates with this access code; tomorrow again", body = ProblemAnswer),
        (status = 503, description = "Too many wait, or it is not certain whether it was saved: send the same again", body = ProblemAnswer, headers(("retry-after" = u32, description = "Seconds to wait"))),
    ),
)]
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
    Ok(answer(StatusCode::OK, &intake.submit(place, form.submission(wish, &body)).await?))
}

/// Withdraws.
#[utoipa::path(
    post,
    path = "/api/v0/registrations/{ticket}/withdrawal",
    params(("ticket" = String, Path, description = "The ticket, as on the receipt")),
    request_body = WithdrawalForm,
    responses(
        (status = 200, description = "Granted, or the answer to the same request again", body = GrantedAnswer),
        (status = 400, description = "Not what is expected here: `malformed`", body = ProblemAnswer),
        (status = 403, description = "Not allowed now or for this person; some are signed (SPEC §7.5)", body = ProblemAnswer),
        (status = 404, description = "No such ticket of this person's, or no entry", body = ProblemAnswer),
        (status = 409, description = "Does not fit the entry as it is", body = ProblemAnswer),
        (status = 413, description = "Longer than 16 KiB", body = ProblemAnswer),
        (status = 415, description = "Not `application/json`", body = ProblemAnswer),
        (status = 422, description = "Choices that are none", body = ProblemAnswer),
        (status = 429, description = "Too many wrong birth dates with this access code; tomorrow again", body = ProblemAnswer),
        (status = 503, description = "Too many wait, or it is not certain whether it was saved: send the same again", body = ProblemAnswer, headers(("retry-after" = u32, description = "Seconds to wait"))),
    ),
)]
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
        hand: Hand::own(),
    };
    Ok(answer(StatusCode::OK, &intake.submit(place, submission).await?))
}

/// Reads the entry back. Credentials travel in the body, never in an address.
#[utoipa::path(
    post,
    path = "/api/v0/registrations/{ticket}/read",
    params(("ticket" = String, Path, description = "The ticket, as on the receipt")),
    request_body = ReadForm,
    responses(
        (status = 200, description = "The entry as it is", body = ReadAnswer),
        (status = 400, description = "Not what is expected here: `malformed`", body = ProblemAnswer),
        (status = 403, description = "Not allowed now or for this person; some are signed (SPEC §7.5)", body = ProblemAnswer),
        (status = 404, description = "No such ticket of this person's, or no entry", body = ProblemAnswer),
        (status = 409, description = "Does not fit the entry as it is", body = ProblemAnswer),
        (status = 413, description = "Longer than 16 KiB", body = ProblemAnswer),
        (status = 415, description = "Not `application/json`", body = ProblemAnswer),
        (status = 422, description = "Choices that are none", body = ProblemAnswer),
        (status = 429, description = "Too many wrong birth dates with this access code; tomorrow again", body = ProblemAnswer),
        (status = 503, description = "Too many wait, or it is not certain whether it was saved: send the same again", body = ProblemAnswer, headers(("retry-after" = u32, description = "Seconds to wait"))),
    ),
)]
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
        receipt: &receipt,
        history: history.into_iter().map(line).collect(),
    };
    Ok(Json(body).into_response())
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

fn answer(status: StatusCode, granted: &Granted) -> Response {
    let body = GrantedAnswer {
        ticket: granted.revision.ticket.to_string(),
        revision: granted.revision.revision,
        status: granted.revision.status.name(),
        receipt: &granted.receipt,
        change_key: granted.change_key.as_ref().map(|key| Hash(key.0)),
    };
    (status, Json(body)).into_response()
}
