//! What Secateur knows about deleting, as plain values: ids, rows, views, plans, risk, outcomes.
//!
//! No IO, no async runtime: everything here is a function of its arguments, the time too, so that every rule of
//! `docs/architecture.md` can be tested without a server.

pub mod age;
pub mod clock;
pub mod dependants;
pub mod fingerprint;
pub mod ids;
pub mod kind;
pub mod outcome;
pub mod pace;
pub mod plan;
pub mod practice;
pub mod rehearsal;
pub mod risk;
pub mod row;
pub mod rows;
pub mod selection;
pub mod selector;
pub mod sort;
#[cfg(test)]
mod testing;
pub mod tier;
pub mod uses;
pub mod view;
