//! Small edits of whole texts: one that breaks a text is told once, where it was made, and nothing is told that follows from
//! it.
//!
//! What is let off, and why:
//!
//! - A text that is JSON or YAML still: it is not broken, whatever it says now.
//! - Lines that name an anchor or an alias: a name that is not known is told where it is used.
//! - What stands in a block of text, and begins one: its lines are text until one of them is not indented into it.
//! - A finding of a rule that the whole text has as well: what a rule says of a machine names all of its states.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::definition::Definition;
use crate::diagnostics::Finding;
use crate::lint::{self, Settings};
use crate::source::{ParseOptions, SourceFile, parse_with};

/// So many lines from the edit, a mistake may be told: in its line, or in the one before or behind.
const NEAR: usize = 1;

/// What is said of a text while it is typed.
fn told(file: &Arc<SourceFile>) -> Vec<Finding> {
    let mut options = ParseOptions::default();
    options.mend = true;
    let definitions = Definition::all_in_file(file.clone(), &options);
    let findings = definitions
        .iter()
        .flat_map(|definition| definition.check(&Settings::default()));
    findings.collect()
}

/// Whether a text is none that JSON or YAML have.
fn is_broken(file: &Arc<SourceFile>) -> bool {
    let mut options = ParseOptions::default();
    options.any_value = true;
    parse_with(file.clone(), &options).document.is_none()
}

/// A text after an edit at a byte.
struct Edited {
    what: String,
    at: usize,
    text: String,
}

/// Every edit of one character, of one line, and of a member that is half typed.
fn edits(text: &str, is_yaml: bool) -> Vec<Edited> {
    let mut all = Vec::new();
    let mut add = |what: String, at: usize, removed: usize, inserted: &str| {
        let text = format!("{}{inserted}{}", &text[..at], &text[at + removed..]);
        all.push(Edited { what, at, text });
    };
    for (at, letter) in text.char_indices().filter(|(_, letter)| *letter != '\r') {
        add(format!("without {letter:?}"), at, letter.len_utf8(), "");
        if text[..at].ends_with('\r') {
            continue;
        }
        for letter in ["\"", ",", ":", "{", "}", "[", "]", "-", " "] {
            add(format!("with {letter:?}"), at, 0, letter);
        }
    }
    let halves: &[&str] = match is_yaml {
        true => &["Ne", "\"Ne", "- "],
        false => &["Ne", "\"Ne", "\"Next\":", "\"Next\": ", "{"],
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        add("without the line".to_owned(), start, line.len(), "");
        add("with the line twice".to_owned(), start, 0, line);
        let indent = &line[..line.len() - line.trim_start().len()];
        let line_break = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        for half in halves {
            let typed = format!("{indent}{half}{line_break}");
            add(format!("with the line {half:?}"), start, 0, &typed);
        }
        start += line.len();
    }
    all
}

/// Whether an edit is let off.
fn is_let_off(text: &str, at: usize, is_yaml: bool) -> bool {
    let line = |start: usize| text[start..].lines().next().unwrap_or_default();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_named = |line: &str| line.contains('&') || line.contains('*');
    let begins_text = |line: &str| line.trim_end().trim_end_matches('-').ends_with(['|', '>']);
    // What holds the line.
    let mut column = indent(line(start));
    let mut before = text[..start].lines().rev();
    let is_in_text = before.any(|line| {
        let is_holder = !line.trim().is_empty() && indent(line) < column;
        column = if is_holder { indent(line) } else { column };
        is_holder && begins_text(line)
    });
    let next = text[start..].lines().nth(1).unwrap_or_default();
    is_yaml && (is_named(line(start)) || is_named(next) || begins_text(line(start)) || is_in_text)
}

/// What is told otherwise than it has to be, of every `step`th edit.
fn wrong(name: &str, text: &str, step: usize) -> Vec<String> {
    let is_yaml = !name.ends_with("json");
    let key = |finding: &Finding| match lint::find(&finding.code) {
        Some(_) => finding.code.to_string(),
        None => format!("{}: {}", finding.code, finding.headline()),
    };
    let mut known: HashMap<String, usize> = HashMap::new();
    for finding in told(&Arc::new(SourceFile::new(name, text))) {
        *known.entry(key(&finding)).or_default() += 1;
    }
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for Edited {
        what,
        at,
        text: edited,
    } in edits(text, is_yaml).into_iter().step_by(step)
    {
        let file = Arc::new(SourceFile::new(name, edited.as_str()));
        if is_let_off(text, at, is_yaml) || !is_broken(&file) {
            continue;
        }
        tried += 1;
        let line = file.line(at);
        let mut left = known.clone();
        let mut new = told(&file);
        new.retain(|finding| match left.get_mut(&key(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        let is_near = |finding: &Finding| {
            let related = finding.related.iter().map(|related| related.span);
            let mut places = related.chain([finding.span]);
            places.any(|span| file.line(span.start as usize).abs_diff(line) <= NEAR)
        };
        if !matches!(&new[..], [one] if is_near(one)) {
            let new = new.iter().map(|finding| {
                let line = file.line(finding.span.start as usize);
                format!(
                    "\n    {}, line {line}",
                    key(finding).chars().take(200).collect::<String>()
                )
            });
            wrong.push(format!("{name}, line {line}, {what}:{}", new.collect::<String>()));
        }
    }
    assert!(tried > 0, "{name}: no edit breaks it");
    wrong
}

#[test]
fn an_edit_that_breaks_a_text_is_told_once_and_nothing_that_follows_from_it() {
    let mut all = Vec::new();
    // Primes: every kind of edit has its turn.
    for (name, step) in [
        ("workflows/choice/definition.asl.json", 31),
        ("workflows/order/definition.asl.json", 151),
        ("workflows/jsonata-order/definition.asl.json", 101),
        ("workflows/distributed-map/definition.asl.json", 61),
        ("templates/cdk.template.json", 53),
        ("workflows/choice/definition.asl.yml", 61),
        ("workflows/order/definition.asl.yaml", 127),
        ("templates/sam.yaml", 131),
        ("templates/serverless.yml", 53),
    ] {
        let step: usize = std::env::var("STEP")
            .ok()
            .and_then(|s| s.parse().ok())
            .unwrap_or(step);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let text = std::fs::read_to_string(path).expect(name);
        all.extend(wrong(name, &text, step));
        all.extend(wrong(name, &text.replace('\n', "\r\n"), 4 * step + 1));
    }
    assert!(all.is_empty(), "{}\n{}", all.len(), all.join("\n"));
}
