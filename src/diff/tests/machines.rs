//! Machines of every kind, drawn from bytes.

use serde_json::{Map, Value, json};

/// Decisions taken from bytes; past their end always the first choice.
pub(super) struct Dice<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Dice<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Dice { bytes, at: 0 }
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % n
    }

    pub(super) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

const PATHS: [&str; 5] = ["$.a", "$.order.id", "$.items[0].x", "$", "$$.Execution.Input.a"];
const EXPRESSIONS: [&str; 4] = [
    "{% $states.input.a + 1 %}",
    "{% $sum(items[n > 1].x) %}",
    "{% {'a': 'b  c'} %}",
    "{% $v %}",
];

/// A machine of a few states, Map and Parallel two deep at most.
pub(super) fn machine(dice: &mut Dice) -> Value {
    let jsonata = dice.chance(3);
    let mut names = 0;
    let mut object = scope(dice, jsonata, 0, &mut names);
    if jsonata {
        object.insert("QueryLanguage".into(), json!("JSONata"));
    }
    if dice.chance(5) {
        object.insert("TimeoutSeconds".into(), json!(100));
    }
    Value::Object(object)
}

fn scope(dice: &mut Dice, jsonata: bool, depth: usize, names: &mut usize) -> Map<String, Value> {
    let count = 1 + dice.below(if depth == 0 { 5 } else { 2 });
    let own: Vec<String> = (0..count).map(|i| format!("S{}", *names + i)).collect();
    *names += count;
    let states = own.iter().enumerate().map(|(i, name)| {
        let state = state(dice, jsonata, depth, names, &own, i);
        (name.clone(), state)
    });
    let states: Map<String, Value> = states.collect();
    let mut object = Map::new();
    object.insert("StartAt".into(), json!(own[0]));
    object.insert("States".into(), Value::Object(states));
    object
}

fn state(dice: &mut Dice, jsonata: bool, depth: usize, names: &mut usize, own: &[String], i: usize) -> Value {
    let target = |dice: &mut Dice| json!(dice.pick(own));
    let kinds = if depth < 2 { 8 } else { 6 };
    let kind = [
        "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Map", "Parallel",
    ][dice.below(kinds)];
    let mut state = json!({"Type": kind});
    let mut set = |name: &str, value: Value| state[name] = value;
    match kind {
        "Pass" if !jsonata && dice.chance(2) => set("Result", json!({"n": dice.below(3), "s": "{%  x %}"})),
        "Task" => {
            set(
                "Resource",
                json!(dice.pick(&["arn:aws:states:::lambda:invoke", "r1", "r2"])),
            );
            if dice.chance(2) {
                set("TimeoutSeconds", json!(10 + dice.below(3)));
            }
            match (dice.below(3), jsonata) {
                (0, _) => {}
                (_, false) => set(
                    "Parameters",
                    json!({"x.$": dice.pick(&PATHS), "f.$": "States.Format('{} b', $.a)", "s": "$.a", "n": dice.below(3)}),
                ),
                (_, true) => set(
                    "Arguments",
                    json!({"x": dice.pick(&EXPRESSIONS), "l": [1, "{% 2 %}"]}),
                ),
            }
        }
        "Choice" => {
            let rule = |dice: &mut Dice| match jsonata {
                true => json!({"Condition": dice.pick(&EXPRESSIONS), "Next": dice.pick(own)}),
                false => match dice.below(3) {
                    0 => {
                        json!({"Variable": dice.pick(&PATHS), "NumericLessThan": dice.below(3), "Next": dice.pick(own)})
                    }
                    1 => {
                        json!({"Not": {"Variable": dice.pick(&PATHS), "IsNull": true}, "Next": dice.pick(own)})
                    }
                    _ => json!({"And": [{"Variable": "$.a", "StringEqualsPath": dice.pick(&PATHS)},
                        {"Variable": "$.b", "IsPresent": true}], "Next": dice.pick(own)}),
                },
            };
            let rules: Vec<Value> = (0..=dice.below(3)).map(|_| rule(dice)).collect();
            set("Choices", Value::Array(rules));
            if dice.chance(2) {
                set("Default", target(dice));
            }
        }
        "Wait" => set("Seconds", json!(dice.below(4))),
        "Fail" => {
            set("Error", json!(dice.pick(&["E1", "E2"])));
            return state;
        }
        "Map" => {
            set(
                "ItemProcessor",
                Value::Object(scope(dice, jsonata, depth + 1, names)),
            );
            if dice.chance(2) {
                let selector = match jsonata {
                    true => json!({"v": dice.pick(&EXPRESSIONS)}),
                    false => json!({"v.$": "$$.Map.Item.Value"}),
                };
                set("ItemSelector", selector);
            }
            if dice.chance(3) {
                set("MaxConcurrency", json!(dice.below(4)));
            }
        }
        "Parallel" => {
            let branches: Vec<Value> = (0..=dice.below(2))
                .map(|_| Value::Object(scope(dice, jsonata, depth + 1, names)))
                .collect();
            set("Branches", Value::Array(branches));
        }
        _ => {}
    }
    if !jsonata && dice.chance(3) {
        set("InputPath", json!(dice.pick(&PATHS[..4])));
    }
    if !matches!(kind, "Succeed" | "Choice") {
        if jsonata && dice.chance(3) {
            set("Output", json!({"o": dice.pick(&EXPRESSIONS)}));
        }
        match own.get(i + 1) {
            Some(next) if dice.chance(2) => set("Next", json!(next)),
            _ => set("End", json!(true)),
        }
    }
    if matches!(kind, "Task" | "Map" | "Parallel") {
        if dice.chance(3) {
            let names = dice.pick(&[json!(["A"]), json!(["A", "B"]), json!(["States.ALL"])]);
            set(
                "Retry",
                json!([{"ErrorEquals": names, "MaxAttempts": dice.below(5)}]),
            );
        }
        if dice.chance(3) {
            set(
                "Catch",
                json!([{"ErrorEquals": ["States.ALL"], "Next": dice.pick(own)}]),
            );
        }
    }
    state
}
