//! `make` runs the tests with a home of their own; this asserts that it did.

use std::{env, path::PathBuf};

#[test]
fn tests_have_a_home_of_their_own() {
    let Some(own) = env::var_os("SECATEUR_TEST_HOME").map(PathBuf::from) else {
        println!("skipped: not run by make, so the home is the caller's");
        return;
    };
    for name in ["HOME", "KUBECONFIG", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"] {
        let value = env::var_os(name).map(PathBuf::from).unwrap_or_default();
        assert!(value.starts_with(&own), "{name}={}", value.display());
    }
    assert!(!own.join(".kube").exists());
}
