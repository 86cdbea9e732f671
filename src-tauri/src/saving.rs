//! Files that the person asks for: where they go is chosen in the desktop's own dialog, and the page only hears it.

use std::path::Path;

use secateur_contract::{PlanForm, ReceiptsForm};
use tauri::{AppHandle, async_runtime};
use tokio::sync::oneshot;

use crate::error::CommandError;

/// The name that the dialog proposes for a plan.
pub(crate) fn plan_name(form: PlanForm) -> &'static str {
    match form {
        PlanForm::Kubectl => "secateur-plan.sh",
        PlanForm::Json => "secateur-plan.json",
        PlanForm::Yaml => "secateur-plan.yaml",
    }
}

/// The name that the dialog proposes for receipts.
pub(crate) fn receipts_name(form: ReceiptsForm) -> &'static str {
    match form {
        ReceiptsForm::Json => "secateur-receipts.json",
        ReceiptsForm::Csv => "secateur-receipts.csv",
    }
}

/// Asks where to, and writes the text there. `None` when the person thought better of it.
pub(crate) async fn save(
    app: &AppHandle,
    name: &'static str,
    text: String,
) -> Result<Option<String>, CommandError> {
    let not_asked = |why: &dyn std::fmt::Display| CommandError::unwritten(name, why);
    let (sender, asked) = oneshot::channel();
    let dialog = rfd::AsyncFileDialog::new().set_file_name(name);
    // Some platforms let only the main thread begin a dialog; nobody waits for it there.
    app.run_on_main_thread(move || drop(sender.send(dialog.save_file())))
        .map_err(|error| not_asked(&error))?;
    let dialog = asked.await.map_err(|_| not_asked(&"the window is closing"))?;
    let Some(chosen) = dialog.await else { return Ok(None) };
    let written = async_runtime::spawn_blocking(move || write(chosen.path(), &text)).await;
    written.map_err(|error| not_asked(&error))?.map(Some)
}

/// Writes the file; gives its path as it is shown.
fn write(path: &Path, text: &str) -> Result<String, CommandError> {
    let shown = path.display().to_string();
    match std::fs::write(path, text) {
        Ok(()) => Ok(shown),
        Err(error) => Err(CommandError::unwritten(&shown, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("plan.json");
        assert_eq!(write(&file, "{}").expect("written"), file.display().to_string());
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "{}");
        let error = write(home.path(), "{}").expect_err("a folder is no file");
        let told = serde_json::to_value(error).expect("JSON");
        assert_eq!(told["code"], "fileNotWritten");
        let message = told["message"].as_str().expect("a sentence");
        assert!(message.starts_with(&home.path().display().to_string()), "{message}");
    }
}
