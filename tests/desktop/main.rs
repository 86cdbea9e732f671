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

mod adding;
mod agreeing;
mod deleting;
mod dragging;
mod frame;
mod gate;
mod jobs;
mod kinds;
mod lists;
mod many;
mod policy;
mod practising;
mod restoring;
mod signing;
mod signing_in;
mod steps;
mod welcome;
mod window;

use support::plane;

/// The journeys' control planes serve these tests as well.
#[path = "../journeys/support"]
#[allow(dead_code, reason = "the journeys use more of it")]
mod support {
    pub(crate) mod plane;
}

/// And what they read in the audit logs.
#[path = "../journeys/audit.rs"]
#[allow(dead_code, reason = "the journeys use more of it")]
mod audit;
