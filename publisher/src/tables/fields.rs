//! What every column of the open tables means: the source of both data dictionaries.

use super::summaries::placed_by_choice;
use pages::Lang;
use protocol::programme::Programme;

/// How a value is written (types of Table Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// A whole number; lottery numbers need 64 bits without sign.
    Integer,
    /// A time with its distance from UTC.
    Time,
    /// Texts, joined by semicolons in CSV.
    List,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether a row may have nothing there.
    pub(crate) optional: bool,
    pub(crate) ko: String,
    pub(crate) en: String,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableInfo {
    pub(crate) name: &'static str,
    pub(crate) ko: &'static str,
    pub(crate) en: &'static str,
    /// The columns that tell rows apart; none where one of them may be empty.
    pub(crate) key: &'static [&'static str],
    pub(crate) fields: Vec<Field>,
}

impl Field {
    pub(crate) fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

impl TableInfo {
    pub(crate) fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ko => self.ko,
            Lang::En => self.en,
        }
    }
}

/// All tables of a programme's draw, in the order of [`super::NAMES`].
pub(crate) fn describe(programme: &Programme) -> Vec<TableInfo> {
    let mut cohorts = fields(COHORTS);
    cohorts.extend((1..=programme.max_choices).map(|choice| Field {
        name: placed_by_choice(choice),
        kind: Kind::Integer,
        optional: false,
        ko: format!("{choice}지망으로 배정된 사람 수"),
        en: format!("Placed by choice {choice}"),
    }));
    vec![
        TableInfo {
            name: "entries",
            ko: "신청: 명부의 추첨표마다 한 줄, 명부 순서",
            en: "Entries: one row per ticket of the register, in its order",
            key: &["ticket"],
            fields: fields(ENTRIES),
        },
        TableInfo {
            name: "sessions",
            ko: "회차: 회차마다 한 줄, 시행 계획 순서",
            en: "Sessions: one row per session, in the programme's order",
            key: &["session"],
            fields: fields(SESSIONS),
        },
        TableInfo {
            name: "pools",
            ko: "좌석 묶음: 회차마다 모두에게 열린 자리와 따로 남겨 둔 자리를 한 줄씩, 시행 계획 순서",
            en: "Pools: of each session the seats open to all and those kept for some, a row each, in the programme's order",
            key: &[],
            fields: fields(POOLS),
        },
        TableInfo {
            name: "cohorts",
            ko: "대상 집단: 집단마다 한 줄, 시행 계획 순서",
            en: "Cohorts: one row per cohort, in the programme's order",
            key: &["cohort"],
            fields: cohorts,
        },
        TableInfo {
            name: "districts",
            ko: "지역: 지역마다 한 줄, 시행 계획 순서. 그곳의 장소와 그곳에 사는 사람",
            en: "Districts: one row per district, in the programme's order; its sites, and the people who live there",
            key: &["district"],
            fields: fields(DISTRICTS),
        },
        TableInfo {
            name: "residents",
            ko: "집단과 지역: 신청한 사람이 있는 집단과 거주 지역마다 한 줄, 시행 계획 순서",
            en: "Cohorts by district: one row per cohort and district where people who registered live, in the programme's order",
            key: &["cohort", "district"],
            fields: fields(RESIDENTS),
        },
    ]
}

type Row = (&'static str, Kind, bool, &'static str, &'static str);

fn fields(rows: &[Row]) -> Vec<Field> {
    let field = |(name, kind, optional, ko, en): &Row| Field {
        name: (*name).into(),
        kind: *kind,
        optional: *optional,
        ko: (*ko).into(),
        en: (*en).into(),
    };
    rows.iter().map(field).collect()
}

const ENTRIES: &[Row] = &[
    ("ticket", Kind::Text, false, "추첨표 번호", "The ticket"),
    ("revision", Kind::Integer, false, "몇 번째 내용인지, 1부터", "Which revision this is, from 1"),
    (
        "status",
        Kind::Text,
        false,
        "active 참여, withdrawn 철회; -by-office가 붙으면 담당 기관이 변경 열쇠 없이 바꾼 것",
        "active or withdrawn; with -by-office if the office made the change without the change key",
    ),
    ("cohort", Kind::Text, false, "대상 집단", "The cohort"),
    (
        "home_district",
        Kind::Text,
        false,
        "명부에 적힌 거주 지역",
        "District where the person lives, as the roll has it",
    ),
    ("channel", Kind::Text, false, "self 본인, assisted 도움을 받음, paper 종이", "self, assisted or paper"),
    (
        "choices",
        Kind::List,
        true,
        "원하는 순서대로 고른 것: session:회차 또는 site:장소(그 장소의 아무 회차)",
        "The choices, best first: session:… or site:… (any session of that site)",
    ),
    (
        "lottery_number",
        Kind::Integer,
        true,
        "추첨 번호, 부호 없는 64비트 정수; 작을수록 앞섬; 철회했으면 없음",
        "The lottery number, 64 bits without sign; smaller is luckier; none if withdrawn",
    ),
    ("outcome", Kind::Text, false, "placed 배정, unplaced 미배정, withdrawn 철회", "placed, unplaced or withdrawn"),
    ("session", Kind::Text, true, "배정된 회차", "The session of the seat"),
    ("site", Kind::Text, true, "배정된 장소", "The site of the seat"),
    ("district", Kind::Text, true, "배정된 장소의 지역", "The district of that site"),
    ("choice", Kind::Integer, true, "몇 지망으로 배정되었는지, 1부터", "Which choice that was, from 1"),
];

const SESSIONS: &[Row] = &[
    ("session", Kind::Text, false, "회차", "The session"),
    ("site", Kind::Text, false, "장소", "Its site"),
    ("site_name", Kind::Text, false, "장소 이름", "Name of the site"),
    ("district", Kind::Text, false, "장소의 지역", "District of the site"),
    ("latitude_microdeg", Kind::Integer, false, "북위, 백만분의 1도", "Degrees north, in millionths (WGS 84)"),
    ("longitude_microdeg", Kind::Integer, false, "동경, 백만분의 1도", "Degrees east, in millionths (WGS 84)"),
    ("starts_at", Kind::Time, false, "시작 시각", "When it starts (RFC 3339)"),
    ("starts_at_unix_s", Kind::Integer, false, "시작 시각, 1970년부터의 초", "The same in seconds since 1970"),
    ("capacity", Kind::Integer, false, "자리 수", "Seats"),
    ("placed", Kind::Integer, false, "배정된 자리 수", "Seats taken"),
    (
        "first_choices",
        Kind::Integer,
        false,
        "이 회차나 그 장소를 1지망으로 고른 참여자 수",
        "Active entries whose first choice is this session or its site",
    ),
    (
        "listed",
        Kind::Integer,
        false,
        "이 회차나 그 장소를 목록에 넣은 참여자 수",
        "Active entries that list this session or its site",
    ),
    (
        "closing_tier",
        Kind::Integer,
        true,
        "마감된 순위 묶음; 끝까지 열려 있었으면 없음",
        "Tier at which it closed; none if it never closed",
    ),
    (
        "closing_number",
        Kind::Integer,
        true,
        "마감 번호: 처음으로 자리를 얻지 못한 추첨 번호",
        "The closing number: the lottery number at which it closed",
    ),
    ("closing_ticket", Kind::Text, true, "그 번호의 추첨표", "The ticket with that number"),
    (
        "price",
        Kind::Integer,
        false,
        "순위 비용으로 나타낸 값: 자리 하나가 다른 사람들에게 치르게 한 비용",
        "The price in rank costs: what a seat cost the others",
    ),
    (
        "tie_price",
        Kind::Text,
        false,
        "동률을 정한 값(십진 정수): 검증에만 쓰임",
        "The price in luck, a decimal integer; a witness for verifiers",
    ),
];

const POOLS: &[Row] = &[
    ("session", Kind::Text, false, "회차", "The session"),
    (
        "reserve",
        Kind::Text,
        true,
        "이 자리를 남겨 둔 대상; 모두에게 열린 자리면 없음",
        "The reserve that these seats are kept for; none if they are open to all",
    ),
    ("reserve_ko", Kind::Text, true, "그 대상의 한국어 이름", "Its Korean name"),
    ("reserve_en", Kind::Text, true, "그 대상의 영어 이름", "Its English name"),
    ("capacity", Kind::Integer, false, "자리 수", "Seats"),
    ("placed", Kind::Integer, false, "배정된 자리 수", "Seats taken"),
    (
        "closing_tier",
        Kind::Integer,
        true,
        "마감된 순위 묶음; 끝까지 열려 있었으면 없음",
        "Tier at which it closed; none if it never closed",
    ),
    (
        "closing_number",
        Kind::Integer,
        true,
        "마감 번호: 처음으로 자리를 얻지 못한 추첨 번호",
        "The closing number: the lottery number at which it closed",
    ),
    ("closing_ticket", Kind::Text, true, "그 번호의 추첨표", "The ticket with that number"),
    (
        "first_pass_closing_tier",
        Kind::Integer,
        true,
        "두 번에 나누어 배정한 추첨에서, 첫 번째에 마감된 순위 묶음",
        "In a draw with two passes, the tier at which it closed in the first",
    ),
    ("first_pass_closing_number", Kind::Integer, true, "첫 번째에 마감된 번호", "The closing number of the first pass"),
    ("first_pass_closing_ticket", Kind::Text, true, "그 번호의 추첨표", "The ticket with that number"),
    (
        "price",
        Kind::Integer,
        false,
        "순위 비용으로 나타낸 값: 자리 하나가 다른 사람들에게 치르게 한 비용",
        "The price in rank costs: what a seat cost the others",
    ),
    (
        "tie_prices",
        Kind::Text,
        false,
        "동률을 정한 값(십진 정수, 빈칸으로 나눔): 검증에만 쓰임",
        "The prices in luck, decimal integers with spaces between; witnesses for verifiers",
    ),
];

const COHORTS: &[Row] = &[
    ("cohort", Kind::Text, false, "대상 집단", "The cohort"),
    ("title_ko", Kind::Text, false, "한국어 이름", "Its Korean name"),
    ("title_en", Kind::Text, false, "영어 이름", "Its English name"),
    ("tier", Kind::Integer, false, "순위 묶음; 1이 먼저", "Its tier; 1 comes first"),
    ("active", Kind::Integer, false, "참여자 수", "Active entries"),
    ("withdrawn", Kind::Integer, false, "철회한 사람 수", "Withdrawn entries"),
    ("placed", Kind::Integer, false, "배정된 사람 수", "Active entries with a seat"),
    ("unplaced", Kind::Integer, false, "배정되지 않은 사람 수", "Active entries without a seat"),
];

const DISTRICTS: &[Row] = &[
    ("district", Kind::Text, false, "지역 코드", "The district's code"),
    ("name_ko", Kind::Text, false, "한국어 이름", "Its Korean name"),
    ("name_en", Kind::Text, false, "영어 이름", "Its English name"),
    ("sites", Kind::Integer, false, "장소 수", "Sites"),
    ("sessions", Kind::Integer, false, "회차 수", "Sessions"),
    ("capacity", Kind::Integer, false, "자리 수", "Seats"),
    ("placed", Kind::Integer, false, "배정된 자리 수", "Seats taken"),
    ("residents", Kind::Integer, false, "이 지역에 살며 신청한 사람 수", "People who live there and registered"),
    ("residents_active", Kind::Integer, true, FEW_ACTIVE.0, FEW_ACTIVE.1),
    ("residents_withdrawn", Kind::Integer, true, FEW_WITHDRAWN.0, FEW_WITHDRAWN.1),
    ("residents_placed", Kind::Integer, true, FEW_PLACED.0, FEW_PLACED.1),
    ("residents_unplaced", Kind::Integer, true, FEW_UNPLACED.0, FEW_UNPLACED.1),
    ("residents_first_choice", Kind::Integer, true, FEW_FIRST.0, FEW_FIRST.1),
];

const RESIDENTS: &[Row] = &[
    ("cohort", Kind::Text, false, "대상 집단", "The cohort"),
    ("district", Kind::Text, false, "거주 지역 코드", "Code of the district where they live"),
    ("entries", Kind::Integer, false, "신청한 사람 수, 철회 포함", "Who registered, withdrawn ones included"),
    ("active", Kind::Integer, true, FEW_ACTIVE.0, FEW_ACTIVE.1),
    ("withdrawn", Kind::Integer, true, FEW_WITHDRAWN.0, FEW_WITHDRAWN.1),
    ("placed", Kind::Integer, true, FEW_PLACED.0, FEW_PLACED.1),
    ("unplaced", Kind::Integer, true, FEW_UNPLACED.0, FEW_UNPLACED.1),
    ("first_choice", Kind::Integer, true, FEW_FIRST.0, FEW_FIRST.1),
];

// What became of fewer than `view::FEW` people is left out of summaries; the table of entries has it under tickets.
const FEW_ACTIVE: (&str, &str) =
    ("그중 참여자 수; 신청한 사람이 5명보다 적으면 비움", "Of them active; empty if fewer than 5 registered");
const FEW_WITHDRAWN: (&str, &str) =
    ("그중 철회한 사람 수; 5명보다 적으면 비움", "Of them withdrawn; empty if fewer than 5 registered");
const FEW_PLACED: (&str, &str) =
    ("그중 배정된 사람 수; 5명보다 적으면 비움", "Of them with a seat; empty if fewer than 5 registered");
const FEW_UNPLACED: (&str, &str) = (
    "그중 배정되지 않은 참여자 수; 5명보다 적으면 비움",
    "Of them active without a seat; empty if fewer than 5 registered",
);
const FEW_FIRST: (&str, &str) = (
    "그중 1지망으로 배정된 사람 수; 5명보다 적으면 비움",
    "Of them placed by their first choice; empty if fewer than 5 registered",
);
const _: () = assert!(crate::view::FEW == 5, "the texts above say 5");
