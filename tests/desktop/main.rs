//! The built window, driven: what only a real window on a real cluster can show.
//!
//! Logic is tested in the crates, the page in `tests/ui`. Every window here has a home, a state folder and a kubeconfig
//! of its own; they are driven one at a time, since they share a display.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it misses by failing; clippy's own exception does not reach a test's helpers"
)]

mod deleting;
mod policy;
mod signing;
mod welcome;
mod window;

/// The journeys' control planes serve these tests as well.
#[path = "../journeys/support/plane.rs"]
#[allow(dead_code, reason = "the journeys use more of it")]
mod plane;
