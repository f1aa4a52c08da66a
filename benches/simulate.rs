//! How fast machines run: a Choice and MathAdd loop with and without its history, kept and written as JSON and as text,
//! with little and with much data that it does not touch, and an inline Map over 10,000 items.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::history::EventSink;
use sfn_tool::internals::mocks::Mocks;
use sfn_tool::internals::report::history::{HistoryWriter, Shape};
use sfn_tool::internals::report::trace::{Look, Trace};
use sfn_tool::internals::simulate::{Execution, Program, Settings, run, run_into};
use sfn_tool::internals::source::{SourceFile, parse, parse_value};
use sfn_tool::internals::value::Value;

/// 20,000 transitions: each turn is a Choice and a Pass.
const LOOP: &str = r#"{"StartAt": "Init", "States": {
    "Init": {"Type": "Pass", "Result": {"n": 0}, "ResultPath": "$.count", "Next": "Check"},
    "Check": {"Type": "Choice", "Default": "Done",
        "Choices": [{"Variable": "$.count.n", "NumericLessThan": 10000, "Next": "Add"}]},
    "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.count.n, 1)"}, "ResultPath": "$.count",
        "Next": "Check"},
    "Done": {"Type": "Succeed"}}}"#;

const MAP: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
    "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;

fn compile(definition: &str) -> Program {
    let parsed = parse(Arc::new(SourceFile::new("definition.json", definition)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
    Program::compile(&machine).expect("a program")
}

fn execute(program: &Program, keep_events: bool, input: &Value) -> Execution {
    let settings = Settings {
        keep_events,
        ..endless()
    };
    let mocks = Mocks::default();
    run(program, &settings, &mocks, input.clone(), Arc::from("{}")).expect("an execution")
}

fn endless() -> Settings {
    Settings {
        max_events: None,
        ..Settings::default()
    }
}

/// Runs and writes what happens into `sink`.
fn write(program: &Program, input: &Value, sink: &mut (dyn EventSink + 'static)) -> Execution {
    let (mocks, text) = (Mocks::default(), Arc::from("{}"));
    run_into(program, &endless(), &mocks, input.clone(), text, sink).expect("an execution")
}

/// Runs and writes the history as JSON to nowhere.
fn json(program: &Program, input: &Value) -> Execution {
    let mut writer = HistoryWriter::new(std::io::sink(), Shape::Execution, &endless());
    let execution = write(program, input, &mut writer);
    writer.finish(Some(&execution)).expect("a sink takes all");
    execution
}

/// Runs and writes the trace to nowhere.
fn trace(program: &Program, input: &Value) -> Execution {
    let mut trace = Trace::new(std::io::sink(), Look::new(false, false), endless().start);
    let execution = write(program, input, &mut trace);
    trace.finish().expect("a sink takes all");
    execution
}

/// An object with `bytes` bytes of data.
fn data(bytes: usize) -> Value {
    let items: Vec<String> = (0..bytes / 100)
        .map(|_| format!("\"{}\"", "x".repeat(97)))
        .collect();
    parse_value(&format!("{{\"data\": [{}]}}", items.join(","))).expect("JSON")
}

fn benches(c: &mut Criterion) {
    let program = compile(LOOP);
    let mut group = c.benchmark_group("loop of 20,000 transitions");
    group.throughput(Throughput::Elements(20_000));
    for (name, keep, bytes) in [
        ("without history, 1 KB", false, 1_000),
        ("without history, 200 KB", false, 200_000),
        ("with history, 1 KB", true, 1_000),
    ] {
        let input = data(bytes);
        group.bench_function(name, |b| b.iter(|| black_box(execute(&program, keep, &input))));
    }
    let input = data(1_000);
    group.bench_function("as JSON, 1 KB", |b| b.iter(|| black_box(json(&program, &input))));
    group.bench_function("as text, 1 KB", |b| b.iter(|| black_box(trace(&program, &input))));
    group.finish();

    let program = compile(MAP);
    let items: Vec<Value> = (0..10_000).map(Value::from).collect();
    let items = Value::from(items);
    let mut group = c.benchmark_group("inline Map");
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("10,000 items with history", |b| {
        b.iter(|| black_box(execute(&program, true, &items)));
    });
    group.bench_function("10,000 items as JSON", |b| {
        b.iter(|| black_box(json(&program, &items)))
    });
    group.bench_function("10,000 items as text", |b| {
        b.iter(|| black_box(trace(&program, &items)))
    });
    group.finish();
}

criterion_group!(simulate, benches);
criterion_main!(simulate);
