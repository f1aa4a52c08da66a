//! What linting costs beside validating, and how both grow with the number of states: 1,000, 3,000 and 10,000 in several
//! shapes. Three times the states should take three times as long.
//!
//! `cargo bench --bench lint`, or `cargo bench --bench lint -- chain` for one shape.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::lint::{self, Selection, Settings};
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::validate::{Options, validate};

const SIZES: [usize; 3] = [1_000, 3_000, 10_000];

/// The text of a machine of so many states.
type Shape = fn(usize) -> String;

const SHAPES: [(&str, Shape); 8] = [
    ("chain", chain),
    ("findings", findings),
    ("choices", choices),
    ("wide choice", wide_choice),
    ("nested maps", nested_maps),
    ("loop", looping),
    ("variables", variables),
    ("expressions", expressions),
];

fn machine(start: &str, states: &str) -> String {
    format!(
        "{{\"StartAt\": \"{start}\", \"States\": {{{}}}}}",
        states.trim_end_matches(',')
    )
}

/// Where state `i` of so many in a row goes.
fn next_or_end(prefix: &str, i: usize, count: usize) -> String {
    match i + 1 < count {
        true => format!("\"Next\": \"{prefix}{}\"", i + 1),
        false => "\"End\": true".to_owned(),
    }
}

/// Tasks in a row that handle their errors.
fn chain(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let next = next_or_end("S", i, count);
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
              "Parameters": {{"FunctionName": "${{F}}", "Payload": {{"id.$": "$.id", "at.$": "$.r{i}.at"}}}},
              "ResultSelector": {{"at.$": "$.Payload.at"}}, "ResultPath": "$.r{i}",
              "Retry": [{{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException",
                "Lambda.SdkClientException", "Lambda.TooManyRequestsException"], "MaxAttempts": 3}}],
              "Catch": [{{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}}], {next}}},"#
        );
    }
    states.push_str(r#""Failed": {"Type": "Fail", "Error": "E", "Cause": "c"}"#);
    machine("S0", &states)
}

/// Tasks in a row with something to say about each.
fn findings(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let next = next_or_end("S", i, count);
        let catch = if i == 0 {
            r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Handle"}],"#
        } else {
            ""
        };
        let retry = if i == 0 {
            r#""Retry": [{"ErrorEquals": ["States.ALL"]}],"#
        } else {
            ""
        };
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", {catch} {retry}
              "Parameters": {{"QueueUrl": "${{Q}}", "MessageBody": "$.body", "Token.$": "$$.Task.Token"}}, {next}}},"#
        );
    }
    states.push_str(r#""Handle": {"Type": "Pass", "Next": "Failed"}, "Failed": {"Type": "Fail"}"#);
    machine("S0", &states)
}

/// Choice states in a row, each with rules that lead on and back.
fn choices(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Choice", "Default": "S{}", "Choices": [
              {{"Variable": "$.n", "NumericGreaterThan": {i}, "Next": "S{}"}},
              {{"And": [{{"Variable": "$.n", "NumericLessThan": 5}}, {{"Variable": "$.k", "StringEquals": "a"}}],
                "Next": "S{}"}}]}},"#,
            i + 1,
            i / 2,
            (i + 7).min(count),
        );
    }
    let _ = write!(states, r#""S{count}": {{"Type": "Succeed"}}"#);
    machine("S0", &states)
}

/// One Choice state with a rule for each state.
fn wide_choice(count: usize) -> String {
    let (mut rules, mut states) = (String::new(), String::new());
    for i in 0..count {
        let _ = write!(
            rules,
            r#"{{"Variable": "$.kind", "StringEquals": "k{i}", "Next": "S{i}"}},"#
        );
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Pass", "Parameters": {{"a.$": "$.a{i}"}}, "Next": "Done"}},"#
        );
    }
    let rules = rules.trim_end_matches(',');
    let _ = write!(
        states,
        r#""Choose": {{"Type": "Choice", "Default": "Done", "Choices": [{rules}]}},"#
    );
    states.push_str(r#""Done": {"Type": "Succeed"}"#);
    machine("Choose", &states)
}

/// Maps of Maps: ten inside one another, as often as it takes.
fn nested_maps(count: usize) -> String {
    let mut states = String::new();
    let towers = count / 10;
    for i in 0..towers {
        let mut inner = format!(
            r#"{{"StartAt": "T{i}", "States": {{"T{i}": {{"Type": "Task", "Resource": "${{F}}", "End": true}}}}}}"#
        );
        for depth in (1..9).rev() {
            inner = format!(
                r#"{{"StartAt": "M{i}-{depth}", "States": {{"M{i}-{depth}": {{"Type": "Map", "ItemsPath": "$.items",
                  "ItemProcessor": {inner}, "End": true}}}}}}"#
            );
        }
        let next = next_or_end("M", i, towers);
        let _ = write!(
            states,
            r#""M{i}": {{"Type": "Map", "ItemsPath": "$.all", "ResultPath": "$.r", "ItemProcessor": {inner}, {next}}},"#
        );
    }
    machine("M0", &states)
}

/// One loop through all states, and a way out.
fn looping(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Task", "Resource": "${{F{i}}}", "ResultPath": "$.r{i}", "Next": "S{}",
              "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "S{}"}}]}},"#,
            i + 1,
            i / 2
        );
    }
    let _ = write!(
        states,
        r#""S{count}": {{"Type": "Choice", "Default": "Wait", "Choices": [
          {{"Variable": "$.done", "BooleanEquals": true, "Next": "Done"}}]}},
          "Wait": {{"Type": "Wait", "Seconds": 5, "Next": "S0"}}, "Done": {{"Type": "Succeed"}}"#
    );
    machine("S0", &states)
}

/// A variable for every tenth state, read far behind.
fn variables(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let next = next_or_end("S", i, count);
        let assign = if i % 10 == 0 {
            format!(r#""Assign": {{"v{i}": "{{% $states.input.a %}}"}},"#)
        } else {
            String::new()
        };
        let read = i / 20 * 10;
        let _ = write!(
            states,
            r#""S{i}": {{"Type": "Pass", {assign} "Output": {{"x": "{{% $v{read} & 'a' %}}"}}, {next}}},"#
        );
    }
    let machine = machine("S0", &states);
    machine.replacen('{', "{\"QueryLanguage\": \"JSONata\", ", 1)
}

/// States of ten lines each, every one with three JSONata expressions that no other has.
fn expressions(count: usize) -> String {
    let mut states = String::new();
    for i in 0..count {
        let next = next_or_end("S", i, count);
        let _ = write!(
            states,
            r#"
    "S{i}": {{
      "Type": "Pass",
      "Assign": {{
        "total": "{{% $sum($states.input.orders[quantity > {i}].(price * quantity)) %}}"
      }},
      "Output": {{
        "order": "{{% $merge([$states.input, {{'step': {i}, 'at': $now()}}]) %}}",
        "rest": "{{% $states.input.rest.part{i}[0] & ' of ' & $string($states.input.count) %}}"
      }}, {next}
    }},"#
        );
    }
    let machine = machine("S0", &states);
    machine.replacen('{', "{\"QueryLanguage\": \"JSONata\", ", 1)
}

fn compare(c: &mut Criterion) {
    let every = Settings::from(Selection::new(&["all".to_owned()], &[]).expect("all is a selection"));
    for (shape, text) in SHAPES {
        let mut group = c.benchmark_group(shape);
        group.sample_size(10);
        for size in SIZES {
            let file = Arc::new(SourceFile::new("bench.asl.json", text(size)));
            // What is found out about a definition is kept with it: each turn has one that nobody has seen.
            let machine = || {
                let document = source::parse(file.clone()).document.expect("the text is JSON");
                StateMachine::read(Arc::new(document))
            };
            group.bench_function(BenchmarkId::new("parse", size), |b| {
                b.iter(|| source::parse(file.clone()))
            });
            group.bench_function(BenchmarkId::new("validate", size), |b| {
                b.iter_batched(
                    machine,
                    |machine| (validate(black_box(&machine), &Options::default()), machine),
                    BatchSize::PerIteration,
                )
            });
            group.bench_function(BenchmarkId::new("lint", size), |b| {
                b.iter_batched(
                    machine,
                    |machine| (lint::check(black_box(&machine), &Settings::default()), machine),
                    BatchSize::PerIteration,
                )
            });
            group.bench_function(BenchmarkId::new("lint, every rule", size), |b| {
                b.iter_batched(
                    machine,
                    |machine| (lint::check(black_box(&machine), &every), machine),
                    BatchSize::PerIteration,
                )
            });
            group.bench_function(BenchmarkId::new("validate and lint", size), |b| {
                b.iter_batched(
                    machine,
                    |machine| {
                        let refused = validate(black_box(&machine), &Options::default());
                        (refused, lint::check(&machine, &Settings::default()), machine)
                    },
                    BatchSize::PerIteration,
                )
            });
        }
        group.finish();
    }
}

criterion_group!(benches, compare);
criterion_main!(benches);
