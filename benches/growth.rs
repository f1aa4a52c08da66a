//! What once grew with the square of its input: long And lists, lists of catchers, fixes that remove members, differences of texts in which
//! every line changes, findings on one line of megabytes. Each at three sizes, one three times the other: so should be the
//! times.
//!
//! `cargo bench --bench growth`, or `cargo bench --bench growth -- "one line"` for one of them.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::definition::fix;
use sfn_tool::internals::lint::{self, Selection, Settings};
use sfn_tool::internals::report::findings::{FileReport, Format, render};
use sfn_tool::internals::source::{self, ParseOptions, SourceFile};
use sfn_tool::internals::value::line_differences;

const SIZES: [usize; 3] = [1_000, 3_000, 9_000];

fn settings(rule: &str) -> Settings {
    Settings {
        selection: Selection::new(&[rule.to_owned()], &[]).expect("a rule"),
        ..Settings::default()
    }
}

fn file(text: String) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("bench.asl.json", text))
}

fn machine(file: &Arc<SourceFile>) -> StateMachine {
    let document = source::parse(file.clone()).document.expect("the text is JSON");
    StateMachine::read(Arc::new(document))
}

/// A Choice state with one rule, an And of so many comparisons.
fn long_and(count: usize) -> String {
    let parts: Vec<String> = (0..count)
        .map(|i| format!(r#"{{"Variable": "$.v{i}", "NumericGreaterThan": {i}}}"#))
        .collect();
    format!(
        r#"{{"StartAt": "C", "States": {{"C": {{"Type": "Choice", "Default": "D",
          "Choices": [{{"And": [{}], "Next": "D"}}]}}, "D": {{"Type": "Succeed"}}}}}}"#,
        parts.join(",")
    )
}

/// So many states, each with a member that does nothing; all on one line.
fn redundant(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Pass", "InputPath": "$", "Next": "S{}"}},"#,
            i + 1
        );
    }
    format!(r#"{{"StartAt": "S0", "States": {{{states} "S{count}": {{"Type": "Succeed"}}}}}}"#)
}

/// A task with so many catchers, each for an error of its own.
fn catchers(count: usize) -> String {
    let catchers: Vec<String> = (0..count)
        .map(|i| format!(r#"{{"ErrorEquals": ["E{i}"], "Next": "B"}}"#))
        .collect();
    format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
          "Parameters": {{"FunctionName": "f"}}, "Catch": [{}], "Next": "B"}}, "B": {{"Type": "Succeed"}}}}}}"#,
        catchers.join(",")
    )
}

fn grow(c: &mut Criterion) {
    let mut group = c.benchmark_group("catchers");
    group.sample_size(10);
    let unreachable = settings("unreachable-catcher");
    for size in SIZES {
        let file = file(catchers(size));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(
                || machine(&file),
                |machine| (lint::check(black_box(&machine), &unreachable), machine),
                BatchSize::PerIteration,
            )
        });
    }
    group.finish();

    let mut group = c.benchmark_group("and list");
    group.sample_size(10);
    let never = settings("choice-never-matches");
    for size in SIZES {
        let file = file(long_and(size));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(
                || machine(&file),
                |machine| (lint::check(black_box(&machine), &never), machine),
                BatchSize::PerIteration,
            )
        });
    }
    group.finish();

    let redundant_field = settings("redundant-field");
    let mut group = c.benchmark_group("remove members");
    group.sample_size(10);
    for size in SIZES {
        let file = file(redundant(size));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| {
                fix(
                    black_box(&file),
                    &ParseOptions::default(),
                    &redundant_field,
                    false,
                )
                .fixes
            })
        });
    }
    group.finish();

    let mut group = c.benchmark_group("every line differs");
    group.sample_size(10);
    for size in SIZES {
        let lines = |word: &str| {
            (0..size * 10)
                .map(|i| format!("{word} {i}\n"))
                .collect::<String>()
        };
        let (old, new) = (lines("old"), lines("new"));
        group.bench_function(BenchmarkId::from_parameter(size * 10), |b| {
            b.iter(|| line_differences(black_box(&old), &new).iter_all_changes().count())
        });
    }
    group.finish();

    let mut group = c.benchmark_group("findings on one line");
    group.sample_size(10);
    for size in SIZES {
        let file = file(redundant(size));
        let findings = lint::check(&machine(&file), &redundant_field);
        let reports = [FileReport::new(file, findings)];
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| {
                let mut out = Vec::new();
                render(black_box(&reports), Format::Text, false, &mut out)
                    .expect("a vector takes everything");
                out.len()
            })
        });
    }
    group.finish();
}

criterion_group!(benches, grow);
criterion_main!(benches);
