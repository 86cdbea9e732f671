//! The rules of the repository, as tests: what no compiler and no linter checks here.
//!
//! Each rule is a function from text to offences, tested on bad text first, and then run on the repository.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it misses by failing; clippy's own exception does not reach a test's helpers"
)]

mod files;
mod isolation;
mod rules;
