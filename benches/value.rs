//! The measurement behind `value::Value`: what a state of a run does with its data, on a document of some 200 KB.
//!
//! `cargo bench --bench value` compares, in one run, serde_json's owned tree with the shared value: handing the data
//! on, changing one field of it, and giving it to a JSONata expression that reads one field.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use sfn_tool::internals::expr::jsonata::{Engine, Expression, Limits};
use sfn_tool::internals::expr::random::RandomSource;
use sfn_tool::internals::value::{Map, Value};

fn document() -> serde_json::Value {
    let items: Vec<serde_json::Value> = (0..2_000)
        .map(|i| serde_json::json!({"id": i, "name": format!("item {i}"), "price": 1.5, "tags": ["a", "b"]}))
        .collect();
    serde_json::json!({"order": {"id": "o-1", "total": 12}, "items": items, "count": 2000})
}

fn compare(c: &mut Criterion) {
    let owned = document();
    let shared = Value::from(&owned);

    let mut group = c.benchmark_group("clone");
    group.bench_function("serde_json", |b| b.iter(|| black_box(&owned).clone()));
    group.bench_function("shared", |b| b.iter(|| black_box(&shared).clone()));
    group.finish();

    // As ResultPath does it: the data is also held by the history, so the changed version is a second value.
    let mut group = c.benchmark_group("changed field");
    group.bench_function("serde_json", |b| {
        b.iter(|| {
            let mut copy = black_box(&owned).clone();
            copy["order"]["total"] = serde_json::json!(13);
            copy
        })
    });
    group.bench_function("shared", |b| {
        b.iter(|| {
            let mut copy = black_box(&shared).clone();
            set_total(&mut copy);
            copy
        })
    });
    group.finish();

    let mut group = c.benchmark_group("handed to JSONata");
    let expression = Expression::compile("$doc.order.total + 1").expect("it parses");
    group.bench_function("serde_json, whole", |b| {
        let plain = jlens_core::Expression::compile("$doc.order.total + 1").expect("it parses");
        b.iter(|| {
            let bindings = jlens_core::Bindings::new().var("doc", black_box(&owned).clone());
            plain.evaluate(None, &bindings)
        })
    });
    group.bench_function("shared, cut to what is read", |b| {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
        b.iter(|| engine.evaluate(&expression, None, [("doc", black_box(&shared))], 0))
    });
    group.finish();
}

fn set_total(value: &mut Value) {
    let Value::Object(map) = value else { return };
    let Some(Value::Object(order)) = Arc::make_mut(map).get_mut("order") else {
        return;
    };
    let order: &mut Map = Arc::make_mut(order);
    order.insert(Arc::from("total"), Value::from(13));
}

criterion_group!(benches, compare);
criterion_main!(benches);
