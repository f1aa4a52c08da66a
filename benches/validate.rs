//! What validating a definition costs, beside parsing its text, and beside the JSON Schema that is made from the same
//! table.
//!
//! `cargo bench --bench validate`. The schema has to be compiled in every run of the tool, and says neither AWS's words
//! nor which fields are near: that is why `validate/` walks the table itself.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::asl::fields::schema::json_schema;
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::validate::{Options, validate};

const ORDER: &str = include_str!("../fixtures/workflows/order/definition.asl.json");

fn compare(c: &mut Criterion) {
    let parsed: serde_json::Value = serde_json::from_str(ORDER).expect("the fixture is JSON");
    let file = Arc::new(SourceFile::new("order", ORDER));

    let mut group = c.benchmark_group("order workflow");
    group.bench_function("serde_json parse", |b| {
        b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(ORDER)))
    });
    group.bench_function("parse with spans", |b| b.iter(|| source::parse(file.clone())));
    let document = Arc::new(source::parse(file.clone()).document.expect("the fixture is JSON"));
    group.bench_function("read the machine", |b| {
        b.iter(|| StateMachine::read(black_box(document.clone())))
    });
    let machine = StateMachine::read(document);
    group.bench_function("validate", |b| {
        b.iter(|| validate(black_box(&machine), &Options::default()))
    });

    let schema = json_schema();
    group.bench_function("compile the schema", |b| {
        b.iter(|| jsonschema::validator_for(black_box(&schema)))
    });
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    group.bench_function("run the schema", |b| {
        b.iter(|| validator.is_valid(black_box(&parsed)))
    });
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
