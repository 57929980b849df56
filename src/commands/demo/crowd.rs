//! The crowd: everybody's requests over HTTP, many at a time, each answer compared with the right one.

use super::citizens::{Act, Citizen, Held, names, own_key, too_many};
use crate::failure::{Context, Failure, Outcome};
use indicatif::ProgressBar;
use protocol::{entry::ChangeKey, hash::Hash, json, note::Note, programme::Programme, receipt::Receipt};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};
use ureq::Agent;

/// Requests under way at one time.
const AT_ONCE: usize = 48;

/// How often each thing was tried.
pub(crate) type Tally = BTreeMap<Act, u64>;

/// Those who talk to one intake.
pub(crate) struct Crowd<'a> {
    pub programme: &'a Programme,
    pub address: SocketAddr,
}

impl Crowd<'_> {
    /// Has everybody do what is due, and notes what they were given. The order of requests is whatever it becomes:
    /// nothing may depend on it.
    ///
    /// # Errors
    /// The first answer that is not the right one.
    pub(crate) fn act(
        &self,
        citizens: &mut [Citizen],
        due: &[(usize, Act)],
        tally: &mut Tally,
        bar: &ProgressBar,
    ) -> Outcome {
        let (next, everybody) = (AtomicUsize::new(0), &*citizens);
        let work = || -> Outcome<Vec<(usize, Option<Held>)>> {
            let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
            let mut given = Vec::new();
            while let Some((index, act)) = due.get(next.fetch_add(1, Ordering::Relaxed)) {
                let citizen = &everybody[*index];
                let answer = self.attempt(&agent, everybody, *index, *act);
                given.push((*index, answer.context(format!("{} tried to {}", citizen.reference, act.words()))?));
                bar.inc(1);
            }
            Ok(given)
        };
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..AT_ONCE.min(due.len())).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(Failure::new("a citizen panicked"))))
                .collect()
        });
        for given in results {
            for (index, held) in given? {
                if held.is_some() {
                    citizens[index].held = held;
                }
            }
        }
        due.iter().for_each(|(_, act)| *tally.entry(*act).or_default() += 1);
        Ok(())
    }

    fn attempt(&self, agent: &Agent, everybody: &[Citizen], index: usize, act: Act) -> Outcome<Option<Held>> {
        let citizen = &everybody[index];
        // A request sent twice is the first one, word for word.
        let before = citizen.held.as_ref().filter(|_| act != Act::SendTwice);
        let revision = before.map_or(1, |held| held.revision + 1);
        let own = own_key(citizen, revision);
        let body = self.body(citizen, act, revision, own.as_ref());
        let path = path(everybody, index, act);
        let (status, answer) = self.send(agent, act, &path, &body)?;
        let (right_status, right_code) = act.right_answer();
        let code = answer.get("code").and_then(Value::as_str);
        if (status, code) != (right_status, right_code) {
            return Err(Failure::new(format!("expected {right_status} {right_code:?}, got {status}: {answer}")));
        }
        if right_code.is_some() {
            self.check_refusal(act, &answer)?;
            return Ok(None);
        }
        let held = self.held(&answer, own)?;
        if act == Act::SendTwice && Some(&held.receipt) != citizen.held.as_ref().map(|before| &before.receipt) {
            return Err(Failure::new("the same request got another receipt"));
        }
        Ok(Some(held))
    }

    fn body(&self, citizen: &Citizen, act: Act, revision: u32, own: Option<&ChangeKey>) -> Value {
        let turned = |by: usize| {
            let mut choices = citizen.choices.clone();
            choices.rotate_left(by % citizen.choices.len().max(1));
            names(self.programme, &choices)
        };
        let first = names(self.programme, &citizen.choices);
        let named = if act == Act::SendTwice { Act::Register } else { act };
        let mut body = json!({
            "access_code": citizen.code,
            "birth_date": citizen.born,
            "request_id": format!("{}-{revision}-{named:?}", citizen.reference),
        });
        if let Some(key) = own {
            body["next_change_key_hash"] = json!(key.hash());
        }
        let held = citizen.held.as_ref().map(|held| json!(held.change_key)).unwrap_or_default();
        match act {
            Act::Amend => body["choices"] = json!(turned(revision as usize)),
            Act::NoSuchSession => body["choices"] = json!([{ "session": "no-such-session" }]),
            Act::TooManyChoices => body["choices"] = json!(too_many(self.programme)),
            Act::Withdraw => {}
            _ => body["choices"] = json!(first),
        }
        match act {
            Act::Amend | Act::Withdraw | Act::RegisterAgain | Act::NoSuchSession | Act::TooManyChoices => {
                body["change_key"] = held
            }
            Act::WrongChangeKey => body["change_key"] = json!(Hash::of(b"a guess")),
            Act::WrongCode => body["access_code"] = json!("0000-0000-0000-0000"),
            Act::WrongBirthDate => body["birth_date"] = json!("1960-02-29"),
            _ => {}
        }
        body
    }

    fn send(&self, agent: &Agent, act: Act, path: &str, body: &Value) -> Outcome<(u16, Value)> {
        let url = format!("http://{}/api/v0/registrations{path}", self.address);
        let put = matches!(
            act,
            Act::Amend
                | Act::OthersTicket
                | Act::NoChangeKey
                | Act::WrongChangeKey
                | Act::NoSuchSession
                | Act::TooManyChoices
        );
        let request = if put { agent.put(&url) } else { agent.post(&url) };
        let mut response = request.send_json(body).context("asking the intake")?;
        let answer = response.body_mut().read_json().context("reading the answer")?;
        Ok((response.status().as_u16(), answer))
    }

    /// Every citizen checks the receipt before believing it.
    fn held(&self, answer: &Value, own: Option<ChangeKey>) -> Outcome<Held> {
        let receipt = json::to_bytes(&answer["receipt"]).context("the receipt")?;
        let checked = Receipt::parse(&receipt).context("the receipt")?.check(self.programme).context("the receipt")?;
        let made_here = own.filter(|key| key.hash() == checked.revision.body.next).map(|key| Hash(key.0).to_string());
        let made_there = answer.get("change_key").and_then(Value::as_str).map(str::to_owned);
        let change_key = made_here.or(made_there).ok_or_else(|| Failure::new("there is no change key"))?;
        Ok(Held {
            ticket: checked.revision.ticket.to_string(),
            revision: checked.revision.revision,
            change_key,
            receipt,
        })
    }

    /// Who is kept out of the draw gets the operator's signature on it.
    fn check_refusal(&self, act: Act, answer: &Value) -> Outcome {
        if !matches!(act, Act::TooEarly | Act::TooLate | Act::NotEligible) {
            return Ok(());
        }
        let note =
            answer.get("refusal").and_then(Value::as_str).ok_or_else(|| Failure::new("the refusal is not signed"))?;
        let key = protocol::note::VerifierKey::parse(&self.programme.receipts.key).context("the receipts key")?;
        Note::parse(note.as_bytes()).and_then(|note| note.verify(&[key])).context("the refusal")?;
        Ok(())
    }
}

/// Where a request goes: the ticket's own address, or somebody else's.
fn path(everybody: &[Citizen], index: usize, act: Act) -> String {
    let ticket = |index: usize| everybody[index].held.as_ref().map_or("", |held| held.ticket.as_str());
    match act {
        Act::Withdraw => format!("/{}/withdrawal", ticket(index)),
        Act::Amend | Act::NoChangeKey | Act::WrongChangeKey | Act::NoSuchSession | Act::TooManyChoices => {
            format!("/{}", ticket(index))
        }
        Act::OthersTicket => {
            let other = (0..everybody.len()).find(|other| *other != index && everybody[*other].held.is_some());
            format!("/{}", ticket(other.unwrap_or(index)))
        }
        _ => String::new(),
    }
}
