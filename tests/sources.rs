//! Every source that a comment of the code cites has an entry in docs/sources.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ignore::WalkBuilder;

/// What docs/sources.md has an entry for: the names in backticks in the first cell of each row.
fn entries() -> BTreeSet<String> {
    let page = fs::read_to_string("docs/sources.md").expect("the page of sources");
    page.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The runs of comment lines of a file, each joined, with the line each begins at.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut runs: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let Some(comment) = line.trim_start().strip_prefix("//") else {
            open = false;
            continue;
        };
        let comment = comment.trim_start_matches(['/', '!']).trim_start();
        match runs.last_mut() {
            Some((_, run)) if open => {
                run.push(' ');
                run.push_str(comment);
            }
            _ => runs.push((index + 1, comment.to_owned())),
        }
        open = true;
    }
    runs
}

/// The texts in brackets that cite something: an issue's number, a rule of cdk-preflight, a page by its title. Links to
/// items of the code and texts in small letters do not.
fn citations(comment: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = comment;
    while let Some(start) = rest.find('[') {
        let before = rest[..start].chars().next_back();
        rest = &rest[start + 1..];
        let Some(end) = rest.find([']', '[']).filter(|&end| rest[end..].starts_with(']')) else {
            continue;
        };
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        let is_code = before.is_some_and(|c| !c.is_whitespace() && c != '(')
            || after.starts_with(['(', ':', '[', '`'])
            || inside.contains('`');
        let names_something = inside.contains("pf-")
            || inside.contains("aws-facts")
            || inside.starts_with("recorded")
            || inside
                .split(['#'])
                .skip(1)
                .any(|part| part.starts_with(|c: char| c.is_ascii_digit()))
            || (inside.starts_with(|c: char| c.is_ascii_uppercase()) && inside.contains(' '));
        if !is_code && names_something {
            found.push(inside);
        }
    }
    found
}

/// The names of one citation: `floci#2733, #2782` gives two of floci, `API TestState: mock` the page alone. Words such as
/// "measured" say how it was seen and are no names.
fn names(citation: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in citation.split(';').map(str::trim) {
        let mut project = "";
        let mut found = false;
        for word in part.split([' ', ',']).filter(|word| !word.is_empty()) {
            let word = word.trim_end_matches(['.', ':']);
            if let Some((name, number)) = word.split_once('#')
                && number.starts_with(|c: char| c.is_ascii_digit())
            {
                project = if name.is_empty() { project } else { name };
                names.push(format!("{project}#{number}"));
                found = true;
            } else if word.starts_with("pf-") {
                names.push(word.to_owned());
                found = true;
            }
        }
        // A page, without the place in it.
        if !found {
            let page = part.split(": ").next().unwrap_or(part);
            let page = page
                .split('"')
                .next()
                .unwrap_or(page)
                .trim_end_matches([' ', ',', ':']);
            names.push(page.to_owned());
        }
    }
    names
}

/// Whether the page has an entry that the name begins with: what follows is the place in it.
fn known(name: &str, entries: &BTreeSet<String>) -> bool {
    name.starts_with("API ")
        || entries.contains(name)
        || (!name.contains('#')
            && !name.starts_with("pf-")
            && entries.iter().any(|entry| {
                name.strip_prefix(entry.as_str())
                    .is_some_and(|rest| rest.starts_with([',', ' ']))
            }))
}

#[test]
fn every_citation_has_an_entry() {
    let entries = entries();
    assert!(entries.len() > 60, "{}", entries.len());
    let mut missing = Vec::new();
    for file in ["src", "tests"]
        .iter()
        .flat_map(|folder| WalkBuilder::new(folder).build())
    {
        let file = file.expect("a file of the checkout");
        let path = file.path();
        if path.extension().is_none_or(|end| end != "rs") || path == Path::new("tests/sources.rs") {
            continue;
        }
        let text = fs::read_to_string(path).expect("a text");
        for (line, comment) in comments(&text) {
            for name in citations(&comment).into_iter().flat_map(names) {
                if !known(&name, &entries) {
                    missing.push(format!("{}:{line}: {name}", path.display()));
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no entry in docs/sources.md (cite the page, issue or recording that it rests on) for\n{}",
        missing.join("\n")
    );
}

#[test]
fn citations_are_told_from_links_and_usage() {
    let comment = "See [`Finding`], [text](url), [Finding::code] and `[a]`, [default: 64], and AWS [floci#2733, #2782; \
                   pf-sfn-asl-next-end, measured], [API TestState: mock], list[Of a] [Step Functions service quotas].";
    let found = citations(comment);
    assert_eq!(
        found,
        [
            "floci#2733, #2782; pf-sfn-asl-next-end, measured",
            "API TestState: mock",
            "Step Functions service quotas"
        ]
    );
    assert_eq!(
        names(found[0]),
        ["floci#2733", "floci#2782", "pf-sfn-asl-next-end"]
    );
    assert_eq!(names(found[1]), ["API TestState"]);
}
