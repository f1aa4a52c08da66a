//! What comparing two machines costs, beside parsing both: as they are, with one change in ten states, and with every
//! state renamed, for 1,000, 3,000 and 10,000 states.
//!
//! `cargo bench --bench diff`. The bound is five times what parsing both costs for 1,000 states; the curve should not
//! bend upwards more than n log n does.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::diff::diff;
use sfn_tool::internals::source::{self, SourceFile};

/// A chain of tasks, choices, waits and passes; `changed` says which states have another number in them.
fn machine(states: usize, prefix: &str, changed: fn(usize) -> bool) -> Arc<SourceFile> {
    let mut text = format!("{{\"StartAt\": \"{prefix}0\", \"States\": {{");
    for i in 0..states {
        let seconds = if changed(i) { 7 } else { 5 };
        let comma = if i > 0 { "," } else { "" };
        let next = if i + 1 < states {
            format!("\"Next\": \"{prefix}{}\"", i + 1)
        } else {
            "\"End\": true".to_owned()
        };
        let back = i / 2;
        let fields = match i % 4 {
            _ if i + 1 == states => format!("\"Type\": \"Pass\", {next}"),
            0 => format!(
                "\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::lambda:invoke\", \"TimeoutSeconds\": {seconds}, \
                 \"Parameters\": {{\"FunctionName\": \"f{}\", \"Payload.$\": \"$.order.lines\"}}, \"Retry\": \
                 [{{\"ErrorEquals\": [\"Lambda.ServiceException\"], \"MaxAttempts\": 4}}], {next}",
                i % 100
            ),
            1 => format!(
                "\"Type\": \"Choice\", \"Choices\": [{{\"Variable\": \"$.total\", \"NumericGreaterThan\": {seconds}, \
                 \"Next\": \"{prefix}{back}\"}}], \"Default\": \"{prefix}{}\"",
                i + 1
            ),
            2 => format!("\"Type\": \"Wait\", \"Seconds\": {seconds}, {next}"),
            _ => format!(
                "\"Type\": \"Pass\", \"ResultPath\": \"$.r{}\", \"Result\": {{\"n\": {seconds}}}, {next}",
                i % 50
            ),
        };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}\n\"{prefix}{i}\": {{{fields}}}");
    }
    text.push_str("}}");
    Arc::new(SourceFile::new("bench.asl.json", text))
}

fn read(file: &Arc<SourceFile>) -> StateMachine {
    let parsed = source::parse(file.clone());
    StateMachine::read(Arc::new(parsed.document.expect("the machine is JSON")))
}

fn compare(c: &mut Criterion) {
    let mut group = c.benchmark_group("diff");
    group.sample_size(10);
    for states in [1_000, 3_000, 10_000] {
        group.throughput(Throughput::Elements(states as u64));
        let old_file = machine(states, "S", |_| false);
        let some_file = machine(states, "S", |i| i % 10 == 0);
        group.bench_function(BenchmarkId::new("parse both", states), |b| {
            b.iter(|| (read(black_box(&old_file)), read(black_box(&some_file))))
        });
        let (old, some) = (read(&old_file), read(&some_file));
        let renamed = read(&machine(states, "T", |_| false));
        let renamed_and_changed = read(&machine(states, "T", |i| i % 10 == 0));
        for (name, new) in [
            ("unchanged", &old),
            ("one in ten changed", &some),
            ("all renamed", &renamed),
            ("all renamed, one in ten changed", &renamed_and_changed),
        ] {
            group.bench_function(BenchmarkId::new(name, states), |b| {
                b.iter(|| diff(black_box(&old), black_box(new)))
            });
        }
    }
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
