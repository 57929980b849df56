//! What the public sees of a draw: the bundle of static files, its open data and pages, and one person's result in
//! sentences. SPEC §13, §14.
//!
//! **Invariant:** every file is a function of the draw and of this program's version; nothing is written in part.

mod bundle;
mod calendar;
mod check;
mod clock;
mod dictionary;
mod error;
mod explain;
mod folder;
mod groups;
mod history;
mod html;
pub mod layout;
mod notice;
mod opened;
mod tables;
mod texts;
mod view;

pub use bundle::{Draw, bundle};
pub use check::{Pages, check_open_data};
pub use error::{FolderError, OpenDataError, PublishError};
pub use explain::{Comparison, ExplainError, Explanation, Fate, Line, Part, Place, Price, Seat, Turn, Wanted, explain};
pub use folder::{read, write};
pub use groups::{Group, small_groups};
pub use notice::{Notice, notice};
pub use opened::OpenError;
pub use pages::Lang;
pub use texts::{Texts, TextsError};
pub use view::FEW;
