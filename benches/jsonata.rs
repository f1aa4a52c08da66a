//! How fast expressions are on a document of 80 KB with 1,000 items, beside the reference implementation in the same
//! run: `JSONATA_JS` names a folder in which `npm install jsonata` was run. Times are the median of many evaluations.
//!
//! Ours are measured twice: with the document as the input, and as a state of a running machine evaluates them, with
//! the document as `$states.input`. With `JSONATA_JS_FLOOR=1` the program fails where one is not as many times as fast as
//! it is to be; with 0.5, where it is not half as many times.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfn_tool::internals::expr::jsonata::{Engine, Expression, Limits};
use sfn_tool::internals::expr::random::RandomSource;
use sfn_tool::internals::source::parse_value;
use sfn_tool::internals::value::{Map, Value};

/// Name, expression on the document `$d`, and how many times as fast as the reference it has to be.
const EXPRESSIONS: [(&str, &str, f64); 9] = [
    ("path", "$d.items.price", 5.0),
    ("$sum", "$sum($d.items.price)", 5.0),
    (
        "$filter with $map",
        "$map($filter($d.items, function($i) { $i.price > 50 }), function($i) { $i.price * $i.quantity })",
        5.0,
    ),
    ("concatenation", "$d.items.(name & '-' & category)", 5.0),
    (
        "$sort",
        "$sort($d.items, function($a, $b) { $a.price > $b.price })",
        5.0,
    ),
    ("order-by", "$d.items^(price)", 5.0),
    ("group-by", "$d.items{category: $sum(price)}", 5.0),
    ("regex replace", "$d.items.$replace(name, /[0-9]+/, 'n')", 1.0),
    ("regex, one text", "$replace($d.text, /item-([0-9]+)/, '$1')", 1.0),
];

/// Evaluates what stdin names as often as the time allows, and prints medians in microseconds.
const SCRIPT: &str = r"
const jsonata = require(process.argv[1] + '/node_modules/jsonata');
let text = '';
process.stdin.on('data', (chunk) => (text += chunk)).on('end', async () => {
    const { document, expressions } = JSON.parse(text);
    for (const source of expressions) {
        const expression = jsonata(source);
        const times = [];
        const end = performance.now() + 1500;
        while (performance.now() < end || times.length < 5) {
            const begin = performance.now();
            await expression.evaluate(document);
            times.push(performance.now() - begin);
        }
        times.sort((a, b) => a - b);
        console.log(times[Math.floor(times.length / 2)] * 1000);
    }
});
";

fn document() -> String {
    let mut items = String::new();
    let mut text = String::new();
    for i in 0..1000_u64 {
        let comma = if i == 0 { "" } else { "," };
        // Prices and categories in no order.
        let (price, category) = (i * 7919 % 1000, i * 31 % 10);
        write!(
            items,
            r#"{comma}{{"id":{i},"name":"item-{i}","price":{price}.5,"quantity":{},"category":"c{category}"}}"#,
            i % 7 + 1
        )
        .expect("memory");
        write!(text, "item-{i} ").expect("memory");
    }
    format!(r#"{{"items":[{items}],"text":"{text}"}}"#)
}

fn median(mut evaluate: impl FnMut()) -> Duration {
    let mut times = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(1000) || times.len() < 5 {
        let begin = Instant::now();
        evaluate();
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn reference(folder: &str, text: &str) -> Option<Vec<Duration>> {
    let sources: Vec<String> = EXPRESSIONS
        .iter()
        .map(|(_, source, _)| source.replace("$d.", ""))
        .collect();
    let mut node = Command::new("node")
        .args(["-e", SCRIPT, folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let request = format!(
        r#"{{"document":{text},"expressions":{}}}"#,
        serde_json::to_string(&sources).ok()?
    );
    node.stdin.take()?.write_all(request.as_bytes()).ok()?;
    let output = node.wait_with_output().ok()?;
    let lines = String::from_utf8(output.stdout).ok()?;
    let times: Vec<Duration> = lines
        .lines()
        .filter_map(|line| line.parse::<f64>().ok())
        .map(|micros| Duration::from_secs_f64(micros / 1e6))
        .collect();
    (times.len() == EXPRESSIONS.len()).then_some(times)
}

fn main() -> ExitCode {
    let text = document();
    let value = parse_value(&text).expect("JSON");
    let mut states = Map::new();
    states.insert(Arc::from("input"), value.clone());
    let states = Value::object(states);
    let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::aws());
    let folder = std::env::var("JSONATA_JS").ok();
    let others = folder.as_deref().and_then(|folder| reference(folder, &text));
    if others.is_none() {
        println!("SKIPPED: no times of jsonata-js; JSONATA_JS names no folder with it");
    }
    println!("{} bytes; microseconds", text.len());
    println!(
        "{:20} {:>10} {:>10} {:>12} {:>7}",
        "", "input", "in a state", "jsonata-js", "times"
    );
    let floor: Option<f64> = std::env::var("JSONATA_JS_FLOOR")
        .ok()
        .and_then(|text| text.parse().ok());
    let mut slow = 0;
    for (i, (name, source, least)) in EXPRESSIONS.into_iter().enumerate() {
        let on_input = Expression::compile(&source.replace("$d.", "")).expect("JSONata");
        let in_state = Expression::compile(&source.replace("$d.", "$states.input.")).expect("JSONata");
        let input = median(|| {
            black_box(engine.evaluate(&on_input, Some(&value), [], 0)).expect("a value");
        });
        let state = median(|| {
            black_box(engine.evaluate_in_state(&in_state, &states, [], 0)).expect("a value");
        });
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        print!("{name:20} {:10.0} {:10.0}", micros(input), micros(state));
        if let Some(other) = others.as_ref().map(|others| others[i]) {
            let times = micros(other) / micros(state);
            print!(" {:12.0} {times:7.1}", micros(other));
            if floor.is_some_and(|floor| times < least * floor) {
                slow += 1;
                print!("  is to be {least}");
            }
        }
        println!();
    }
    ExitCode::from(u8::from(slow > 0))
}
