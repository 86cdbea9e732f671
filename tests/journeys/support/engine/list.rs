//! A view of an engine, as the page pulls from it.

use secateur_domain::ids::Identity;
use secateur_engine::ViewWindow;

use super::Engine;

/// An open view.
pub(crate) struct List<'a> {
    pub(super) engine: &'a Engine,
    pub(crate) id: String,
}

impl List<'_> {
    /// The first rows, as the page would pull them.
    pub(crate) fn window(&self) -> ViewWindow {
        self.engine.backend.window(&self.id, 0, 500).expect("an open view")
    }

    /// Waits until a row is there; gives its identity.
    pub(crate) async fn row(&self, name: &str) -> Identity {
        self.until(&format!("a row {name}"), |window| {
            window.rows.iter().find(|row| &*row.row.name == name).and_then(|row| row.row.identity())
        })
        .await
    }

    /// Waits until the window is so.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl FnMut(&ViewWindow) -> Option<T>) -> T {
        self.engine.until(what, || look(&self.window())).await
    }

    /// The names of the rows now.
    pub(crate) fn names(&self) -> Vec<String> {
        self.window().rows.iter().map(|row| row.row.name.to_string()).collect()
    }
}
