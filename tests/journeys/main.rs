//! Journeys: what a person does, on real control planes, judged by their audit logs.
//!
//! They drive the headless binary where its command line can say it, and the engine where a window would be needed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it misses by failing; clippy's own exception does not reach a test's helpers"
)]

mod added;
mod audit;
mod cares;
mod commands;
mod conformance;
mod contexts;
mod crashes;
mod deletes;
mod full;
mod heavy_peers;
mod hostile_peers;
mod job_faults;
mod jobs;
mod kinds;
mod kubeconfigs;
mod large;
mod links;
mod lists;
mod names;
mod plans;
mod plugins;
mod practice;
mod printing;
mod races;
mod reloads;
mod restoring;
mod scripts;
mod secrets;
mod sessions;
mod shell;
mod signing;
mod support;
mod two;
mod unkept;
mod views;
mod warnings;
mod watching;
