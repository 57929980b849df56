//! Placeholder head, replaced as the part is written.

pub mod synthetic;
