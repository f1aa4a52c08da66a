//! Names of files, where a test file names one: what lies beside it, inside of its repository.

use std::path::Path;

use crate::discovery;
use crate::editor::{Files, OpenDocument};
use crate::mocks::is_mock_file;
use crate::source::names;

/// A file or folder.
pub(super) struct Found {
    pub name: String,
    pub is_folder: bool,
}

/// What may stand behind a path that is begun, and how many bytes of it are the beginning of its name. `field` says what for.
pub(super) fn beside(
    typed: &str,
    field: &str,
    open: &OpenDocument,
    files: &dyn Files,
) -> (usize, Vec<Found>) {
    let folder = &typed[..typed.rfind('/').map_or(0, |slash| slash + 1)];
    let begun = typed.len() - folder.len();
    // Paths lead on from the file; escapes and substitutions are none.
    if typed.starts_with(['/', '~']) || typed.contains(['\\', '$', '#']) {
        return (begun, Vec::new());
    }
    let is_meant = |(name, is_folder): &(String, bool)| match is_folder {
        true => !discovery::is_skipped_name(name),
        false => fits(field, name),
    };
    let mut found = files.names(&open.beside(folder));
    found.retain(is_meant);
    found.sort_by_cached_key(|(name, is_folder)| (*is_folder, !is_likely(field, name), name.clone()));
    let mut found: Vec<Found> = found
        .into_iter()
        .map(|(name, is_folder)| Found { name, is_folder })
        .collect();
    let leads_up = folder.split('/').all(|part| matches!(part, "" | ".."));
    if leads_up && !files.names(&open.beside(&format!("{folder}.."))).is_empty() {
        found.push(Found {
            name: "..".to_owned(),
            is_folder: true,
        });
    }
    (begun, found)
}

fn fits(field: &str, name: &str) -> bool {
    let (is_test, is_mock) = (discovery::is_test_file(Path::new(name)), is_mock_file(name));
    let is_data = names::ends_in(name, &[".json", ".yaml", ".yml"]) && !names::is_definition(name);
    match field {
        "Definition" => names::is_likely_source(name) && !is_test && !is_mock,
        "File" => is_data && !is_test,
        _ => is_data && !is_test && !is_mock,
    }
}

/// Whether a file is most likely the one that is meant, by its name.
fn is_likely(field: &str, name: &str) -> bool {
    match field {
        "Definition" => names::is_definition(name),
        "File" => is_mock_file(name),
        _ => false,
    }
}
