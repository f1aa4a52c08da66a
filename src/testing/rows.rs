//! The rows of tables: each a case of its own.

use rustc_hash::FxHashMap;

use super::check::Checker;
use super::fields;
use crate::diagnostics::{Finding, Help, Related, nearest};
use crate::source::{self, Document, Made, NodeRef};
use crate::value::{Map, Value};

/// Most cases of a file, the rows of its tables counted: what people write is far below.
const MOST_CASES: usize = 100_000;

/// Most values that all rows of a file may come to.
const MOST_VALUES: usize = 8_000_000;

/// The rows of all tables as cases of their own: the place of the case in `Cases`, and the rows filled in and checked.
pub(super) fn rows(root: NodeRef<'_>, checker: &mut Checker<'_>) -> FxHashMap<usize, Vec<Document>> {
    let mut filled: FxHashMap<usize, Vec<Document>> = FxHashMap::default();
    let Some(cases) = root.get("Cases") else {
        return filled;
    };
    let (mut count, mut size) = (0, 0);
    let mut made = Made::default();
    for (number, case) in cases.items().enumerate() {
        let Some(table) = case.get("Table") else {
            count += 1;
            continue;
        };
        for row in table.items() {
            count += 1;
            if count > MOST_CASES {
                checker.error(
                    table.key_span(),
                    format!("the file has more than {MOST_CASES} cases"),
                );
                return filled;
            }
            let Value::Object(values) = row.to_value() else {
                continue;
            };
            let (document, unfilled) = source::fill(case, "Table", &values, &mut made);
            let is_whole = unfilled
                .iter()
                .all(|missing| missing.why != source::UnfilledWhy::TooLarge);
            for missing in unfilled {
                let finding = unfilled_finding(&missing, &values, checker);
                finding.related.push(Related {
                    span: row.token_span(),
                    label: "this row".to_owned(),
                });
            }
            size += document.len();
            if size > MOST_VALUES {
                let message = format!("the rows of the file's tables come to more than {MOST_VALUES} values");
                checker.error(table.key_span(), message);
                return filled;
            }
            // What is too much for this row is so for those after it.
            if !is_whole {
                return filled;
            }
            let told = checker.findings.len();
            checker.check(document.root(), &fields::CASE);
            tell_in(row, &mut checker.findings[told..]);
            filled.entry(number).or_default().push(document);
        }
    }
    filled
}

/// Says in the row what is wrong with a value that it gives: that is where one changes it.
pub(super) fn tell_in(row: NodeRef<'_>, findings: &mut [Finding]) {
    let text = row.document().file().text();
    for finding in findings {
        let written = text.get(finding.span.range()).unwrap_or_default();
        let mut names = source::placeholder::names(written);
        if let Some(cell) = names.next().and_then(|name| row.get(name)) {
            finding.related.push(Related {
                span: finding.span,
                label: "it is put in here".to_owned(),
            });
            finding.span = cell.token_span();
        }
    }
}

/// The finding for a name that a row has no value for, or none that could be filled in.
fn unfilled_finding<'c>(
    missing: &source::Unfilled,
    row: &Map,
    checker: &'c mut Checker<'_>,
) -> &'c mut Finding {
    let name = &missing.name;
    if missing.why == source::UnfilledWhy::TooLarge {
        let message = format!("with the value of '{name}' the case would be too large");
        let finding = checker.error(missing.span, message);
        finding.help = Some(
            "all rows of a file together make at most 64 MiB of text: use fewer or shorter ones".to_owned(),
        );
        return finding;
    }
    let columns = || row.keys().map(|key| &**key);
    let help = match nearest(name, columns()) {
        Some(near) => Help::asking(format!("did you mean ${{{near}}}?"), near),
        None => format!(
            "the row has: {}; write $${{ for the characters ${{ themselves",
            columns().collect::<Vec<_>>().join(", ")
        )
        .into(),
    };
    let finding = checker.error(missing.span, format!("a row of the table has no value '{name}'"));
    finding.advise(help);
    finding
}
