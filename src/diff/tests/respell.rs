//! The same definition written differently.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::machines::Dice;

/// The text of a machine in another spelling, and a name that tells JSON and YAML apart.
pub(super) fn text(machine: &Value, dice: &mut Dice) -> (&'static str, String) {
    let jsonata = machine["QueryLanguage"] == "JSONata";
    let respelt = scope(machine, jsonata, true, dice);
    match dice.below(3) {
        0 => ("m.asl.json", respelt.to_string()),
        1 => ("m.asl.json", format!("{respelt:#}")),
        _ => {
            let mut out = String::new();
            yaml(&respelt, 0, &mut out);
            ("m.asl.yaml", out)
        }
    }
}

fn scope(object: &Value, jsonata: bool, top: bool, dice: &mut Dice) -> Value {
    let mut members: Vec<(String, Value)> = Vec::new();
    for (key, value) in object.as_object().expect("a scope") {
        let value = match (key.as_str(), value) {
            ("States", Value::Object(states)) => {
                let respelt = states
                    .iter()
                    .map(|(name, inner)| (name.clone(), state(inner, jsonata, dice)));
                let respelt = respelt.collect();
                shuffled(respelt, dice)
            }
            _ => number(value, dice),
        };
        members.push((key.clone(), value));
    }
    let mut maybe = |name: &str, value: Value| {
        if dice.chance(2) && !members.iter().any(|(key, _)| key == name) {
            members.push((name.to_owned(), value));
        }
    };
    maybe("Comment", json!("words"));
    if top {
        maybe("Version", json!("1.0"));
        maybe("QueryLanguage", json!("JSONPath"));
    }
    shuffled(members, dice)
}

fn state(object: &Value, jsonata: bool, dice: &mut Dice) -> Value {
    let kind = object["Type"].as_str().expect("a type").to_owned();
    let mut members: Vec<(String, Value)> = Vec::new();
    for (key, value) in object.as_object().expect("a state") {
        let (key, value) = match key.as_str() {
            "ItemProcessor" => {
                let mut inner = scope(value, jsonata, false, dice);
                if dice.chance(2) {
                    inner["ProcessorConfig"] = dice.pick(&[json!({"Mode": "INLINE"}), json!({})]);
                }
                (dice.pick(&["ItemProcessor", "Iterator"]), inner)
            }
            "Branches" => {
                let inner = value.as_array().expect("branches").iter();
                let inner = inner.map(|branch| scope(branch, jsonata, false, dice));
                ("Branches", Value::Array(inner.collect()))
            }
            "ItemSelector" if jsonata => ("ItemSelector", template(value, true, dice)),
            "ItemSelector" => (
                dice.pick(&["ItemSelector", "Parameters"]),
                template(value, false, dice),
            ),
            "Parameters" | "Arguments" | "Output" => (key.as_str(), template(value, jsonata, dice)),
            "InputPath" => ("InputPath", json!(path(value.as_str().expect("a path"), dice))),
            "Choices" => {
                let rules = value.as_array().expect("rules").iter();
                ("Choices", rules.map(|rule| self::rule(rule, dice)).collect())
            }
            "Retry" => {
                let mut handler = value[0].clone();
                let names = handler["ErrorEquals"].as_array_mut().expect("names");
                names.reverse();
                for (field, default) in [
                    ("IntervalSeconds", json!(1)),
                    ("MaxAttempts", json!(3)),
                    ("BackoffRate", json!(2.0)),
                    ("JitterStrategy", json!("NONE")),
                ] {
                    if handler.get(field).is_none() && dice.chance(2) {
                        handler[field] = default;
                    }
                }
                ("Retry", json!([handler]))
            }
            "Catch" => {
                let mut handler = value[0].clone();
                if dice.chance(2) {
                    match jsonata {
                        false => handler["ResultPath"] = json!("$"),
                        true => handler["Output"] = json!("{%$states.errorOutput%}"),
                    }
                }
                ("Catch", json!([handler]))
            }
            key => (key, number(value, dice)),
        };
        members.push((key.to_owned(), value));
    }
    for (field, value) in defaults(&kind, jsonata) {
        if dice.chance(2) && !members.iter().any(|(key, _)| key == field) {
            members.push((field.to_owned(), value));
        }
    }
    let goes_on = members.iter().any(|(key, _)| key == "Next");
    if goes_on && dice.chance(2) {
        members.push(("End".to_owned(), json!(false)));
    }
    shuffled(members, dice)
}

/// The defaults of a state of a type.
fn defaults(kind: &str, jsonata: bool) -> Vec<(&'static str, Value)> {
    let mut found = vec![
        ("Comment", json!("words")),
        (
            "QueryLanguage",
            json!(if jsonata { "JSONata" } else { "JSONPath" }),
        ),
    ];
    let works = matches!(kind, "Task" | "Map" | "Parallel");
    if kind != "Fail" {
        match jsonata {
            false => found.extend([("InputPath", json!("$")), ("OutputPath", json!("$"))]),
            true if works => found.push(("Output", json!("{% $states . result %}"))),
            true => found.push(("Output", json!("{% $states.input %}"))),
        }
    }
    if (works || kind == "Pass") && !jsonata {
        found.push(("ResultPath", json!("$")));
    }
    if works {
        found.extend([("Retry", json!([])), ("Catch", json!([]))]);
    }
    match kind {
        "Task" => found.push(("TimeoutSeconds", json!(99_999_999))),
        "Map" => found.extend([
            ("MaxConcurrency", json!(0)),
            ("ToleratedFailurePercentage", json!(0)),
            ("ToleratedFailureCount", json!(0)),
        ]),
        _ => {}
    }
    if kind == "Map" && !jsonata {
        found.push(("ItemsPath", json!("$")));
    }
    found
}

fn rule(rule: &Value, dice: &mut Dice) -> Value {
    let mut members: Vec<(String, Value)> = Vec::new();
    for (key, value) in rule.as_object().expect("a rule") {
        let value = match (key.as_str(), value) {
            ("Condition", Value::String(text)) => json!(expression(text, dice)),
            ("Variable" | "StringEqualsPath", Value::String(text)) => json!(path(text, dice)),
            ("And", Value::Array(parts)) => parts.iter().map(|part| self::rule(part, dice)).collect(),
            ("Not", inner) => self::rule(inner, dice),
            _ => number(value, dice),
        };
        members.push((key.clone(), value));
    }
    shuffled(members, dice)
}

fn template(value: &Value, jsonata: bool, dice: &mut Dice) -> Value {
    match value {
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| {
                let value = match value.as_str() {
                    Some(text) if key.ends_with(".$") && !jsonata => match text.starts_with('$') {
                        true => json!(path(text, dice)),
                        false => json!(text.replace(", $.a", dice.pick(&[",$.a", " ,  $['a'] "]))),
                    },
                    _ => template(value, jsonata, dice),
                };
                (key.clone(), value)
            });
            let members = members.collect();
            shuffled(members, dice)
        }
        Value::Array(items) => items.iter().map(|item| template(item, jsonata, dice)).collect(),
        Value::String(text) if jsonata => json!(expression(text, dice)),
        _ => number(value, dice),
    }
}

fn expression(text: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => text.to_owned(),
        1 => text
            .replace(" %}", "\n /* so */ %}")
            .replace(" + ", "+")
            .replace(" > ", ">"),
        _ => text
            .replace("$states.input", "$states . input")
            .replace("{% ", "{%")
            .replace("(", "( "),
    }
}

/// `$.a.b` as `$['a']['b']`.
fn path(text: &str, dice: &mut Dice) -> String {
    let parts: Vec<&str> = text.split('.').collect();
    let mut out = parts[0].to_owned();
    for part in &parts[1..] {
        let (name, rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        let quoted = dice.chance(2);
        let spelt = if quoted {
            format!("['{name}']")
        } else {
            format!(".{name}")
        };
        out.push_str(&spelt);
        out.push_str(rest);
    }
    out
}

/// 5 as 5.0, in data as well.
fn number(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(n) if dice.chance(2) => json!(n as f64),
            _ => value.clone(),
        },
        Value::Object(map) => {
            let members = map
                .iter()
                .map(|(key, value)| (key.clone(), number(value, dice)))
                .collect();
            shuffled(members, dice)
        }
        _ => value.clone(),
    }
}

fn shuffled(mut members: Vec<(String, Value)>, dice: &mut Dice) -> Value {
    let mut object = Map::new();
    while !members.is_empty() {
        let (key, value) = members.remove(dice.below(members.len()));
        object.insert(key, value);
    }
    Value::Object(object)
}

/// Block style, with keys and strings in quotes where they are long.
fn yaml(value: &Value, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let leaf = |value: &Value| match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    let mut entry = |head: String, value: &Value| {
        if leaf(value) {
            writeln!(out, "{pad}{head} {value}").expect("text");
        } else {
            writeln!(out, "{pad}{head}").expect("text");
            yaml(value, depth + 1, out);
        }
    };
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| entry(format!("{}:", json!(key)), value)),
        Value::Array(items) => items.iter().for_each(|item| entry("-".to_owned(), item)),
        _ => {}
    }
}
