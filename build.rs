//! Links the program at a fixed address on Linux with glibc: everything it does on its way to a small file takes less
//! time than the loader takes to write the addresses of 30,000 vtables and texts, which it needs not do then. What is
//! given up is that the program's own code lies elsewhere each time: its stack, heap and libraries still do. The crate forbids
//! unsafe code; the crates that it is built with may have some.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    // Cargo hands on `repository` and others, but not this one.
    let documentation = manifest
        .lines()
        .find_map(|line| line.strip_prefix("documentation = \""))
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    println!("cargo::rustc-env=SFN_TOOL_DOCUMENTATION={documentation}");
    // A build for work on the crate must not begin anew with each commit.
    if std::env::var("PROFILE").as_deref() == Ok("release")
        && let Some(commit) = commit()
    {
        println!("cargo::rustc-env=SFN_TOOL_COMMIT={commit}");
    }
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // A program that holds its libraries, too, is linked in another way.
    let is_static = target("FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The commit of the checkout that is built, read without git; `None` for a package, or where the files say something else
/// than expected.
fn commit() -> Option<String> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    let git = root.join(".git");
    // A worktree has a file that says where its folder is.
    let git = match fs::read_to_string(&git) {
        Ok(text) => root.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => git,
    };
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(path) => git.join(path.trim()),
        Err(_) => git.clone(),
    };
    let head = read_watched(&git.join("HEAD"))?;
    let hash = match head.trim().strip_prefix("ref:").map(str::trim) {
        None => head.trim().to_owned(),
        Some(name) => read_watched(&common.join(name))
            .map(|hash| hash.trim().to_owned())
            .or_else(|| packed(&common, name))?,
    };
    let is_hash = hash.len() >= 40 && hash.chars().all(|c| c.is_ascii_hexdigit());
    is_hash.then(|| hash[..12].to_owned())
}

/// A file whose changes build the crate anew. One that is not there is not named: Cargo takes it for changed each time.
fn read_watched(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text)
}

/// A branch that git has put into its one file of many.
fn packed(common: &Path, name: &str) -> Option<String> {
    let refs = read_watched(&common.join("packed-refs"))?;
    let line = refs.lines().find(|line| line.ends_with(&format!(" {name}")))?;
    line.split(' ').next().map(str::to_owned)
}
