//! One window of the built application, behind WebKit's WebDriver.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    wd::{Capabilities, TimeoutConfiguration},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::plane::{Plane, command};

/// Every wait's deadline. Long, because the machine may be building something else; reached only by a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// Guards the display: a window that is not in front gets no keys.
static DISPLAY: Mutex<()> = Mutex::const_new(());

/// Nobody else opens a window on this display meanwhile: for a test that has another process open one.
pub(crate) async fn alone_on_the_display() -> MutexGuard<'static, ()> {
    DISPLAY.lock().await
}

/// An open window. Dropped, it and its driver are gone.
pub(crate) struct Window {
    pub(crate) client: Client,
    application: Application,
    driver: Driver,
    home: tempfile::TempDir,
    _display: MutexGuard<'static, ()>,
}

/// Ends the application that the driver started, and waits until it has: its home goes next.
struct Application {
    process: PathBuf,
}

impl Drop for Application {
    fn drop(&mut self) {
        let id = self.process.file_name().expect("an id");
        // One that a test ended by itself is not there any more.
        let _ = command(Path::new("kill")).arg("-KILL").arg(id).stderr(Stdio::null()).status();
        let deadline = Instant::now() + PATIENCE;
        // The driver takes the exit status; until then the process has no binary any more.
        while fs::read_link(self.process.join("exe")).is_ok() && Instant::now() < deadline {
            std::thread::sleep(GLANCE);
        }
    }
}

/// Ends the driver.
struct Driver(Child);

impl Driver {
    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a window is opened with.
#[derive(Default)]
pub(crate) struct Opening<'a> {
    /// The kubeconfig; none where absent.
    pub(crate) kubeconfig: Option<&'a Path>,
    /// What settings.json holds, where there is one.
    pub(crate) settings: Option<Value>,
    /// The login shell, where the application is started as a desktop starts it: without a terminal, and without
    /// `KUBECONFIG`.
    pub(crate) shell: Option<&'a Path>,
}

impl Window {
    /// A window on a machine where nothing is set up.
    pub(crate) async fn on_an_empty_home() -> Self {
        Self::open(Opening::default()).await
    }

    /// A window with a plane's contexts.
    pub(crate) async fn on(plane: &Plane) -> Self {
        Self::at(&plane.kubeconfig()).await
    }

    /// A window with the contexts of a kubeconfig.
    pub(crate) async fn at(kubeconfig: &Path) -> Self {
        Self::open(Opening { kubeconfig: Some(kubeconfig), ..Opening::default() }).await
    }

    pub(crate) async fn open(opening: Opening<'_>) -> Self {
        let display = DISPLAY.lock().await;
        let home = tempfile::tempdir().expect("a home");
        let state = home.path().join("state");
        fs::create_dir(&state).expect("a state folder");
        if let Some(settings) = opening.settings {
            fs::write(state.join("settings.json"), settings.to_string()).expect("settings");
        }
        let port = free_port();
        let mut driver = prepare_driver(port, home.path(), &state, opening.shell.is_some());
        let kubeconfig = opening.kubeconfig.map_or_else(|| home.path().join("no-kubeconfig"), Path::to_owned);
        // Who started it knows either the one or the other.
        let (name, value) = opening.shell.map_or(("KUBECONFIG", &*kubeconfig), |shell| ("SHELL", shell));
        driver.env(name, value);
        let driver = Driver(driver.spawn().expect("WebKitWebDriver starts"));
        let options = json!({ "binary": env!("CARGO_BIN_EXE_secateur"), "args": [] });
        let client =
            connect(port, [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect()).await;
        let application = Application { process: application_of(home.path()) };
        assert_isolated(&application, home.path(), opening.shell.is_some());
        Self { client, application, driver, home, _display: display }
    }

    /// Where this window keeps what it keeps.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// The id of the application's process.
    pub(crate) fn process(&self) -> u32 {
        let id = self.application.process.file_name().and_then(|id| id.to_str()).expect("an id");
        id.parse().expect("a number")
    }

    /// Ends the process that draws the page, as a system does that is short of memory. What the driver had open goes
    /// with it: another one takes its place.
    pub(crate) async fn kill_page(&mut self) {
        let environment = environment_of(&self.application.process);
        let place = environment
            .into_iter()
            .find_map(|(name, value)| (name == "WEBKIT_INSPECTOR_SERVER").then_some(value));
        // First, since it would take the application along.
        self.driver.end();
        let page = self.page().expect("a process draws the page");
        let id = page.file_name().expect("an id");
        let killed = command(Path::new("kill")).arg("-KILL").arg(id).status().expect("kill runs");
        assert!(killed.success());
        let deadline = Instant::now() + PATIENCE;
        while self.page().is_none_or(|drawing| drawing == page) {
            assert!(Instant::now() < deadline, "no other process draws the page");
            tokio::time::sleep(GLANCE).await;
        }
        let port = free_port();
        let mut driver = command(Path::new("WebKitWebDriver"));
        driver
            .arg(format!("--port={port}"))
            .arg(format!("--target={}", place.expect("where a driver finds it")))
            .env_clear()
            .stdout(Stdio::null())
            .stdin(Stdio::null());
        self.driver = Driver(driver.spawn().expect("WebKitWebDriver starts"));
        self.client = connect(port, Capabilities::new()).await;
    }

    /// What the threads of the process are called that draws the page.
    pub(crate) fn drawers(&self) -> Vec<String> {
        let threads = fs::read_dir(self.page().expect("a process draws the page").join("task"));
        let names = threads.expect("its threads").flatten().map(|thread| thread.path().join("comm"));
        names.filter_map(|name| fs::read_to_string(name).ok()).collect()
    }

    /// The process that draws the page, as its folder in /proc.
    fn page(&self) -> Option<PathBuf> {
        let parent = format!("PPid:\t{}", self.process());
        let is_page = |process: &PathBuf| {
            let status = fs::read_to_string(process.join("status")).unwrap_or_default();
            status.starts_with("Name:\tWebKitWebProces") && status.lines().any(|line| line == parent)
        };
        let processes = fs::read_dir("/proc").expect("processes").flatten().map(|entry| entry.path());
        let is_over = |process: &PathBuf| fs::read_link(process.join("exe")).is_err();
        processes.filter(is_page).find(|process| !is_over(process))
    }

    /// Whether the application has ended.
    pub(crate) fn is_over(&self) -> bool {
        fs::read_link(self.application.process.join("exe")).is_err()
    }

    /// Opens a cluster by its tile and a kind by its entry, and waits for the list.
    pub(crate) async fn open_list(&self, cluster: &str, kind: &str) {
        self.click(&tile(cluster)).await;
        self.click(&self::kind(kind)).await;
        self.find("//*[@role='grid']").await;
    }

    /// Types into the list's filter, which leaves the rows that a test is about.
    pub(crate) async fn filter(&self, text: &str) {
        let field = self.find("//input[@aria-label='Filter this list']").await;
        field.clear().await.expect("a field");
        field.send_keys(text).await.expect("a field");
    }

    /// Asks for the deletion of one row by its menu, and waits for the sheet.
    pub(crate) async fn plan(&self, row: &str) {
        // A menu that closes before its item is reached is opened again.
        self.until(&format!("Plan deletion… of {row}"), async || {
            self.open_menu(row).await;
            self.client.find(Locator::XPath(PLAN_DELETION)).await.ok()?.click().await.ok()
        })
        .await;
        self.find(SHEET).await;
    }

    /// Presses Delete in the sheet. A press within 400 ms of the button's being enabled does nothing, as it should.
    pub(crate) async fn press_delete(&self) {
        let delete = sheet_button("Delete");
        self.until("the sheet to go after Delete", async || {
            if let Ok(button) = self.client.find(Locator::XPath(&delete)).await {
                let _ = button.click().await;
            }
            self.count(SHEET).await.eq(&0).then_some(())
        })
        .await;
    }

    /// Opens the menu of a row, which is there once the row is pointed at.
    pub(crate) async fn open_menu(&self, row: &str) {
        // A click on a row that moves between press and release is dropped, as it should be: then it is tried again.
        let menu = format!("{row}//*[@data-part='menu']");
        self.until(&format!("the menu of {row}"), async || {
            self.client.find(Locator::XPath(row)).await.ok()?.click().await.ok()?;
            self.client.find(Locator::XPath(&menu)).await.ok()?.click().await.ok()?;
            self.client.find(Locator::XPath(PLAN_DELETION)).await.ok().map(drop)
        })
        .await;
    }

    /// The element at an `XPath`, once it is there and can be seen.
    pub(crate) async fn find(&self, path: &str) -> Element {
        self.until(&format!("an element at {path}"), async || {
            let found = self.client.find(Locator::XPath(path)).await.ok()?;
            found.is_displayed().await.unwrap_or(false).then_some(found)
        })
        .await
    }

    /// Waits until nothing is at an `XPath`.
    pub(crate) async fn gone(&self, path: &str) {
        self.until(&format!("nothing at {path}"), async || self.count(path).await.eq(&0).then_some(())).await;
    }

    pub(crate) async fn count(&self, path: &str) -> usize {
        // What is drawn anew while it is counted is counted again.
        let counted = async || self.client.find_all(Locator::XPath(path)).await.ok();
        self.until(&format!("an answer about {path}"), counted).await.len()
    }

    /// Clicks what is at an `XPath`; a list that is still moving is tried again.
    pub(crate) async fn click(&self, path: &str) {
        self.until(&format!("a click on {path}"), async || {
            self.client.find(Locator::XPath(path)).await.ok()?.click().await.ok()
        })
        .await;
    }

    /// The text of what is at an `XPath`, whether it is cut off on the screen or not.
    pub(crate) async fn words(&self, path: &str) -> String {
        let found = self.find(path).await;
        found.prop("textContent").await.expect("its text").unwrap_or_default()
    }

    /// Runs a script as the test's own and gives what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a script that runs")
    }

    /// Calls a command as the page does; `Err` holds what the page would be told.
    pub(crate) async fn invoke(&self, name: &str, arguments: Value) -> Result<Value, Value> {
        let script = "const [name, given, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(name, given).then(
                (answer) => done({ answer: answer ?? null }),
                (error) => done({ error }));";
        let answer =
            self.client.execute_async(script, vec![json!(name), arguments]).await.expect("an answer");
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["answer"].clone()),
        }
    }

    /// Keeps a picture of the window under `test-output/desktop`.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output/desktop");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        // Two frames: what is in the document by now is painted after them.
        let frames =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        let _ = self.client.execute_async(frames, Vec::new()).await;
        let picture = tokio::time::timeout(PATIENCE, self.client.screenshot()).await;
        let picture = picture.expect("the driver answers").expect("a picture");
        fs::write(folder.join(format!("{name}.png")), picture).expect("a picture");
    }

    /// Waits until `look` finds something.
    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // A driver that does not answer is waited for no longer than one that says no.
            if let Ok(Some(found)) = tokio::time::timeout(PATIENCE, look()).await {
                return found;
            }
            if Instant::now() > deadline {
                let test = std::thread::current().name().unwrap_or("a test").replace("::", "-");
                self.picture(&format!("failed-{test}")).await;
                panic!("waited {PATIENCE:?} for {what}; see test-output/desktop/failed-{test}.png");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

/// No window of a test sees a real home, kubeconfig or setting: the application's own environment says so.
fn assert_isolated(application: &Application, home: &Path, is_of_desktop: bool) {
    let environment = environment_of(&application.process);
    let is_own = |value: &str| value.starts_with(&home.display().to_string()) || value.contains("/plane/");
    for name in ["HOME", "KUBECONFIG", "SECATEUR_STATE_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        if name == "KUBECONFIG" && is_of_desktop {
            assert!(environment.iter().all(|(known, _)| known != name), "a desktop knows no {name}");
            continue;
        }
        let value = environment.iter().find_map(|(known, value)| (known == name).then_some(value.as_str()));
        assert!(value.is_some_and(is_own), "{name}={value:?} is not the test's own");
    }
}

/// The sheet that shows a plan.
pub(crate) const SHEET: &str = "//dialog[@role='alertdialog'][@open]";

/// The entry of a row's menu that asks for its deletion.
pub(crate) const PLAN_DELETION: &str =
    "//*[@role='menuitem'][starts-with(normalize-space(.), 'Plan deletion…')]";

/// A button of the sheet, by how it begins.
pub(crate) fn sheet_button(word: &str) -> String {
    format!("{SHEET}//button[starts-with(normalize-space(.), '{word}')]")
}

/// A cluster's tile in the rail.
pub(crate) fn tile(cluster: &str) -> String {
    format!(
        "//nav[@aria-label='Clusters']//button[.//span[contains(@class, 'name')][normalize-space(.)='{cluster}']]"
    )
}

/// A kind in the list of kinds.
pub(crate) fn kind(name: &str) -> String {
    format!("//nav[@aria-label='Kinds']//button[starts-with(normalize-space(.), '{name}')]")
}

/// A row of the list by its object's name.
pub(crate) fn row(name: &str) -> String {
    format!("//*[@role='grid']//*[@role='row'][@data-index][starts-with(@aria-label, '{name}')]")
}

fn prepare_driver(port: u16, home: &Path, state: &Path, is_without_terminal: bool) -> Command {
    let mut driver = command(Path::new(if is_without_terminal { "setsid" } else { "WebKitWebDriver" }));
    if is_without_terminal {
        driver.arg("WebKitWebDriver");
    }
    driver.arg(format!("--port={port}")).env_clear().stdout(Stdio::null()).stdin(Stdio::null());
    for name in ["PATH", "DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "LANG"] {
        if let Some(value) = std::env::var_os(name) {
            driver.env(name, value);
        }
    }
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        let folder = home.join(name);
        fs::create_dir(&folder).expect("a folder");
        driver.env(name, folder);
    }
    driver
        .env("HOME", home)
        .env("SECATEUR_STATE_DIR", state)
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        // Not WEBKIT_DISABLE_DMABUF_RENDERER: with it the driver never answers a request for a picture.
        .env("NO_AT_BRIDGE", "1")
        .env("MESA_SHADER_CACHE_DISABLE", "true");
    driver
}

async fn connect(port: u16, capabilities: Capabilities) -> Client {
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let deadline = Instant::now() + PATIENCE;
    let client = loop {
        // A driver whose application does not start never answers.
        let address = format!("http://127.0.0.1:{port}");
        let session = tokio::time::timeout(PATIENCE, builder.connect(&address)).await;
        match session.expect("the application starts") {
            Ok(client) => break client,
            Err(error) => assert!(Instant::now() < deadline, "no session: {error}"),
        }
        tokio::time::sleep(GLANCE).await;
    };
    let timeouts = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
    client.update_timeouts(timeouts).await.expect("timeouts");
    client
}

/// A port of this machine at which nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The process of the application that has this home, as its folder in /proc.
fn application_of(home: &Path) -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_secateur"));
    let home = home.display().to_string();
    let processes = fs::read_dir("/proc").expect("processes").flatten().map(|entry| entry.path());
    processes
        .filter(|process| fs::read_link(process.join("exe")).is_ok_and(|exe| exe == binary))
        .find(|process| environment_of(process).contains(&("HOME".to_owned(), home.clone())))
        .expect("the application runs")
}

fn environment_of(process: &Path) -> Vec<(String, String)> {
    let bytes = fs::read(process.join("environ")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let variables = text.split('\0').filter_map(|variable| variable.split_once('='));
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
