//! The window's configuration: the page's policy is as strict as it is meant to be.

use serde_json::Value;

use super::assert_none;
use crate::files::text;

/// Directives that have to be there, word for word.
const NEEDED: [&str; 7] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src ipc: http://ipc.localhost",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types svelte-trusted-html",
];

fn offences(policy: &str) -> Vec<String> {
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    let missing = NEEDED.iter().filter(|needed| !directives.contains(*needed));
    let loose = ["unsafe", "*", "https:", "blob:"].iter().filter(|word| policy.contains(**word));
    let missing = missing.map(|needed| format!("{needed} is missing"));
    missing.chain(loose.map(|word| format!("{word} is allowed"))).collect()
}

#[test]
fn a_loose_policy_is_found() {
    let strict = NEEDED.join("; ");
    assert_eq!(offences(&strict), Vec::<String>::new());
    assert_eq!(offences(&strict.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")).len(), 2);
    assert_eq!(offences(&strict.replace("; trusted-types svelte-trusted-html", "")).len(), 1);
    assert_eq!(offences(&format!("{strict}; img-src *")).len(), 1);
}

#[test]
fn the_window_is_configured_strictly() {
    let config: Value = serde_json::from_str(&text("tauri.conf.json")).expect("JSON");
    let security = &config["app"]["security"];
    assert_none("the policy", &offences(security["csp"].as_str().unwrap_or_default()));
    assert_eq!(config["app"]["withGlobalTauri"], Value::Bool(false));
    assert_eq!(security["freezePrototype"], Value::Bool(true));
    // Tauri would add nonces of its own to the policy; the page has no inline script that would need one.
    assert_eq!(security["dangerousDisableAssetCspModification"], Value::Bool(true));
    assert!(security.get("assetProtocol").is_none() && security.get("devCsp").is_none());
    assert!(config["build"].get("devUrl").is_none(), "the page is compiled in");
}
