//! What the API takes and gives, as JSON.
//!
//! **Invariant:** a field that is not named here is refused, never carried along silently.

use crate::{
    intake::{Credentials, Hand, Submission},
    request::{Named, Wish},
};
use axum::body::Bytes;
use protocol::{entry::ChangeKey, hash::Hash, receipt::Receipt};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, Type},
    },
};

/// Choices as the API has them: `{"session": "<id>"}` or `{"site": "<id>"}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ApiChoice {
    Session(String),
    Site(String),
}

/// To register, or to change the choices of a ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoicesForm {
    /// As in the letter; hyphens, blanks and capitals do not matter.
    pub(super) access_code: String,
    /// `YYYY-MM-DD`.
    pub(super) birth_date: String,
    /// Chosen by the sender; the same again means the same request.
    #[schema(min_length = 8, max_length = 64, pattern = "^[A-Za-z0-9_-]{8,64}$")]
    pub(super) request_id: String,
    pub(super) choices: Vec<ApiChoice>,
    /// The key of the last revision, 64 hexadecimal digits; for changes.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) change_key: Option<Hash>,
    /// `H("change-key"; key)` of the key for the next change, if the applicant makes it (SPEC §2.2); else the server does.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) next_change_key_hash: Option<Hash>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawalForm {
    /// As in the letter; hyphens, blanks and capitals do not matter.
    pub(super) access_code: String,
    /// `YYYY-MM-DD`.
    pub(super) birth_date: String,
    /// Chosen by the sender; the same again means the same request.
    #[schema(min_length = 8, max_length = 64, pattern = "^[A-Za-z0-9_-]{8,64}$")]
    pub(super) request_id: String,
    /// The key of the last revision, 64 hexadecimal digits; for changes.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) change_key: Option<Hash>,
    /// `H("change-key"; key)` of the key for the next change, if the applicant makes it (SPEC §2.2); else the server does.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) next_change_key_hash: Option<Hash>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadForm {
    /// As in the letter; hyphens, blanks and capitals do not matter.
    pub(super) access_code: String,
    /// `YYYY-MM-DD`.
    pub(super) birth_date: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct GrantedAnswer<'a> {
    pub(super) ticket: String,
    pub(super) revision: u32,
    pub(super) status: &'static str,
    /// The signed receipt (SPEC §7.4).
    #[schema(value_type = Object)]
    pub(super) receipt: &'a Receipt,
    /// The key for the next change, if the server made it. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) change_key: Option<Hash>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ReadAnswer<'a> {
    pub(super) ticket: String,
    pub(super) revision: u32,
    pub(super) status: &'static str,
    pub(super) choices: Vec<ApiChoice>,
    /// The signed receipt (SPEC §7.4).
    #[schema(value_type = Object)]
    pub(super) receipt: &'a Receipt,
    pub(super) history: Vec<HistoryAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct HistoryAnswer {
    pub(super) revision: u32,
    pub(super) status: &'static str,
    pub(super) time_unix_s: u64,
}

/// Why a request is not granted.
#[derive(ToSchema)]
#[expect(dead_code, reason = "written by hand where it is sent (`Problem`); described here")]
pub(super) struct ProblemAnswer {
    /// The stable code.
    code: String,
    message: ProblemWords,
    /// The refusal with the operator's signature, where it keeps somebody out of the draw (SPEC §7.5).
    refusal: Option<String>,
    /// What is wrong with the request, for those who write programs.
    detail: Option<String>,
}

/// Words for people.
#[derive(ToSchema)]
#[expect(dead_code, reason = "as above")]
pub(super) struct ProblemWords {
    en: String,
    ko: String,
}

impl ChoicesForm {
    /// The request with these choices.
    pub(super) fn submission<'a>(&'a self, wish: Wish, body: &'a Bytes) -> Submission<'a> {
        Submission {
            credentials: Credentials { access_code: &self.access_code, birth_date: &self.birth_date },
            request_id: &self.request_id,
            body,
            wish,
            change_key: self.change_key.map(|key| ChangeKey(key.0)),
            next: self.next_change_key_hash,
            hand: Hand::own(),
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

impl PartialSchema for ApiChoice {
    /// Exactly one of the two fields.
    fn schema() -> RefOr<Schema> {
        let one = |name: &str, what: &str| {
            let id = ObjectBuilder::new().schema_type(Type::String).description(Some(what));
            let closed = Some(AdditionalProperties::FreeForm(false));
            ObjectBuilder::new().property(name, id).required(name).additional_properties(closed)
        };
        let session = one("session", "A session's identifier: this time at this place");
        let site = one("site", "A site's identifier: any time at this place");
        RefOr::T(Schema::OneOf(OneOfBuilder::new().item(session).item(site).build()))
    }
}

impl ToSchema for ApiChoice {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Choice")
    }
}
