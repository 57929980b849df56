//! What the public sees of a draw: the bundle of static files, its open data and pages, and one person's result in
//! sentences. SPEC §13, §14.
//!
//! **Invariant:** every file is a function of the draw and of this program's version; nothing is written in part.

mod bundle;
mod error;
mod folder;
pub mod layout;

pub use bundle::{Draw, bundle};
pub use error::{FolderError, PublishError};
pub use folder::{read, write};
