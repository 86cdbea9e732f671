//! Clusters that a person adds: by dropping files on the window, by pasting, and as their login shell says.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};

use crate::{
    dragging::{Drag, files},
    plane,
    window::{Opening, Window, tile},
};

const SHEET: &str = "//dialog[@open][.//h2[.='Add clusters']]";

fn in_sheet(text: &str) -> String {
    format!("{SHEET}//*[contains(normalize-space(.), \"{text}\")]")
}

/// A kubeconfig with one context, which nobody connects to.
fn kubeconfig(name: &str) -> String {
    json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{ "name": "c", "cluster": { "server": format!("https://{name}.invalid:6443") } }],
        "users": [{ "name": "u", "user": { "token": "t" } }],
        "contexts": [{ "name": name, "context": { "cluster": "c", "user": "u" } }],
    })
    .to_string()
}

/// Whether a cluster is in the list.
async fn is_known(window: &Window, name: &str) -> bool {
    window.cluster(name).await != Value::Null
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_dropped_on_the_window_are_added_and_no_others() {
    let all = [("edge.yaml", kubeconfig("edge-prod")), ("notes.txt", "hello".to_owned())];
    let (folder, paths) = files(&all.each_ref().map(|(name, text)| (*name, text.as_str())));
    fs::write(folder.path().join("secret"), kubeconfig("nobody-dropped-it")).expect("a file");
    let dropped: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
    let window = Window::on_an_empty_home().await;
    window.find("//*[contains(text(), 'No cluster yet')]").await;
    let possible = "//*[contains(@class, 'zone')][contains(., 'Drop to add clusters')]";

    let drag = Drag::of(&dropped, window.process());
    drag.over();
    window.find(possible).await;
    window.themes("dropping-960").await;
    drag.leave();
    window.gone(possible).await;
    assert!(!is_known(&window, "edge-prod").await, "what left was not dropped");

    drag.over();
    window.find(possible).await;
    drag.drop();
    window.find(&in_sheet("1 cluster was added.")).await;
    window.find(&in_sheet("notes.txt, line 1: not a kubeconfig.")).await;
    window.find(&tile("edge-prod")).await;
    window.pictures("dropped").await;

    // The page can add what was dropped, once, and names nothing.
    let again = window.invoke("clusters_add_dropped", json!({})).await.expect("nothing is left");
    assert_eq!((&again["added"], &again["known"]), (&json!([]), &json!([])));
    let paths = json!({ "kind": "paths", "paths": [folder.path().join("secret")] });
    window.invoke("clusters_add", json!({ "request": paths })).await.expect_err("no command takes a path");
    assert!(!is_known(&window, "nobody-dropped-it").await);
    assert_eq!(window.run("return location.href").await, json!("tauri://localhost"), "it is still the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_pasted_is_opened_and_taken_off_the_list_again() {
    let plane = plane::first();
    let of = |path: &str| plane.kubectl(&["config", "view", "--raw", "-o", &format!("jsonpath={{{path}}}")]);
    let (folder, _) = files(&[]);
    let authority = folder.path().join("ca.crt");
    let encoded = of(".clusters[0].cluster.certificate-authority-data");
    let decode = format!("printf %s '{}' | base64 -d > {}", encoded.trim(), authority.display());
    let decoded = plane::command(Path::new("sh")).args(["-c", &decode]).status().expect("it runs");
    assert!(decoded.success());
    let text = json!({
        "clusters": [{ "name": "c", "cluster": {
            "server": of(".clusters[0].cluster.server"), "certificate-authority": authority,
        } }],
        "users": [{ "name": "u", "user": { "token": of(".users[?(@.name==\"first-viewer\")].user.token") } }],
        "contexts": [{ "name": "pasted", "context": { "cluster": "c", "user": "u" } }],
    });
    let window = Window::on_an_empty_home().await;
    window.click("//button[@aria-label='Add a cluster']").await;
    window.find(SHEET).await;
    window.pictures("add-sheet").await;
    let field = window.find(&format!("{SHEET}//textarea")).await;
    field.send_keys("hello").await.expect("a field");
    let add = format!("{SHEET}//button[normalize-space(.)='Add what is pasted']");
    window.click(&add).await;
    window.find(&in_sheet("pasted text, line 1: not a kubeconfig.")).await;
    field.clear().await.expect("a field");
    field.send_keys(&text.to_string()).await.expect("a field");
    window.click(&add).await;
    window.find(&in_sheet("1 cluster was added.")).await;
    assert_eq!(field.prop("value").await.expect("its text").as_deref(), Some(""), "it held credentials");
    window.pictures("added").await;

    window.click(&format!("{SHEET}//button[@aria-label='Open pasted']")).await;
    window.find("//nav[@aria-label='Kinds']//button[starts-with(normalize-space(.), 'Pods')]").await;
    window.click("//button[@aria-label='Actions for pasted']").await;
    window.click("//*[@role='menuitem'][normalize-space(.)='Remove from list…']").await;
    let asked = "//dialog[@role='alertdialog'][@open]";
    window.find(&format!("{asked}//h2[contains(., 'Remove pasted from the list?')]")).await;
    window.pictures("remove-sheet").await;
    window.click(&format!("{asked}//button[normalize-space(.)='Remove from the list']")).await;
    window.gone(&tile("pasted")).await;
    assert!(!is_known(&window, "pasted").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_login_shell_names_is_offered_used_and_given_up_again() {
    let (folder, paths) = files(&[("shell", "#!/bin/sh\n"), ("work.yaml", &kubeconfig("work"))]);
    let [shell, work] = &paths[..] else { panic!("two files") };
    let script = format!("#!/bin/sh\nexport KUBECONFIG={} OTHER=planted\neval \"$4\"\n", work.display());
    fs::write(shell, script).expect("a script");
    fs::set_permissions(shell, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let window = Window::open(Opening { shell: Some(shell), ..Opening::default() }).await;
    let value = format!("KUBECONFIG={}", work.display());
    let banner = format!("//*[contains(@class, 'banner')][contains(., 'Your login shell sets {value}.')]");
    window.find(&banner).await;
    assert!(!is_known(&window, "work").await, "it is not taken");
    window.pictures("shell").await;
    window.click(&format!("{banner}//button[normalize-space(.)='Use it']")).await;
    window.find(&tile("work")).await;
    window.gone(&banner).await;
    fs::write(work, kubeconfig("work-moved")).expect("a kubeconfig");
    window.find(&tile("work-moved")).await;

    window.chord(&[crate::steps::CONTROL, ',']).await;
    let sources = "//section[@aria-label='Kubeconfigs of your login shell']";
    window.find(&format!("{sources}[contains(., '{value}')]")).await;
    window.pictures("shell-settings").await;
    window.click(&format!("{sources}//button[normalize-space(.)='Stop using it']")).await;
    window.gone(&tile("work-moved")).await;
    window.find(&format!("{sources}[contains(., 'which is not used')]")).await;
    let kept = fs::read_to_string(window.state().join("settings.json")).expect("settings");
    assert!(kept.contains(&work.display().to_string()) && !kept.contains("planted"), "{kept}");
    drop(folder);
}
