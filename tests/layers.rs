//! The map at the head of `src/lib.rs` holds: a module imports only from modules above it there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sfn_tool::internals::asl::fields::Kind;

/// The modules in the order of the map.
fn map() -> Vec<String> {
    let text = fs::read_to_string("src/lib.rs").expect("src/lib.rs");
    let map = text
        .split("//! ```text\n")
        .nth(1)
        .and_then(|rest| rest.split("//! ```\n").next());
    map.expect("a map in src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split_once("/ "))
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file: no comments, and no tests, which may look at whatever they like.
fn code(path: &Path) -> String {
    let is_test = |part: &std::ffi::OsStr| part == "tests" || part == "tests.rs";
    if path.iter().any(is_test) {
        return String::new();
    }
    let text = fs::read_to_string(path).expect("a source file");
    let end = [
        "#[cfg(test)]\nmod tests {",
        "#[cfg(test)]\npub(crate) mod tests {",
    ]
    .iter()
    .filter_map(|start| text.find(start))
    .min();
    text[..end.unwrap_or(text.len())]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The modules of the crate's root that a text names: `crate::name`, `crate::{name, other::x}`.
fn named(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word = |text: &str| text.chars().take_while(|c| is_word(*c)).collect::<String>();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(|c| is_word(c) || c == '$') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut begins = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' => begins = depth == 1,
                _ if begins && is_word(c) => {
                    found.push(word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

/// How many `super::` stand in a row at most.
fn steps_up(text: &str) -> usize {
    (1..)
        .take_while(|count| text.contains(&"super::".repeat(*count)))
        .count()
}

#[test]
fn modules_import_only_from_modules_above_them() {
    let map = map();
    let layer = |name: &str| map.iter().position(|module| module == name);
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.sort();
    let mut wrong = Vec::new();
    for path in files {
        let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        let module = match parts[..] {
            [_, "lib.rs" | "main.rs"] => continue,
            [_, file] => file.trim_end_matches(".rs"),
            _ => parts[1],
        };
        let Some(own) = layer(module) else {
            wrong.push(format!(
                "{}: '{module}' is not on the map in src/lib.rs",
                path.display()
            ));
            continue;
        };
        let code = code(&path);
        // From `src/module/mod.rs` one step up is the crate's root, from `src/module/file.rs` two are.
        let depth = parts.len() - if parts.last() == Some(&"mod.rs") { 2 } else { 1 };
        if steps_up(&code) >= depth {
            wrong.push(format!(
                "{}: reaches out of '{module}' with super::",
                path.display()
            ));
        }
        for name in named(&code) {
            match layer(&name) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("{}: '{module}' is above '{name}'", path.display())),
                // Not a module: what lib.rs exports.
                None => wrong.push(format!("{}: 'crate::{name}' is not on the map", path.display())),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the map in src/lib.rs:\n{}",
        wrong.join("\n")
    );
}

/// Where names of fields are read that are none of a definition, though a definition has fields of these names.
const OTHER_DOCUMENTS: [(&str, &str); 5] = [
    (
        "src/source/",
        "templates, and which texts are definitions at all: it comes before the model",
    ),
    ("src/mocks/native_format.rs", "mock files"),
    ("src/testing/", "test files"),
    ("src/history/members.rs", "data of an execution"),
    ("src/simulate/states/", "data of an execution"),
];

/// The names of fields that a text asks for: `get("Next")`, `member("Next")`, `field(id, "Next")`, `has_any(id, &["Next"])`.
fn fields_read<'t>(text: &'t str, names: &BTreeSet<&str>) -> Vec<&'t str> {
    let calls = [".get(", ".member(", ".field(", ".has_any("];
    let arguments = calls.iter().flat_map(|call| text.split(call).skip(1));
    let literals = arguments.flat_map(|rest| {
        rest.split(')')
            .next()
            .unwrap_or_default()
            .split('"')
            .skip(1)
            .step_by(2)
    });
    literals.filter(|literal| names.contains(literal)).collect()
}

#[test]
fn fields_of_a_definition_are_read_by_the_model_alone() {
    let names: BTreeSet<&str> = Kind::ALL
        .iter()
        .flat_map(|kind| kind.fields())
        .map(|field| field.name)
        .collect();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    for path in files {
        let shown = path.display().to_string();
        let read = fields_read(&code(&path), &names).join(", ");
        if read.is_empty() || shown.starts_with("src/asl/") {
            continue;
        }
        match OTHER_DOCUMENTS.iter().find(|(start, _)| shown.starts_with(start)) {
            Some((start, _)) => drop(excused.insert(*start)),
            None => wrong.push(format!("{shown} reads {read}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "use the accessors of src/asl/parts.rs, or add one:\n{}",
        wrong.join("\n")
    );
    assert_eq!(
        excused.len(),
        OTHER_DOCUMENTS.len(),
        "an exception that nothing needs: {excused:?}"
    );
}

#[test]
fn fields_are_found_in_every_spelling() {
    let names = BTreeSet::from(["End", "Error", "Next"]);
    let text = "node.get(\"Next\"); machine\n.field(\nstate.id, \"End\") cx.has_any(s, &[\"X\", \"Error\"]) f(\"Next\")";
    assert_eq!(fields_read(text, &names), ["Next", "End", "Error"]);
}

#[test]
fn the_map_names_every_module_and_no_other() {
    let text = fs::read_to_string("src/lib.rs").expect("src/lib.rs");
    let mut declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'))
        .collect();
    declared.sort_unstable();
    let mut mapped = map();
    mapped.sort_unstable();
    assert_eq!(mapped, declared);
}

#[test]
fn paths_are_found_in_every_spelling() {
    let text =
        "use crate::a::B;\nuse crate::{c, d::{E, f}, g::h};\nlet x = crate::i::j();\nmycrate::k; $crate::l";
    assert_eq!(named(text), ["a", "c", "d", "g", "i"]);
    assert_eq!(steps_up("super::super::x + super::y"), 2);
}

/// The names of files and folders in the map of a `mod.rs`: words that end in `.rs`, and those in front that end in `/`.
fn mapped(text: &str) -> Option<BTreeSet<String>> {
    let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let map = head.iter().skip_while(|line| line.trim() != "```text").skip(1);
    let lines: Vec<_> = map.take_while(|line| line.trim() != "```").collect();
    let words = |line: &&&str| -> Vec<String> {
        let names = line.split([' ', ',', ':', ';']).filter(|word| !word.is_empty());
        let (front, rest) = (names.clone().take_while(|word| word.ends_with(['/'])), names);
        let files = rest.filter(|word| word.ends_with(".rs"));
        front
            .map(|word| word.trim_end_matches('/'))
            .chain(files)
            .map(str::to_owned)
            .collect()
    };
    let names: BTreeSet<String> = lines.iter().flat_map(words).collect();
    (!names.is_empty()).then_some(names)
}

#[test]
fn a_map_of_a_room_names_each_of_its_files_and_every_file_says_what_it_is_about() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let is_test = file.iter().any(|part| part == "tests" || part == "tests.rs");
        if !is_test && !text.starts_with("//!") && file != Path::new("src/lib.rs") {
            wrong.push(format!(
                "{} does not begin with //! and what it is about",
                file.display()
            ));
        }
        let (Some(names), Some(folder)) = (mapped(&text).filter(|_| file.ends_with("mod.rs")), file.parent())
        else {
            continue;
        };
        let there: BTreeSet<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .filter(|name| {
                (name.ends_with(".rs") || !name.contains('.'))
                    && !matches!(&**name, "mod.rs" | "tests" | "tests.rs")
            })
            .collect();
        for name in there.difference(&names) {
            wrong.push(format!("the map in {} does not name {name}", file.display()));
        }
        for name in names.difference(&there) {
            wrong.push(format!(
                "the map in {} names {name}, which is not there",
                file.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
