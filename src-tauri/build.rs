//! Compiles the capabilities and permissions into the application, and the page with them.

fn main() {
    // Tauri watches its default places only; without these a changed permission would not be compiled in.
    for path in ["src-tauri/capabilities", "src-tauri/permissions", "ui/dist", "icons"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let permissions =
        tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/permissions/*.toml");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(permissions);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
