//! What a keystroke costs in an editor: the text read anew, checked, and asked for completions; at 100, 1,000 and 10,000 lines.
//!
//! `cargo bench --bench editor`. The aims, in milliseconds at 100, 1,000 and 10,000 lines: reading and checking JSONPath 0.1, 1
//! and 10, JSONata 0.3, 3 and 25, YAML 0.2, 2 and 20; completions anywhere 1, 1 and 5. Every expression is another one, so that
//! nothing is found in a cache that would not be in a definition of somebody's.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sfn_tool::internals::editor::{OpenDocument, completion, folding, symbols, tokens};
use sfn_tool::internals::source::ParseOptions;

/// A chain of tasks of ten lines each.
fn jsonpath(lines: usize) -> String {
    let mut out = String::from("{\n  \"StartAt\": \"S0\",\n  \"States\": {\n");
    for i in 0..lines / 10 {
        let next = i + 1;
        let _ = write!(
            out,
            "    \"S{i}\": {{\n      \"Type\": \"Task\",\n      \"Resource\": \"arn:aws:states:::lambda:invoke\",\n      \
             \"Parameters\": {{\"FunctionName\": \"f{i}\", \"Payload.$\": \"$.order{i}.id\"}},\n      \
             \"ResultPath\": \"$.result{i}\",\n      \
             \"Retry\": [{{\"ErrorEquals\": [\"Lambda.ServiceException\"], \"MaxAttempts\": 2}}],\n      \
             \"Catch\": [{{\"ErrorEquals\": [\"States.ALL\"], \"Next\": \"Done\"}}],\n      \"TimeoutSeconds\": 30,\n      \
             \"Next\": \"{}\"\n    }},\n",
            if next < lines / 10 {
                format!("S{next}")
            } else {
                "Done".to_owned()
            }
        );
    }
    out.push_str("    \"Done\": {\"Type\": \"Succeed\"}\n  }\n}\n");
    out
}

/// The same in JSONata.
fn jsonata(lines: usize) -> String {
    let mut out = jsonpath(lines).replacen("{\n", "{\n  \"QueryLanguage\": \"JSONata\",\n", 1);
    for i in 0..lines / 10 {
        let path =
            format!("\"Parameters\": {{\"FunctionName\": \"f{i}\", \"Payload.$\": \"$.order{i}.id\"}}");
        let arguments = format!(
            "\"Arguments\": {{\"FunctionName\": \"f{i}\", \"Payload\": {{\"id\": \"{{% $states.input.order{i}.id %}}\"}}}}"
        );
        out = out.replacen(&path, &arguments, 1);
        let result = format!("\"ResultPath\": \"$.result{i}\"");
        let output =
            format!("\"Output\": \"{{% $merge([$states.input, {{'r{i}': $states.result.Payload}}]) %}}\"");
        out = out.replacen(&result, &output, 1);
    }
    out
}

/// The same in YAML, of as many lines.
fn yaml(lines: usize) -> String {
    let mut out = String::from("StartAt: S0\nStates:\n");
    for i in 0..lines / 10 {
        let next = i + 1;
        let _ = write!(
            out,
            "  S{i}:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Parameters:\n      \
             FunctionName: f{i}\n      Payload.$: $.order{i}.id\n    ResultPath: $.result{i}\n    \
             Catch: [{{ErrorEquals: [States.ALL], Next: Done}}]\n    TimeoutSeconds: 30\n    Next: {}\n",
            if next < lines / 10 {
                format!("S{next}")
            } else {
                "Done".to_owned()
            }
        );
    }
    out.push_str("  Done:\n    Type: Succeed\n");
    out
}

fn opened(name: &str, text: &str) -> OpenDocument {
    OpenDocument::new(Path::new(name), text, &ParseOptions::default(), true)
}

/// Its name, a file's name, and what makes a definition of so many lines.
type Form = (&'static str, &'static str, fn(usize) -> String);

fn keystroke(c: &mut Criterion) {
    let forms: [Form; 3] = [
        ("JSONPath", "a.asl.json", jsonpath),
        ("JSONata", "a.asl.json", jsonata),
        ("YAML", "a.asl.yaml", yaml),
    ];
    for (form, name, make) in forms {
        let mut group = c.benchmark_group(form);
        group.sample_size(10);
        for lines in [100, 1_000, 10_000] {
            let text = make(lines);
            group.bench_with_input(
                BenchmarkId::new("read, validate, lint", lines),
                &text,
                |b, text| {
                    b.iter(|| {
                        let open = opened(name, black_box(text));
                        let findings = open
                            .definitions()
                            .iter()
                            .map(|d| d.validate().len() + d.lint().len());
                        findings.sum::<usize>()
                    });
                },
            );
            let open = opened(name, &text);
            let middle = |words: &str| {
                let from = text.len() / 2;
                from + text[from..].find(words).map_or(0, |at| at + words.len())
            };
            let places = [
                ("a target", middle("Next\": \"").max(middle("Next: "))),
                ("a resource", middle("arn:aws:states:::")),
                ("a parameter", middle("FunctionN")),
                ("a path", middle("$states.input.").max(middle("$."))),
            ];
            for (what, offset) in places {
                group.bench_with_input(
                    BenchmarkId::new(format!("complete {what}"), lines),
                    &open,
                    |b, open| {
                        b.iter(|| completion::at(black_box(open), offset));
                    },
                );
            }
            group.bench_with_input(
                BenchmarkId::new("outline, folds, colours", lines),
                &open,
                |b, open| {
                    b.iter(|| {
                        (
                            symbols::of(open).len(),
                            folding::of(open).len(),
                            tokens::of(open).len(),
                        )
                    });
                },
            );
        }
        group.finish();
    }
}

criterion_group!(benches, keystroke);
criterion_main!(benches);
