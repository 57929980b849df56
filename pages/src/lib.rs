//! What people see, shared by every page of a draw: the languages, the texts, the frame around a page, the stylesheet.
//!
//! **Invariant:** every text exists in every language under the same key, with the same arguments; pages work
//! without scripts and load nothing from elsewhere.

pub mod lang;
pub mod layout;
pub mod map;
pub mod numbers;
pub mod plot;
pub mod texts;

pub use lang::Lang;
pub use layout::{Layout, Link};
pub use texts::{Arg, Texts};

/// The stylesheet, served as `/assets/style.css`.
pub const STYLE: &str = include_str!("../assets/style.css");

/// The bundle's page where a ticket finds its result, from the bundle's root.
pub fn results_page(lang: Lang) -> String {
    lang.page("results")
}
