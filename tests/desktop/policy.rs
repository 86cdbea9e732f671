//! The page's policy and its capability, on in the application as it is built.

use serde_json::{Value, json};

use crate::window::Window;

/// What a script left behind that should not have run.
const TRACE: &str = "return window.secateurTrace ?? null";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_that_is_not_the_pages_own() {
    let window = Window::on_an_empty_home().await;
    let check = async |what: &str, script: &str| {
        window.run(script).await;
        // A load that the policy lets through would have begun by the next frames.
        window.run("return new Promise((done) => setTimeout(done, 100))").await;
        assert_eq!(window.run(TRACE).await, Value::Null, "{what}");
    };
    check(
        "an inline script",
        "const made = document.createElement('script');
         try { made.textContent = 'window.secateurTrace = 1'; document.head.append(made); } catch { /* refused */ }",
    )
    .await;
    check(
        "a handler in an attribute",
        "const made = document.createElement('img');
         try { made.setAttribute('onerror', 'window.secateurTrace = 1'); } catch { /* refused */ }
         made.src = 'nowhere.png'; document.body.append(made);",
    )
    .await;
    check(
        "a script from elsewhere",
        "const made = document.createElement('script');
         try { made.src = 'data:text/javascript,window.secateurTrace=1'; document.head.append(made); } catch { }",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_cannot_be_made_into_code_or_markup() {
    let window = Window::on_an_empty_home().await;
    let refused = async |script: &str| {
        let told = window
            .run(&format!("try {{ {script}; return 'done' }} catch (error) {{ return error.name }}"))
            .await;
        assert!(told == json!("TypeError") || told == json!("EvalError"), "{script}: {told}");
    };
    refused("document.body.innerHTML = '<b>x</b>'").await;
    refused("document.body.insertAdjacentHTML('beforeend', '<b>x</b>')").await;
    refused("document.write('x')").await;
    refused("trustedTypes.createPolicy('another', {})").await;
    refused("new DOMParser().parseFromString('<b>x</b>', 'text/html')").await;
    // The driver's scripts are not the page's, so what the page would be refused is asked of a task of its own.
    let violation = window
        .client
        .execute_async(
            "const done = arguments[0];
             document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
             try { setTimeout('window.secateurTrace = 1', 0); } catch { /* told by the event */ }
             setTimeout(() => done('nothing was reported'), 2000);",
            Vec::new(),
        )
        .await
        .expect("an answer");
    let directive = violation.as_str().unwrap_or_default();
    assert!(
        directive.starts_with("require-trusted-types-for") || directive.starts_with("script-src"),
        "{directive}"
    );
    assert_eq!(window.run(TRACE).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_from_elsewhere() {
    let window = Window::on_an_empty_home().await;
    let told = window
        .client
        .execute_async(
            "const done = arguments[0];
             fetch('http://127.0.0.1:1/').then(() => done('fetched'), (error) => done(error.name));
             document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));",
            Vec::new(),
        )
        .await
        .expect("an answer");
    assert_eq!(told, json!("connect-src"));
    let before = window.client.current_url().await.expect("a URL");
    window.run("location.href = 'https://example.invalid/'").await;
    window.run("window.open('https://example.invalid/')").await;
    assert_eq!(window.client.current_url().await.expect("a URL"), before, "the window stays at its own page");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_commands_of_the_capability_can_be_called() {
    let window = Window::on_an_empty_home().await;
    assert!(window.invoke("settings_read", json!({})).await.is_ok());
    for name in
        ["plugin:window|close", "plugin:path|resolve_directory", "plugin:event|emit", "plugin:app|version"]
    {
        let refused = window.invoke(name, json!({})).await.expect_err(name);
        assert!(refused.as_str().is_some_and(|words| words.contains("not allowed")), "{name}: {refused}");
    }
    assert!(window.invoke("no_such_command", json!({})).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_a_code() {
    let window = Window::on_an_empty_home().await;
    let check = async |name: &str, arguments: Value, code: &str| {
        let refused = window.invoke(name, arguments).await.expect_err(name);
        assert_eq!(refused["code"], json!(code), "{name}: {refused}");
    };
    check("cluster_open", json!({ "cluster": "" }), "invalidRequest").await;
    check("cluster_open", json!({ "cluster": "none" }), "clusterUnknown").await;
    check("view_window", json!({ "view": "none", "start": 0, "count": 50 }), "notOpen").await;
    let request = json!({ "request": { "plan": "none", "digest": "00", "given": { "how": "click" } } });
    check("plan_confirm", request, "notOpen").await;
    let settings = json!({ "settings": { "theme": "light", "textSize": 1, "lastCluster": null } });
    check("settings_write", settings, "invalidRequest").await;
}
