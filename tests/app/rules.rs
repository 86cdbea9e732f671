//! One module for each kind of rule.

mod bindings;
mod commands;
mod dependencies;
mod page;
mod policy;
mod text;

/// Fails with every offence, one a line.
fn assert_none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n  {}", offences.join("\n  "));
}
