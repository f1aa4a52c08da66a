//! A text that is read again has the tree that it has when it is read for the first time.

use std::path::{Path, PathBuf};

use super::super::reread::reread;
use super::*;

/// What is typed: what the formats are made of, and what counts beyond its place.
const TYPED: [&str; 44] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ": ",
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "    ",
    "\t",
    "#",
    " # x",
    "&a ",
    "*a",
    " *a",
    "!Ref x",
    "!!str ",
    "|",
    "|+\n",
    ">-\n",
    "- ",
    "? ",
    "${x}",
    "\\",
    "'",
    "é",
    "---\n",
    "...\n",
    "<<: ",
    "%",
    "null",
    "0",
    "x",
    "-",
    "\"A\": 1, ",
    "\"A\": {\"B\": [1, 2]},\n",
    "A: 1\n",
    "\n  A:\n    B: 1\n",
    "\n\n",
];

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }
}

/// The text after one edit.
fn edited(text: &str, numbers: &mut Numbers) -> String {
    let mut text = text.to_owned();
    let start = numbers.place(&text);
    let lines: Vec<usize> = [0]
        .into_iter()
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let line = lines[numbers.below(lines.len())]..lines[numbers.below(lines.len())];
    let word = TYPED[numbers.below(TYPED.len())];
    match numbers.below(8) {
        0 | 1 => text.insert_str(start, word),
        2 => {
            let end = (start + 1..=text.len())
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(start);
            text.replace_range(start..end, if numbers.below(2) == 0 { "" } else { word });
        }
        3 => {
            let ends: Vec<usize> = (start..=(start + 30).min(text.len()))
                .filter(|at| text.is_char_boundary(*at))
                .collect();
            text.replace_range(start..ends[numbers.below(ends.len())], "");
        }
        4 => text.insert_str(line.start, word),
        5 if line.start < line.end && line.end - line.start < 200 => text.replace_range(line, ""),
        6 if line.start < line.end && line.end - line.start < 200 => {
            let lines = text[line.clone()].to_owned();
            text.insert_str(line.start, &lines);
        }
        // Digits of a number, letters of a word: what is mostly typed.
        _ => {
            let words: Vec<usize> = text
                .char_indices()
                .filter(|(_, c)| c.is_ascii_alphanumeric())
                .map(|(at, _)| at)
                .collect();
            if !words.is_empty() {
                text.insert(
                    words[numbers.below(words.len())],
                    if numbers.below(2) == 0 { '0' } else { 'a' },
                );
            }
        }
    }
    text
}

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = folder
        .read_dir()
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => fixtures(&path, found),
            false => found.push(path),
        }
    }
}

const OWN: [(&str, &str); 4] = [
    (
        "block.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: ${x}\n    Parameters:\n      a: |\n        one\n\n        two\n\n      \
         b: >-\n        x\n    Next: B\n\n    # told\n  # of B\n  \"B\":\n    Type: Pass\n    Result: {a: [1, 'x\n      y'], b: }\n    Empty:\n  \
         C:\n      Type: Pass\n      Comment: plain\n        words\n      End: true\n",
    ),
    (
        "tags.yaml",
        "---\nStartAt: A\r\nStates:\r\n  A:\r\n    Type: !Sub a\r\n    List:\r\n    - 1\r\n    - a: !Join [a, [b]]\r\n      b:\r\n        c: 1\r\n    \
         End: true\r\n  é:\r\n    ü: ö\r\n",
    ),
    (
        "flow.json",
        "\u{feff}{\"StartAt\": \"A\", \"States\": {\"A\": {\"Seconds\": ${wait}, \"x\": {\"é\": [1, {}, []]}, ${more}}, \"B\": {\"${k}\": 1}}}",
    ),
    (
        "anchors.yaml",
        "a: &a\n  b: 1\nc:\n  <<: *a\n  d: [*a, &b 1, *b]\ne:\n  f: '* &x'\n  g:\n    h: 1\n",
    ),
];

fn long(format: Format) -> (String, String) {
    let states = (0..40).map(|number| match format {
        Format::Json => {
            format!("\"S{number}\": {{\"Type\": \"Pass\", \"Result\": {{\"a\": [{number}]}}, \"End\": true}}")
        }
        Format::Yaml => format!(
            "  S{number}:\n    Type: Pass\n    Result:\n      a:\n        b: {number}\n    End: true\n"
        ),
    });
    let states: Vec<String> = states.collect();
    match format {
        Format::Json => (
            "long.json".to_owned(),
            format!("{{\"States\": {{{}}}, \"StartAt\": \"S0\"}}", states.join(",\n")),
        ),
        Format::Yaml => (
            "long.yaml".to_owned(),
            format!("States:\n{}StartAt: S0\n", states.concat()),
        ),
    }
}

#[test]
fn a_text_that_is_read_again_has_the_tree_of_its_text() {
    let mut paths = Vec::new();
    fixtures(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"),
        &mut paths,
    );
    let own = OWN.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let own = own.into_iter().chain([long(Format::Json), long(Format::Yaml)]);
    let own = own.flat_map(|one| std::iter::repeat_n(one, 30));
    let files = paths.iter().filter_map(|path| {
        let name = path.to_string_lossy().into_owned();
        let is_one = [".json", ".yaml"].iter().any(|end| name.ends_with(end));
        let text = std::fs::read_to_string(path)
            .ok()
            .filter(|text| is_one && text.len() < 8_000)?;
        Some((name, text))
    });
    let (mut again, mut anew, mut wrong) = ([0; 2], 0, Vec::new());
    for (number, (name, first)) in own.chain(files.step_by(9)).enumerate() {
        let mut numbers = Numbers(number as u64);
        let options = ParseOptions {
            mend: true,
            ..ParseOptions::default()
        };
        let read = |text: &str| parse_with(Arc::new(SourceFile::new(name.as_str(), text)), &options);
        let mut text = first.clone();
        for _ in 0..20 {
            let before = read(&text);
            let changed = edited(&text, &mut numbers);
            let Some(before) = before.document.filter(|_| before.findings.is_empty()) else {
                // What is broken is read as a whole.
                text = first.clone();
                continue;
            };
            let file = Arc::new(SourceFile::new(name.as_str(), changed.as_str()));
            let options = ParseOptions {
                before: Before::of(before),
                ..options.clone()
            };
            if let Some(found) = reread(&file, &options) {
                let whole = read(&changed);
                let is_same = whole.document.is_some_and(|whole| found.is_same(&whole));
                if !is_same || !whole.findings.is_empty() {
                    wrong.push((text.clone(), changed.clone(), whole.findings));
                }
                again[usize::from(found.format() == Format::Yaml)] += 1;
            } else {
                anew += 1;
            }
            text = changed;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {again:?}, {anew} anew: {:#?}",
        wrong.len(),
        wrong.iter().take(4).collect::<Vec<_>>()
    );
    assert!(
        again.iter().all(|again| *again > 300),
        "{again:?} again, {anew} anew"
    );
}

#[test]
fn a_text_is_not_read_again_by_what_was_another_file() {
    let text = long(Format::Json).1;
    let read = |name: &str| {
        parse(Arc::new(SourceFile::new(name, text.as_str())))
            .document
            .expect("a tree")
    };
    let again = |name: &str, options: ParseOptions| {
        let before = Before::of(read("a.json"));
        reread(
            &Arc::new(SourceFile::new(name, text.as_str())),
            &ParseOptions { before, ..options },
        )
        .is_some()
    };
    assert!(again("a.json", ParseOptions::default()));
    assert!(!again("b.json", ParseOptions::default()));
    let mut substitutions = Substitutions::default();
    substitutions.define("x", "1");
    let filled = ParseOptions {
        substitutions,
        ..ParseOptions::default()
    };
    assert!(!again("a.json", filled));
}
