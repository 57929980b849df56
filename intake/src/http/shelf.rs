//! Everything that a citizen needs before sending, ready in memory: pages, places, reach, programme, assets.
//!
//! **Invariant:** what an address gives from here is what its handler gives, and it is never given in another phase of the
//! draw than it was made for. Only addresses known at the start are kept, so nobody fills the memory by asking.

use super::{
    Protected,
    assets::ASSETS,
    fixed::{Fixed, Kept},
};
use crate::{
    html::{self, Phase},
    intake::Intake,
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use pages::Lang;
use protocol::{
    hash::Hash,
    programme::{Programme, Reach},
};
use std::collections::BTreeMap;
use tokio::sync::OnceCell;
use tower::ServiceExt;

/// Longest of what is kept, in bytes; beyond it nothing is kept and the handler answers.
const LONGEST: usize = 16 << 20;

/// Addresses as they are asked for, with their queries.
pub(super) struct Shelf(BTreeMap<Box<str>, Item>);

/// What stands at one address.
pub(super) struct Item {
    lasts: Lasts,
    /// One for each phase; only the first where phases make no difference. An empty one has been tried.
    made: [OnceCell<Option<Fixed>>; Phase::ALL.len()],
}

/// What an item depends on besides the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasts {
    /// On nothing; its address holds its hash.
    ForGood,
    /// On nothing; asked for again after so many seconds, as another program may write it otherwise.
    Always(u64),
    /// On the phase; kept for so many seconds, or until the phase ends.
    ThisPhase(u64),
}

/// The phase turned while a page was made.
struct Turned;

impl Shelf {
    pub(super) fn new(programme: &Programme) -> Self {
        let mut items = BTreeMap::new();
        let mut put = |address: String, lasts: Lasts| {
            items.insert(address.into_boxed_str(), Item { lasts, made: Default::default() });
        };
        let queries = std::iter::once(String::new()).chain(Lang::ALL.map(|lang| format!("?lang={}", lang.tag())));
        for query in queries {
            for page in ["", "check"] {
                put(format!("/{page}{query}"), Lasts::ThisPhase(60));
            }
            for page in ["choose", "map"] {
                put(format!("/{page}{query}"), Lasts::ThisPhase(300));
            }
            for same in ["change", "places.json"] {
                put(format!("/{same}{query}"), Lasts::Always(300));
            }
        }
        put("/api/v0/programme".to_owned(), Lasts::Always(300));
        put("/openapi.json".to_owned(), Lasts::Always(300));
        put("/favicon.ico".to_owned(), Lasts::Always(html::ICON_S));
        for query in reach(programme) {
            put(format!("/reach.json{query}"), Lasts::Always(300));
        }
        for asset in &*ASSETS {
            let item = Item { lasts: Lasts::ForGood, made: Default::default() };
            // A fresh cell is empty, so this cannot be refused.
            let _ = item.made[0].set(Some(asset.fixed.clone()));
            items.insert(format!("/{}", asset.named).into_boxed_str(), item);
        }
        Self(items)
    }

    pub(super) fn find(&self, address: &str) -> Option<&Item> {
        self.0.get(address)
    }

    /// Makes everything for the phase that is now.
    pub(super) async fn make(&self, protected: &Protected, intake: &Intake) {
        for (address, item) in &self.0 {
            item.make(address, protected, intake).await;
        }
    }
}

impl Item {
    /// What is ready for this moment, and for how long it may be kept.
    pub(super) fn ready(&self, intake: &Intake) -> Option<(&Fixed, Kept)> {
        let now = intake.clock.now();
        let cell = self.cell(Phase::at(&intake.programme.window, now));
        Some((cell.get()?.as_ref()?, self.kept(intake, now)))
    }

    /// The same, made first if need be: once, however many ask. `None` if the handler has to answer.
    pub(super) async fn make(&self, address: &str, protected: &Protected, intake: &Intake) -> Option<(&Fixed, Kept)> {
        let phase = || Phase::at(&intake.programme.window, intake.clock.now());
        let before = phase();
        let make = || async {
            let made = page(address, protected).await;
            if phase() == before { Ok(made) } else { Err(Turned) }
        };
        let made = self.cell(before).get_or_try_init(make).await;
        Some((made.ok()?.as_ref()?, self.kept(intake, intake.clock.now())))
    }

    fn cell(&self, phase: Phase) -> &OnceCell<Option<Fixed>> {
        match self.lasts {
            Lasts::ThisPhase(_) => &self.made[phase as usize],
            Lasts::ForGood | Lasts::Always(_) => &self.made[0],
        }
    }

    fn kept(&self, intake: &Intake, now: u64) -> Kept {
        match self.lasts {
            Lasts::ForGood => Kept::ForGood,
            Lasts::Always(seconds) => Kept::Seconds(seconds),
            Lasts::ThisPhase(longest) => Kept::Seconds(Phase::lasts_s(&intake.programme.window, now, longest)),
        }
    }
}

/// The queries of the script that asks which places are for whom: nothing said, a home, a group, both.
fn reach(programme: &Programme) -> Vec<String> {
    if !matches!(programme.reach, Reach::Table { .. }) {
        return Vec::new();
    }
    let homes = || std::iter::once("").chain(programme.districts.iter().map(|district| district.code.as_str()));
    let groups = std::iter::once("").chain(programme.cohorts.iter().map(|cohort| cohort.id.as_str()));
    groups.flat_map(|group| homes().map(move |home| format!("?home={home}&group={group}"))).collect()
}

/// What the handler gives to everybody.
async fn page(address: &str, protected: &Protected) -> Option<Fixed> {
    let request = Request::get(address).body(Body::empty()).ok()?;
    let Ok(response) = protected.clone().oneshot(request).await;
    let (head, body) = response.into_parts();
    let public = head.headers.get(header::CACHE_CONTROL).is_some_and(|value| value.as_bytes().starts_with(b"public"));
    if head.status != StatusCode::OK || !public {
        return None;
    }
    let bytes = to_bytes(body, LONGEST).await.ok()?;
    let tag =
        head.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(|tag| tag.trim_matches('"').to_owned());
    let tag = tag.unwrap_or_else(|| Hash::of(&bytes).to_string());
    Some(Fixed::of(head.headers.get(header::CONTENT_TYPE)?, &bytes, &tag))
}
