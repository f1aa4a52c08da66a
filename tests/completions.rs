//! The completion scripts in completions/ are what the binary generates.

use std::fs;
use std::path::Path;

use crate::called;

#[test]
fn completions_are_current() {
    for (shell, file) in [
        ("bash", "sfn-tool.bash"),
        ("fish", "sfn-tool.fish"),
        ("zsh", "_sfn-tool"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("completions")
            .join(file);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let output = called::tool()
            .args(["completions", shell])
            .output()
            .expect("the binary runs");
        assert!(output.status.success());
        assert!(
            kept == String::from_utf8_lossy(&output.stdout),
            "completions/{file} is stale: cargo run -- completions {shell} > completions/{file}"
        );
    }
}
