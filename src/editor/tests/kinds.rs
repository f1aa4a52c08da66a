//! What holds of every fixture: what is offered there and accepted leaves a text that can be read, what is mended is gone,
//! and every state can be renamed.

use std::path::{Path, PathBuf};

use super::{Memory, open};

use crate::editor::rename;

/// The definitions among the fixtures, below these folders.
fn fixtures(folders: &[&str]) -> Vec<(String, String)> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => below(&path, found),
                false => found.push(path),
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all = Vec::new();
    for folder in folders {
        below(&root.join(folder), &mut all);
    }
    all.sort();
    let is_definition = |path: &PathBuf| {
        path.extension()
            .is_some_and(|ending| matches!(ending.to_str(), Some("json" | "yaml" | "yml")))
    };
    let read = |path: PathBuf| {
        Some((
            path.to_string_lossy().into_owned(),
            std::fs::read_to_string(&path).ok()?,
        ))
    };
    let found: Vec<_> = all.into_iter().filter(is_definition).filter_map(read).collect();
    assert!(found.len() > 10, "{}", found.len());
    found
}

#[test]
fn every_state_can_be_renamed() {
    let files = Memory::default();
    let mut renamed = 0;
    for (name, text) in fixtures(&["workflows", "broken", "rules", "templates", "serverless"]) {
        let open = open(&name, &text);
        for definition in open.definitions() {
            let Some(machine) = definition.machine() else {
                continue;
            };
            for state in machine.states() {
                let offset = state.name_span.start as usize + 1;
                match rename::at(&open, offset, "Renamed", &files) {
                    Ok(_) => renamed += 1,
                    Err(why) => {
                        let reasons = [
                            "the definition is a text in a template, which is not edited",
                            "while the text is broken nothing is renamed",
                            // Names are told by their places: what an alias stands for has several.
                            "by an alias",
                            "here is neither the name of a state nor a variable",
                        ];
                        assert!(
                            reasons.iter().any(|reason| why.contains(reason)),
                            "{name} {}: {why}",
                            state.name
                        );
                    }
                }
            }
        }
    }
    assert!(renamed > 500, "{renamed}");
}
