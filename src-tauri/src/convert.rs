//! Between the page's types and the engine's. Shapes only: nothing is decided here.
//!
//! Both sides are foreign to this crate, so these are traits of its own in the place of `From` and `TryFrom`.

mod adding;
mod catalogue;
mod event;
mod history;
mod job;
mod plan;
mod restore;
mod selection;
mod session;
mod settings;
mod view;

pub(crate) use catalogue::namespaces;
pub(crate) use view::word;

use secateur_contract::{Catalogue, SourceProblem};
use secateur_engine::EngineError;

/// Something of the engine's that crosses to the page as `Page`.
pub(crate) trait IntoPage<Page> {
    /// As the page knows it.
    fn into_page(self) -> Page;
}

/// Something of the page's that the engine knows as `Engine`, if it makes sense.
pub(crate) trait IntoEngine<Engine> {
    /// Parses it; the error names the part that makes no sense.
    fn into_engine(self) -> Result<Engine, EngineError>;
}

impl<Inner: IntoPage<Page>, Page> IntoPage<Vec<Page>> for Vec<Inner> {
    fn into_page(self) -> Vec<Page> {
        self.into_iter().map(IntoPage::into_page).collect()
    }
}

/// The largest count that is shown; nobody reads on from there, and no 64-bit number crosses.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The same of what a server counted.
pub(crate) fn counted(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A number that the page reckons with: exact up to 2^53, which no size and no time of this era reaches.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn large(number: u64) -> f64 {
    number as f64
}

/// Unix milliseconds as the seconds that the page reckons in.
fn seconds(milliseconds: u64) -> f64 {
    large(milliseconds) / 1_000.0
}

/// Secateur's own files are shown where the kubeconfigs' problems are; their sentences name the file.
pub(crate) fn with_own_problems(mut catalogue: Catalogue, own: Vec<String>) -> Catalogue {
    catalogue.problems.extend(own.into_iter().map(|message| SourceProblem {
        file: String::new(),
        line: None,
        message,
    }));
    catalogue
}
