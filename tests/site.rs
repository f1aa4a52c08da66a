//! The site that `checks/site.sh` builds: its list of chapters is complete, and the pages that the tool prints for it lead
//! to pages that there are. The links of docs/ itself are looked at in `readme`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::called;

fn printed(arguments: &[&str]) -> String {
    let (status, text, said) = called::run(Path::new("."), arguments);
    assert_eq!(status, 0, "{arguments:?}: {said}");
    text
}

/// The pages of docs/.
fn pages() -> BTreeSet<String> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let names = fs::read_dir(docs).expect("docs").map(|entry| {
        let name = entry.expect("a page").file_name();
        name.to_string_lossy().into_owned()
    });
    names.filter(|name| name.ends_with(".md")).collect()
}

/// What the links of a page lead to.
fn links(text: &str) -> Vec<String> {
    let behind = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    behind.map(str::to_owned).collect()
}

/// The names of a kind that `explain` lists.
fn listed(kind: &str) -> Vec<String> {
    let all: serde_json::Value =
        serde_json::from_str(&printed(&["explain", "--format", "json"])).expect("JSON");
    let names = all[kind].as_array().expect("a list").iter();
    names
        .map(|entry| entry["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn every_page_is_a_chapter_once() {
    let summary =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SUMMARY.md")).expect("the list");
    let mut chapters = links(&summary);
    let mut expected: Vec<String> = pages().into_iter().filter(|name| name != "SUMMARY.md").collect();
    chapters.sort();
    expected.sort();
    assert_eq!(chapters, expected);
}

#[test]
fn pages_of_rules_codes_and_commands_lead_to_pages() {
    let list = printed(&["man", "--format", "markdown"]);
    let commands: Vec<String> = links(&list);
    assert!(commands.contains(&"commands/simulate.md".to_owned()), "{list}");
    let mut generated: Vec<(String, String)> = Vec::new();
    for (kind, folder) in [("rules", "rules"), ("codes", "codes")] {
        for name in listed(kind) {
            let page = printed(&["explain", &name, "--format", "markdown"]);
            assert!(page.starts_with(&format!("# {name}\n\n")), "{page}");
            generated.push((format!("{folder}/{name}.md"), page));
        }
    }
    for path in &commands {
        let name = path
            .strip_prefix("commands/")
            .and_then(|name| name.strip_suffix(".md"))
            .expect("a page");
        let page = printed(&["man", name, "--format", "markdown"]);
        assert!(page.starts_with(&format!("# sfn-tool {name}\n\n")), "{page}");
        generated.push((path.clone(), page));
    }
    let mut all = pages();
    all.extend(generated.iter().map(|(path, _)| path.clone()));
    all.insert("commands.md".to_owned());
    for (path, page) in &generated {
        for link in links(page) {
            // Further addresses are AWS's.
            let is_known = link.starts_with("https://")
                || link.strip_prefix("../").is_some_and(|link| all.contains(link));
            assert!(is_known, "{path}: {link}");
        }
    }
}

#[test]
fn a_command_s_page_has_its_options_and_examples() {
    let page = printed(&["man", "test", "--format", "markdown"]);
    for expected in [
        "```text\nsfn-tool test [OPTIONS] [FILES]...\n```\n",
        "\n## Output\n\n",
        "\n- `--coverage`: ",
        "\n- `--quiet`, `-q`: ",
        "\n## Examples\n\n```sh\n# All test files below this folder\nsfn-tool test\n",
        "[More about test](../testing.md)",
    ] {
        assert!(page.contains(expected), "{expected:?} in\n{page}");
    }
    let inside = printed(&["man", "mocks", "--format", "markdown"]);
    assert!(inside.contains("\n## sfn-tool mocks from-history\n"), "{inside}");
}
