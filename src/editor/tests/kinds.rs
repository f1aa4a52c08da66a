//! What holds of every fixture: what is offered there and accepted leaves a text that can be read, what is mended is gone,
//! and every state can be renamed.

use std::path::{Path, PathBuf};

use super::{Memory, open};

use crate::diagnostics::Finding;
use crate::editor::completion::{Item, at};
use crate::editor::{OpenDocument, actions, rename};
use crate::lint::Settings;

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

/// Every fix of a mistake takes that away, and leaves a text in which no other one is new.
#[test]
fn every_quick_fix_mends() {
    let settings = Settings::default();
    let check = |open: &OpenDocument| -> Vec<Finding> {
        let all = open
            .definitions()
            .iter()
            .flat_map(|definition| definition.check(&settings));
        all.collect()
    };
    let (mut tried, mut left) = (0, Vec::new());
    for (name, text) in fixtures(&["broken"]) {
        let open = super::open(&name, &text);
        let findings = check(&open);
        for (index, finding) in findings.iter().enumerate() {
            for action in actions::at(&open, finding.span, &findings) {
                if action.edits.is_empty()
                    || action.finding != Some(index)
                    || action.title.starts_with("Ignore")
                {
                    continue;
                }
                tried += 1;
                let fixed = crate::definition::apply_edits(&text, action.edits.iter());
                let after = super::open(&name, &fixed);
                let broken = after.definitions().iter().any(|one| one.text_error().is_some());
                let is_same = |other: &&Finding| {
                    (&other.code, &other.message, &other.location)
                        == (&finding.code, &finding.message, &finding.location)
                };
                let count = |all: &[Finding]| all.iter().filter(is_same).count();
                if broken || after.definitions().is_empty() || count(&check(&after)) >= count(&findings) {
                    let file = Path::new(&name)
                        .file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned();
                    left.push(format!("{file}: {}: {}", finding.message, action.title));
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(left, Vec::<String>::new());
}

/// The text after an item was taken, as a client puts it in: its lines indented as the one that it is put into, and a word
/// at each of its stops.
fn taken(open: &OpenDocument, item: &Item) -> String {
    let text = open.file().text();
    let start = item.span.start as usize;
    let line = &text[text[..start].rfind('\n').map_or(0, |end| end + 1)..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let filled = match &item.snippet {
        None => item.text.clone(),
        Some(snippet) => {
            let mut out = String::new();
            let mut letters = snippet.chars().peekable();
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => out.extend(letters.next()),
                    '$' if letters.next_if_eq(&'{').is_some() => {
                        out.extend(
                            letters
                                .by_ref()
                                .skip_while(|letter| *letter != ':')
                                .skip(1)
                                .take_while(|letter| *letter != '}'),
                        );
                    }
                    '$' => {
                        while letters.next_if(char::is_ascii_digit).is_some() {}
                        // What any value may be; in braces nothing.
                        match (out.ends_with('{'), out.ends_with(['"', ' ', '[', '.'])) {
                            (true, _) => {}
                            (false, true) => out.push('1'),
                            (false, false) => out.push_str("x: 1"),
                        }
                    }
                    letter => out.push(letter),
                }
            }
            out
        }
    };
    let mut out = text.to_owned();
    out.replace_range(item.span.range(), &filled.replace('\n', &format!("\n{indent}")));
    if let Some(at) = item.comma_at {
        out.insert(at, ',');
    }
    out
}

/// A machine in JSON or YAML, whose lines are indented by `step`; `<|>` stands where something is written.
fn machine(lines: &[&str], step: usize) -> String {
    let line = |line: &&str| {
        let words = line.trim_start_matches(' ');
        let depth = (line.len() - words.len()) / 2;
        format!("{}{words}\n", " ".repeat(depth * step))
    };
    lines.iter().map(line).collect()
}

/// Every item at the mark, taken: a text in which nothing is broken that was whole.
fn accepted(name: &str, text: &str) -> usize {
    let (document, offset) = super::marked(name, text);
    let found = at(&document, offset);
    // Hundreds of resources are written alike.
    for item in found.items.iter().take(80) {
        let text = taken(&document, item);
        let after = open(name, &text);
        let broken: Vec<_> = after
            .definitions()
            .iter()
            .filter_map(|one| one.text_error())
            .collect();
        assert!(broken.is_empty(), "{}:\n{text}\n{broken:?}", item.label);
        assert!(!after.definitions().is_empty(), "{}:\n{text}", item.label);
    }
    found.items.len()
}

#[test]
fn what_is_accepted_can_be_read() {
    // Where a key may stand: an object, or a line, of its own.
    let json: &[&[&str]] = &[
        &[
            "{",
            "  \"StartAt\": \"A\",",
            "  <|>",
            "  \"States\": {\"A\": {\"Type\": \"Succeed\"}}",
            "}",
        ],
        &[
            "{",
            "  \"StartAt\": \"A\",",
            "  \"States\": {",
            "    <|>",
            "    \"A\": {\"Type\": \"Succeed\"}",
            "  }",
            "}",
        ],
    ];
    let of_state = |members: &str| {
        format!(
            "{{\n  \"StartAt\": \"A\",\n  \"States\": {{\n    \"A\": {{\n      {members}\n    }}\n  }}\n}}"
        )
    };
    let types = [
        "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map",
    ];
    let mut texts: Vec<String> = json.iter().map(|lines| lines.join("\n")).collect();
    texts.extend(types.map(|name| of_state(&format!("\"Type\": \"{name}\",\n      <|>"))));
    texts.extend(types.map(|name| {
        of_state(&format!(
            "\"Type\": \"{name}\",\n      <|>\n      \"Comment\": \"c\""
        ))
    }));
    texts.extend(types.map(|name| of_state(&format!("\"Type\": \"{name}\"\n      <|>"))));
    texts.extend(types.map(|name| of_state(&format!("\"Type\": \"{name}\", <|>"))));
    texts.push(of_state("\"Type\": \"Task\",\n      \"Retry\": [<|>]"));
    texts.push(of_state("\"Type\": \"Choice\",\n      \"Choices\": [{<|>}]"));
    texts.push(of_state(
        "\"Type\": \"Choice\",\n      \"Choices\": [{\"Next\": \"A\"}, <|>]",
    ));
    for resource in [
        "dynamodb:getItem",
        "http:invoke",
        "lambda:invoke",
        "states:startExecution",
        "events:putEvents",
    ] {
        for inside in ["<|>", "\"<|>\": 1", "\"x\": 1, <|>"] {
            texts.push(of_state(&format!(
                "\"Type\": \"Task\",\n      \"Resource\": \"arn:aws:states:::{resource}\",\n      \"Parameters\": {{{inside}}}"
            )));
        }
    }
    for text in &texts {
        for step in [2, 4] {
            let lines: Vec<&str> = text.lines().collect();
            let text = machine(&lines, step);
            for text in [
                text.clone(),
                text.replacen('{', "{\"QueryLanguage\": \"JSONata\",", 1)
                    .replace("Parameters", "Arguments"),
            ] {
                assert!(accepted("a.asl.json", &text) > 0, "{text}");
            }
        }
    }
}

#[test]
fn what_is_accepted_can_be_read_in_yaml() {
    let head = ["StartAt: A", "States:", "  A:"];
    let types = [
        "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map",
    ];
    let mut places: Vec<Vec<String>> = types
        .iter()
        .map(|name| vec![format!("    Type: {name}"), "    <|>".to_owned()])
        .collect();
    places.extend(types.map(|name| {
        vec![
            format!("    Type: {name}"),
            "    <|>".to_owned(),
            "    Comment: c".to_owned(),
        ]
    }));
    for (name, list) in [
        ("Task", "Retry"),
        ("Task", "Catch"),
        ("Choice", "Choices"),
        ("Parallel", "Branches"),
    ] {
        let before = || vec![format!("    Type: {name}"), format!("    {list}:")];
        places.push([before(), vec!["      - <|>".to_owned()]].concat());
        places.push(
            [
                before(),
                vec!["      - Comment: c".to_owned(), "        <|>".to_owned()],
            ]
            .concat(),
        );
    }
    for resource in [
        "dynamodb:getItem",
        "http:invoke",
        "lambda:invoke",
        "states:startExecution",
        "events:putEvents",
    ] {
        let lines = [
            "    Type: Task".to_owned(),
            format!("    Resource: arn:aws:states:::{resource}"),
            "    Parameters:".to_owned(),
            "      <|>".to_owned(),
        ];
        places.push(lines.to_vec());
    }
    for place in &places {
        for step in [2, 4] {
            let lines: Vec<&str> = head.into_iter().chain(place.iter().map(|line| &**line)).collect();
            // Below a dash two columns stay two.
            let text = machine(&lines, step);
            let text = match (text.split_once("- Comment"), step) {
                (Some((before, _)), 4) => {
                    let column = before.len() - before.rfind('\n').unwrap_or(0) - 1 + 2;
                    format!("{before}- Comment: c\n{:column$}<|>\n", "")
                }
                _ => text,
            };
            for text in [
                text.clone(),
                format!(
                    "QueryLanguage: JSONata\n{}",
                    text.replace("Parameters", "Arguments")
                ),
            ] {
                assert!(accepted("a.asl.yaml", &text) > 0, "{text}");
            }
        }
    }
    for flow in [
        "{Type: Wait, <|>}",
        "{<|>}",
        "{Type: Task, Retry: [{<|>}], End: true}",
        "{Type: <|>}",
    ] {
        let text = format!("StartAt: A\nStates:\n  A: {flow}\n");
        assert!(accepted("a.asl.yaml", &text) > 0, "{text}");
    }
}
