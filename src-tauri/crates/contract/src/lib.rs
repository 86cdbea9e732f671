//! The types that cross to the page, and nothing else: shapes without behaviour, converted from the domain's
//! types at this edge. The page's TypeScript is generated from here by `cargo test -p secateur-contract`.
//!
//! No 64-bit number crosses; text from a cluster crosses as text and is never markup.

mod catalogue;
mod error;
mod event;
mod history;
mod job;
mod plan;
mod session;
mod settings;
mod view;

pub use catalogue::*;
pub use error::*;
pub use event::*;
pub use history::*;
pub use job::*;
pub use plan::*;
pub use session::*;
pub use settings::*;
pub use view::*;
