//! Files that the person drags over the window and drops on it. Their paths stay here: the page hears that there are
//! some, and can only say "add what was dropped". No path ever comes from the page.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use secateur_contract::{BackendEvent, FilesDrag};
use tauri::{AppHandle, DragDropEvent, Manager};

use crate::compose::AppState;

/// What was dropped last and not taken yet.
#[derive(Default)]
pub(crate) struct Dropped {
    /// Guards the paths, for moments.
    paths: Mutex<Vec<PathBuf>>,
}

impl Dropped {
    /// Takes what was dropped: once, so that nothing is read a second time without another drop.
    pub(crate) fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.paths.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hears the window's event, keeps what was dropped, and says what the page is to be told. Where a pointer is does
    /// not matter: a drop counts anywhere.
    fn hear(&self, event: &DragDropEvent) -> Option<FilesDrag> {
        match event {
            DragDropEvent::Enter { paths, .. } => (!files(paths).is_empty()).then_some(FilesDrag::Over),
            DragDropEvent::Drop { paths, .. } => {
                let files = files(paths);
                if files.is_empty() {
                    return Some(FilesDrag::Left);
                }
                *self.paths.lock().unwrap_or_else(PoisonError::into_inner) = files;
                Some(FilesDrag::Dropped)
            }
            DragDropEvent::Leave => Some(FilesDrag::Left),
            // `Over`, many times a second: the page knows it already.
            _ => None,
        }
    }
}

/// A link that is dragged comes as a path too, and is none.
fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().filter(|path| path.is_absolute()).cloned().collect()
}

/// Hears the window's event and tells the page.
pub(crate) fn heard(app: &AppHandle, event: &DragDropEvent) {
    let state = app.state::<AppState>();
    if let Some(drag) = state.dropped.hear(event) {
        state.events.tell(BackendEvent::FilesDragged { drag });
    }
}

#[cfg(test)]
mod tests {
    use tauri::PhysicalPosition;

    use super::*;

    const HERE: PhysicalPosition<f64> = PhysicalPosition::new(1., 2.);

    fn paths(paths: &[&str]) -> Vec<PathBuf> {
        paths.iter().map(PathBuf::from).collect()
    }

    fn enter(entered: &[&str]) -> DragDropEvent {
        DragDropEvent::Enter { paths: paths(entered), position: HERE }
    }

    fn drop(dropped: &[&str]) -> DragDropEvent {
        DragDropEvent::Drop { paths: paths(dropped), position: HERE }
    }

    #[test]
    fn what_is_dropped_can_be_taken_once() {
        let dropped = Dropped::default();
        assert_eq!(dropped.hear(&enter(&["/a"])), Some(FilesDrag::Over));
        assert_eq!(dropped.hear(&DragDropEvent::Over { position: HERE }), None);
        assert_eq!(dropped.take(), paths(&[]), "hovering is no drop");
        assert_eq!(dropped.hear(&drop(&["/a", "/b"])), Some(FilesDrag::Dropped));
        assert_eq!(dropped.take(), paths(&["/a", "/b"]));
        assert_eq!(dropped.take(), paths(&[]));
    }

    #[test]
    fn another_drop_takes_the_place_of_one_that_nobody_took() {
        let dropped = Dropped::default();
        dropped.hear(&drop(&["/a"]));
        dropped.hear(&drop(&["/b"]));
        assert_eq!(dropped.take(), paths(&["/b"]));
    }

    #[test]
    fn what_leaves_was_not_dropped() {
        let dropped = Dropped::default();
        dropped.hear(&enter(&["/a"]));
        assert_eq!(dropped.hear(&DragDropEvent::Leave), Some(FilesDrag::Left));
        assert_eq!(dropped.take(), paths(&[]));
    }

    #[test]
    fn a_link_is_no_file() {
        let dropped = Dropped::default();
        assert_eq!(dropped.hear(&enter(&["https://example.org/config"])), None);
        assert_eq!(dropped.hear(&drop(&["https://example.org/config"])), Some(FilesDrag::Left));
        assert_eq!(dropped.take(), paths(&[]));
        assert_eq!(dropped.hear(&drop(&["https://example.org/config", "/a"])), Some(FilesDrag::Dropped));
        assert_eq!(dropped.take(), paths(&["/a"]));
    }
}
