//! Journeys: what a person does, on two real control planes, judged by their audit logs.
//!
//! They drive the headless binary where its command line can say it, and the engine where a window would be needed.

mod audit;
mod deletes;
mod kubeconfigs;
mod lists;
mod names;
mod sessions;
mod support;
mod views;
