//! A job while it runs: paused, resumed, stopped, and a window that is closed over it.

use crate::{
    audit, frame,
    gate::Gate,
    plane::{self, Plane},
    steps::JOB,
    window::{SHEET, Window, sheet_button},
};

/// So many that a job is not over before the gate closes in its middle.
const MANY: usize = 300;
/// What the application sends until some of them are deleted.
const SOME: u64 = 24 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_paused_in_its_middle_and_goes_on() {
    let plane = plane::first();
    let gate = Gate::before(plane).await;
    let window = Window::at(&gate.kubeconfig()).await;
    begin(&window, &gate, plane, "paused-job").await;
    window.click(&job_button("Pause")).await;
    until_job_is(&window, "paused").await;
    gate.open();
    // What was sent before comes to its end, and nothing more is sent.
    nothing_is_on_its_way(&window).await;
    window.find(&format!("{JOB}//section//strong[.='Paused']")).await;
    let sent = audit::deletes(plane, "paused-job").len();
    assert!((1..MANY).contains(&sent), "it was paused in its middle: {sent}");
    window.pictures("job-paused").await;
    assert_eq!(audit::deletes(plane, "paused-job").len(), sent, "nothing is sent while it is paused");
    window.click(&job_button("Resume")).await;
    window.find(&format!("{JOB}//*[contains(., 'All 300 ConfigMaps are gone')]")).await;
    window.pictures("job-gone").await;
    assert_eq!(left(plane, "paused-job"), 0);
    assert_eq!(audit::deletes(plane, "paused-job").len(), MANY, "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_stopped_in_its_middle() {
    let plane = plane::first();
    let gate = Gate::before(plane).await;
    let window = Window::at(&gate.kubeconfig()).await;
    begin(&window, &gate, plane, "stopped-job").await;
    window.pictures("job-running").await;
    window.click(&job_button("Stop")).await;
    until_job_is(&window, "stopped").await;
    gate.open();
    window.find(&format!("{JOB}//*[contains(., 'not sent')]")).await;
    window.gone(&job_button("Stop")).await;
    window.pictures("job-stopped").await;
    let sent = audit::deletes(plane, "stopped-job").len();
    assert!((1..MANY).contains(&sent), "it was stopped in its middle: {sent}");
    assert_eq!(left(plane, "stopped-job"), MANY - sent, "what was not sent is still there");
}

/// Fault 24: a token that ends in the middle of a deletion. The person gives another one in place, and the job goes on.
#[tokio::test(flavor = "multi_thread")]
async fn fault_24_a_job_goes_on_after_its_expired_token_was_replaced() {
    let plane = plane::first();
    let gate = Gate::before(plane).await;
    plane.namespace("relieved");
    for name in ["leaver", "follower"] {
        plane.kubectl(&["-n", "relieved", "create", "serviceaccount", name]);
        let role = format!("--serviceaccount=relieved:{name}");
        plane.kubectl(&["create", "clusterrolebinding", name, "--clusterrole=cluster-admin", &role]);
    }
    let token = |name: &str| plane.kubectl(&["-n", "relieved", "create", "token", name]).trim().to_owned();
    let kubeconfig = gate.kubeconfig();
    let file = kubeconfig.to_str().expect("a path");
    let config = |arguments: &[&str]| plane.kubectl(&[&["--kubeconfig", file, "config"], arguments].concat());
    let cluster = config(&["view", "-o", "jsonpath={.contexts[0].context.cluster}"]);
    config(&["set-credentials", "leaver", "--token", &token("leaver")]);
    config(&["set-context", "leaver", "--cluster", &cluster, "--user", "leaver"]);
    let window = Window::at(&kubeconfig).await;
    begin_in(&window, &gate, plane, ("leaver", "expired-job")).await;
    plane.kubectl(&["-n", "relieved", "delete", "serviceaccount", "leaver"]);
    // Past the gate, and for as long as the server remembers that it took the token: some seconds.
    let straight = plane.kubeconfig();
    let straight = straight.to_str().expect("a path");
    let leaver = config(&["view", "--raw", "-o", "jsonpath={.users[?(@.name=='leaver')].user.token}"]);
    // A context without a client certificate, which would go before the token.
    let viewer = format!("{}-viewer", plane.name);
    let asked = ["--kubeconfig", straight, "--context", &viewer, "--token", &leaver, "auth", "whoami"];
    window
        .until("the server to forget the token", async || {
            (!plane.try_kubectl(&asked).status.success()).then_some(())
        })
        .await;
    gate.open();
    window.find(&format!("{JOB}//section[@aria-label='leaver']//button[normalize-space(.)='Sign in']")).await;
    let sent = audit::deletes(plane, "expired-job").len();
    window.pictures("job-signed-out").await;
    window
        .click(&format!("{JOB}//section[@aria-label='leaver']//button[normalize-space(.)='Sign in']"))
        .await;
    window.find("//h2[contains(., 'Sign in to leaver')]").await;
    window.click("//*[@role='radio'][contains(., 'Use a token instead')] | //label[contains(., 'Use a token instead')]").await;
    let field = window.find("//input[@aria-label='Token']").await;
    field.send_keys(&token("follower")).await.expect("a field");
    window.pictures("job-signing-in").await;
    window.click("//form[.//input[@aria-label='Token']]//button[@type='submit'][not(@disabled)]").await;
    window.find(&format!("{JOB}//*[contains(., 'All 300 ConfigMaps are gone')]")).await;
    window.pictures("job-relieved").await;
    assert!(sent < MANY, "it ended in its middle: {sent}");
    assert_eq!(left(plane, "expired-job"), 0);
}

/// Fault 83: the page's process ends while a job runs. The job knows nothing of it, and the page is there again.
#[tokio::test(flavor = "multi_thread")]
async fn fault_83_the_page_is_loaded_again_when_its_process_is_killed_and_the_job_goes_on() {
    let plane = plane::first();
    let gate = Gate::before(plane).await;
    let mut window = Window::at(&gate.kubeconfig()).await;
    begin(&window, &gate, plane, "killed-page").await;
    window.kill_page().await;
    window.find(&job_button("Pause")).await;
    until_job_is(&window, "running").await;
    window.pictures("job-killed-page").await;
    gate.open();
    window.find(&format!("{JOB}//*[contains(., 'All 300 ConfigMaps are gone')]")).await;
    assert_eq!(left(plane, "killed-page"), 0);
    assert_eq!(audit::deletes(plane, "killed-page").len(), MANY, "each once");
    assert_eq!(window.jobs().await.len(), 1, "and there is one job");
}

/// Fault 87: a window that is closed over a running job asks, and either answer is what happens.
#[tokio::test(flavor = "multi_thread")]
async fn fault_87_closing_the_window_over_a_job_asks() {
    let plane = plane::first();
    let gate = Gate::before(plane).await;
    let window = Window::at(&gate.kubeconfig()).await;
    begin(&window, &gate, plane, "closed-over").await;
    let asked = format!("{SHEET}[contains(., 'Quit while a job runs?')]");
    frame::ask_to_close(window.process());
    let words = window.words(&asked).await;
    assert!(words.contains("objects are not deleted yet"), "{words}");
    let focused = window.run("return document.activeElement.textContent.trim()").await;
    assert_eq!(focused, "Keep it running");
    window.pictures("closing").await;
    window.click(&sheet_button("Keep it running")).await;
    window.gone(SHEET).await;
    assert!(!window.is_over(), "the window stays");
    assert_eq!(window.jobs().await[0]["state"], "running", "and the job goes on");
    frame::ask_to_close(window.process());
    window.find(&asked).await;
    window.click(&sheet_button("Stop the job and quit")).await;
    // What is on its way is waited for.
    until_job_is(&window, "stopped").await;
    gate.open();
    window.until("the application to end", async || window.is_over().then_some(())).await;
    let sent = audit::deletes(plane, "closed-over").len();
    assert!((1..MANY).contains(&sent), "it was stopped in its middle: {sent}");
    assert_eq!(left(plane, "closed-over"), MANY - sent, "what was not sent is still there");
}

/// Nothing is asked where nothing runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_without_a_job_closes() {
    let window = Window::on_an_empty_home().await;
    window.find("//*[contains(text(), 'No cluster yet')]").await;
    frame::ask_to_close(window.process());
    window.until("the application to end", async || window.is_over().then_some(())).await;
}

/// Begins a job that waits in its middle.
async fn begin(window: &Window, gate: &Gate, plane: &Plane, namespace: &str) {
    begin_in(window, gate, plane, (plane.name, namespace)).await;
}

/// The same, in a context and a namespace.
async fn begin_in(window: &Window, gate: &Gate, plane: &Plane, (context, namespace): (&str, &str)) {
    let count = MANY.to_string();
    plane.seed(&["configmaps", "--namespace", namespace, "--prefix", namespace, "--count", &count]);
    window.open_rows(context, "ConfigMaps", &format!("{namespace}-0")).await;
    window.find(&format!("//*[@role='grid'][@aria-rowcount='{}']", MANY + 1)).await;
    window.click("//*[@aria-label='Mark all that match']").await;
    window.plan_marked().await;
    window.type_proof(namespace).await;
    window.until_possible().await;
    gate.close_after(SOME);
    window.press_delete().await;
    window.until("the gate to close", async || gate.is_closed().then_some(())).await;
}

/// Waits until the newest job is in this state.
async fn until_job_is(window: &Window, state: &str) {
    let is_so = async || (window.jobs().await.first()?["state"] == state).then_some(());
    window.until(&format!("the job to be {state}"), is_so).await;
}

async fn nothing_is_on_its_way(window: &Window) {
    let is_so = async || (window.jobs().await.first()?["inFlight"] == 0).then_some(());
    window.until("nothing to be on its way", is_so).await;
}

/// A button of the job that shows this word: Pause and Resume lie on each other.
fn job_button(word: &str) -> String {
    let shown =
        format!("normalize-space(.)='{word}' or .//*[@aria-hidden='false'][normalize-space(.)='{word}']");
    format!("{JOB}//button[{shown}][not(@disabled)]")
}

fn left(plane: &Plane, namespace: &str) -> usize {
    let names = plane.kubectl(&["-n", namespace, "get", "configmaps", "-o", "name"]);
    names.lines().filter(|name| !name.contains("kube-root-ca")).count()
}
