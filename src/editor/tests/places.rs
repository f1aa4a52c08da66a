//! Definition, references, highlights, symbols, folding, selection.

use super::{Memory, marked, nth, open, three};
use crate::editor::symbols::{self, Symbol, SymbolKind};
use crate::editor::targets::{definition, highlights, references};
use crate::editor::{Kind, OpenDocument, folding, selection};

/// The texts at the places that `offset` leads to, and their lines.
fn lines(open: &OpenDocument, spans: impl Iterator<Item = crate::diagnostics::Span>) -> Vec<(usize, String)> {
    let file = open.file();
    spans
        .map(|span| {
            (
                file.line(span.start as usize),
                file.text()[span.range()].to_owned(),
            )
        })
        .collect()
}

/// The line, from 1, on which `words` stand for the `n`th time.
fn line(text: &str, words: &str, n: usize) -> usize {
    text[..nth(text, words, n, 0)].lines().count().max(1)
        + usize::from(text[..nth(text, words, n, 0)].ends_with('\n'))
}

#[test]
fn a_state_is_found_from_what_leads_to_it() {
    for (name, text) in three() {
        let open = open(name, &text);
        let files = Memory::default();
        // `Done` stands in Default, in Catch, in Next, and as the state.
        let state = line(&text, "Done", 3);
        for (n, into) in [(0, 0), (1, 2), (2, 4), (3, 1)] {
            let found = definition(&open, nth(&text, "Done", n, into), &files);
            let spans = found.iter().map(|target| target.span);
            assert_eq!(lines(&open, spans), [(state, "Done".to_owned())], "{name} {n}");
        }
        // Nothing is defined by a word of the language, or a path that names no variable.
        for word in ["Type", "Choices", "$.total", "charge", "States.ALL"] {
            assert!(
                definition(&open, nth(&text, word, 0, 1), &files).is_empty(),
                "{name} {word}"
            );
        }
    }
}

#[test]
fn references_of_a_state_are_what_leads_to_it() {
    for (name, text) in three() {
        let open = open(name, &text);
        let files = Memory::default();
        let at = nth(&text, "Done", 3, 1);
        let found = references(&open, at, false, &files);
        let expected: Vec<_> = (0..3)
            .map(|n| (line(&text, "Done", n), "Done".to_owned()))
            .collect();
        assert_eq!(
            lines(&open, found.iter().map(|target| target.span)),
            expected,
            "{name}"
        );
        assert_eq!(references(&open, at, true, &files).len(), 4);
        let all = highlights(&open, nth(&text, "Choose", 0, 0));
        let writes: Vec<bool> = all.iter().map(|one| one.is_write).collect();
        assert_eq!(writes, [false, true], "{name}");
    }
}

#[test]
fn a_variable_is_found_from_where_it_is_read_and_assigned() {
    for (name, text) in three() {
        let open = open(name, &text);
        let files = Memory::default();
        let read = nth(&text, "$receipt.number", 0, 3);
        let found = definition(&open, read, &files);
        let assigned = (line(&text, "receipt.$", 0), "receipt".to_owned());
        assert_eq!(
            lines(&open, found.iter().map(|target| target.span)),
            [assigned],
            "{name}"
        );
        let used = references(&open, nth(&text, "receipt.$", 0, 2), false, &files);
        let expected = (line(&text, "$receipt.number", 0), "receipt".to_owned());
        assert_eq!(
            lines(&open, used.iter().map(|target| target.span)),
            [expected],
            "{name}"
        );
        // A key of the same name among the parameters is no variable, and neither is the step behind one.
        assert!(
            highlights(&open, nth(&text, "receipt.$", 1, 2)).is_empty(),
            "{name}"
        );
        assert!(highlights(&open, nth(&text, "number", 0, 2)).is_empty(), "{name}");
    }
}

#[test]
fn names_are_looked_up_in_their_scope() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
    "B": {"Type": "Pass", "Output": "{% $x + $sum([$x]) %}", "End": true}}},
  {"StartAt": "C", "States": {"C": {"Type": "Pass", "Assign": {"x": 2}, "Next": "D"},
    "D": {"Type": "Pass", "Output": "{% ($x := 3; $x) %}", "End": true}}}]}}}"#;
    let open = open("a.asl.json", text);
    // The second branch binds an x of its own in D, which is not the variable.
    let first = highlights(&open, nth(text, "$x +", 0, 1));
    assert_eq!(lines(&open, first.iter().map(|one| one.span)).len(), 3);
    let second = highlights(&open, nth(text, "\"x\"", 1, 1));
    assert_eq!(second.len(), 1);
    assert!(highlights(&open, nth(text, "$sum", 0, 2)).is_empty());
}

#[test]
fn a_test_file_leads_to_its_definition_and_its_states() {
    let text = "Definition: ../order.asl.json\nCases:\n  - Name: one\n    Mocks: {States: {Charge: {Return: {}}}}\n    Expect: {Visited: [Choose, Do<|>ne]}\n";
    let (open, offset) = marked("cases/order.sfn-test.yaml", text);
    assert_eq!(open.kind(), Kind::Test);
    let files = Memory::default().with("order.asl.json", super::JSON);
    let found = definition(&open, offset, &files);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].path.as_deref(),
        Some(std::path::Path::new("order.asl.json"))
    );
    assert_eq!(&super::JSON[found[0].span.range()], "\"Done\"");
    let found = definition(&open, nth(open.file().text(), "order.asl", 0, 1), &files);
    assert_eq!(
        found[0].path.as_deref(),
        Some(std::path::Path::new("order.asl.json"))
    );
    // And the other way round.
    let test = open.file().text().to_owned();
    let order = super::open("order.asl.json", super::JSON);
    let files = Memory::default().with("cases/order.sfn-test.yaml", &test);
    let used = references(&order, nth(super::JSON, "\"Done\": {", 0, 2), false, &files);
    let elsewhere: Vec<_> = used.iter().filter(|target| target.path.is_some()).collect();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(&test[elsewhere[0].span.range()], "Done");
}

#[test]
fn the_outline_has_states_as_a_tree() {
    fn outline(symbols: &[Symbol]) -> String {
        let one = |symbol: &Symbol| match symbol.children.is_empty() {
            true => format!("{}:{}", symbol.name, symbol.detail),
            false => format!("{}:{}({})", symbol.name, symbol.detail, outline(&symbol.children)),
        };
        symbols.iter().map(one).collect::<Vec<_>>().join(" ")
    }
    let states = "Choose:Choice Charge:Task Ship:Pass Done:Succeed";
    for (name, text) in three() {
        let found = symbols::of(&open(name, &text));
        match name {
            "template.yaml" => assert_eq!(outline(&found), format!("Orders:state machine({states})")),
            _ => assert_eq!(outline(&found), states),
        }
        let mut all: Vec<&Symbol> = found.iter().collect();
        while let Some(symbol) = all.pop() {
            assert!(symbol.range.contains(symbol.selection), "{name} {symbol:?}");
            all.extend(&symbol.children);
        }
    }
    let nested = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}, {"StartAt": "B", "States": {"B": {"Type": "Fail"}}}]},
        "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}}}}"#;
    let found = symbols::of(&open("a.asl.json", nested));
    assert_eq!(
        outline(&found),
        "P:Parallel(Branches[0]:(A:Succeed) Branches[1]:(B:Fail)) M:Map(C:Succeed)"
    );
    assert_eq!(
        found[0].kind,
        SymbolKind::State(Some(crate::asl::StateType::Parallel))
    );
    let cases = open(
        "x.sfn-test.yaml",
        "Definition: a\nCases:\n  - Name: one\n  - Name: two\n",
    );
    assert_eq!(outline(&symbols::of(&cases)), "one:case two:case");
}

#[test]
fn what_spans_several_lines_folds() {
    let open = open("a.asl.json", super::JSON);
    let file = open.file();
    let lines: Vec<(usize, usize)> = folding::of(&open)
        .iter()
        .map(|span| (file.line(span.start as usize), file.line(span.end as usize)))
        .collect();
    assert_eq!(lines, [(1, 24), (3, 23), (4, 8), (9, 16), (17, 21)]);
}

#[test]
fn a_selection_grows() {
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Comment": "two wo<|>rds", "End": true}}}"#;
    let (open, offset) = marked("a.asl.json", text);
    let text = open.file().text();
    let found: Vec<&str> = selection::at(&open, offset)
        .into_iter()
        .map(|span| &text[span.range()])
        .collect();
    assert_eq!(
        found,
        [
            "words",
            "two words",
            "\"two words\"",
            "\"Comment\": \"two words\"",
            "{\"Type\": \"Pass\", \"Comment\": \"two words\", \"End\": true}",
            "\"A\": {\"Type\": \"Pass\", \"Comment\": \"two words\", \"End\": true}",
            "{\"A\": {\"Type\": \"Pass\", \"Comment\": \"two words\", \"End\": true}}",
            "\"States\": {\"A\": {\"Type\": \"Pass\", \"Comment\": \"two words\", \"End\": true}}",
            text,
        ]
    );
}

#[test]
fn a_selection_grows_inside_of_an_expression() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $sum([$states.input.a<|>, 1]) %}", "End": true}}}"#;
    let (open, offset) = marked("a.asl.json", text);
    let text = open.file().text();
    let spans = selection::at(&open, offset);
    let found: Vec<&str> = spans.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(
        found[..7],
        [
            "a",
            "$states.input.a",
            "$states.input.a, 1",
            "[$states.input.a, 1]",
            "([$states.input.a, 1])",
            "% $sum([$states.input.a, 1]) %",
            "{% $sum([$states.input.a, 1]) %}",
        ]
    );
}

#[test]
fn no_place_of_any_fixture_makes_a_feature_panic() {
    let files = Memory::default();
    for (name, text) in three() {
        let open = open(name, &text);
        for offset in 0..=text.len() + 1 {
            definition(&open, offset, &files);
            references(&open, offset, true, &files);
            highlights(&open, offset);
            selection::at(&open, offset);
        }
    }
}
