//! Compares a history with the expected one of a `runs/*.expected.json`.
//!
//! An expected history is a list of events, written down from AWS's rules. Inputs, outputs and parameters stand there
//! as values, the text in the real event is parsed; `at` is the virtual time in seconds since the start (0 when absent,
//! `"any"` when AWS's rule is not known); the string `<any>` stands for any value. Where branches or iterations run at
//! the same time AWS promises no order among them, so one item `{"concurrent": [[...], [...]]}` holds one list a
//! lane: each lane's events come in their order, each pointing at the one before it in its lane
//! (`"advances": false` marks those that nothing points at), and the first at the event before the block.
//! `"unknown": true` marks an event of which nobody has said whether AWS writes it: it may be missing.
//! `"previousEventId": "last of N"` and `"last of all"` name the last event of a lane, or of the block.

use serde_json::{Map, Value};

/// Panics with the place of the first difference.
pub fn assert_same(expected: &[Value], actual: &[Value]) {
    let actual: Vec<Event> = events(actual);
    let mut walk = Walk {
        actual: &actual,
        position: 0,
        ends: Vec::new(),
        last: 0,
        missing: 0,
    };
    for item in expected {
        match item.get("concurrent").and_then(Value::as_array) {
            Some(lanes) => walk.block(lanes),
            None => walk.one(item),
        }
    }
    assert_eq!(
        walk.position,
        actual.len(),
        "more events than expected, from {:?} on",
        actual.get(walk.position).map(|event| &event.kind)
    );
}

struct Event {
    id: u64,
    previous: u64,
    kind: String,
    at: f64,
    details: Map<String, Value>,
}

/// Reads the events as printed, and checks what holds for every history.
fn events(printed: &[Value]) -> Vec<Event> {
    let mut start = None;
    let mut latest = 0.0;
    let mut events = Vec::new();
    for (index, value) in printed.iter().enumerate() {
        let id = value["id"].as_u64().expect("an id");
        assert_eq!(id, index as u64 + 1, "ids count from 1");
        let previous = value["previousEventId"].as_u64().expect("a previousEventId");
        assert!(previous < id, "event {id} points at {previous}");
        let time = seconds(value["timestamp"].as_str().expect("a timestamp"));
        let at = time - *start.get_or_insert(time);
        assert!(at >= latest, "event {id} is earlier than the one before it");
        latest = at;
        events.push(Event {
            id,
            previous,
            kind: value["type"].as_str().expect("a type").to_owned(),
            at,
            details: details(value),
        });
    }
    events
}

/// The event's details with their texts parsed, less what every event of the kind has: `...Details` and the role.
fn details(event: &Value) -> Map<String, Value> {
    let mut all = Map::new();
    for (key, value) in event.as_object().expect("an event") {
        let Some(details) = key.strip_suffix("EventDetails").and(value.as_object()) else {
            continue;
        };
        let mut plain = Map::new();
        for (name, value) in details {
            let parsed = match name.as_str() {
                "inputDetails" | "outputDetails" | "assignedVariablesDetails" => {
                    assert_eq!(value, &serde_json::json!({"truncated": false}), "{name}");
                    assert!(details.contains_key(&name.replace("Details", "")), "{name} alone");
                    continue;
                }
                "roleArn" => continue,
                "input" | "output" => {
                    assert!(
                        details.contains_key(&format!("{name}Details")),
                        "no {name}Details"
                    );
                    parse(value)
                }
                "parameters" => parse(value),
                "assignedVariables" => {
                    let variables = value.as_object().expect("assigned variables");
                    variables
                        .iter()
                        .map(|(name, text)| (name.clone(), parse(text)))
                        .collect()
                }
                _ => value.clone(),
            };
            plain.insert(name.clone(), parsed);
        }
        all.insert(key.clone(), Value::Object(plain));
    }
    all
}

fn parse(text: &Value) -> Value {
    let text = text.as_str().expect("JSON text");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

struct Walk<'a> {
    actual: &'a [Event],
    position: usize,
    /// The last events of the lanes of the last block, and of the block.
    ends: Vec<u64>,
    last: u64,
    /// How many events of unknown existence are not there: the later ids are that much smaller.
    missing: u64,
}

impl Walk<'_> {
    fn one(&mut self, expected: &Value) {
        let Some(event) = self.actual.get(self.position) else {
            panic!("the history ends before {expected}");
        };
        self.position += 1;
        let id = event.id;
        if let Err(difference) = same(expected, event) {
            panic!("event {id}: {difference}");
        }
        let here = |number: &Value| number.as_u64().map(|id| id.saturating_sub(self.missing));
        assert_eq!(
            Some(id),
            here(&expected["id"]),
            "the expected list counts otherwise"
        );
        let previous = match &expected["previousEventId"] {
            number @ Value::Number(_) => here(number),
            Value::String(text) if text == "last of all" => Some(self.last),
            Value::String(text) => text
                .strip_prefix("last of ")
                .and_then(|lane| lane.parse::<usize>().ok())
                .and_then(|lane| self.ends.get(lane).copied()),
            _ => None,
        };
        assert_eq!(
            Some(event.previous),
            previous,
            "previousEventId of event {id}, {}",
            event.kind
        );
    }

    fn block(&mut self, lanes: &[Value]) {
        let lanes: Vec<&Vec<Value>> = lanes
            .iter()
            .map(|lane| lane.as_array().expect("a lane"))
            .collect();
        let before = self.actual[self.position - 1].id;
        let mut next = vec![0; lanes.len()];
        self.ends = vec![before; lanes.len()];
        // An iteration that waited for its turn may hang on the one that made room.
        let mut room: Vec<u64> = Vec::new();
        loop {
            let left = |index: usize| &lanes[index][next[index]..];
            if (0..lanes.len()).all(|index| left(index).is_empty()) {
                return;
            }
            let Some(event) = self.actual.get(self.position) else {
                panic!("the history ends within the concurrent lanes, {next:?} events into them");
            };
            let mut reasons = Vec::new();
            let found = (0..lanes.len()).find_map(|index| {
                let skipped = left(index)
                    .iter()
                    .take_while(|expected| unknown(expected))
                    .count();
                (0..=skipped).find_map(|skip| {
                    let expected = left(index).get(skip)?;
                    let chained = event.previous == self.ends[index]
                        || next[index] == 0 && room.contains(&event.previous);
                    match same(expected, event) {
                        Ok(()) if chained => return Some((index, skip)),
                        Ok(()) => reasons.push(format!(
                            "lane {index}: points at {}, not {}",
                            event.previous, self.ends[index]
                        )),
                        Err(reason) => reasons.push(format!("lane {index}: {reason}")),
                    }
                    None
                })
            });
            let Some((index, skip)) = found else {
                let rest: Vec<&Value> = (0..lanes.len()).flat_map(left).collect();
                assert!(
                    rest.iter().all(|expected| unknown(expected)),
                    "event {} is next in no lane\n  {}",
                    event.id,
                    reasons.join("\n  ")
                );
                self.missing += rest.len() as u64;
                return;
            };
            self.position += 1;
            self.missing += skip as u64;
            next[index] += skip;
            if lanes[index][next[index]]["advances"] != Value::Bool(false) {
                self.ends[index] = event.id;
                self.last = event.id;
            }
            next[index] += 1;
            if next[index] == lanes[index].len() {
                room.extend([event.id, event.previous]);
            }
        }
    }
}

fn unknown(expected: &Value) -> bool {
    expected["unknown"] == Value::Bool(true)
}

fn same(expected: &Value, event: &Event) -> Result<(), String> {
    if expected["type"] != event.kind.as_str() {
        return Err(format!("expected {}, got {}", expected["type"], event.kind));
    }
    match &expected["at"] {
        Value::String(_) => {}
        at => {
            let at = at.as_f64().unwrap_or(0.0);
            if (at - event.at).abs() > 1e-6 {
                return Err(format!("{} at {} s, expected at {at} s", event.kind, event.at));
            }
        }
    }
    let mut wanted = Map::new();
    for (key, value) in expected.as_object().into_iter().flatten() {
        if key.ends_with("EventDetails") {
            wanted.insert(key.clone(), value.clone());
        }
    }
    let actual = Value::Object(event.details.clone());
    if fits(&Value::Object(wanted.clone()), &actual) {
        Ok(())
    } else {
        Err(format!(
            "{}\n  expected {}\n  got      {actual}",
            event.kind,
            Value::Object(wanted)
        ))
    }
}

/// Equality in which `<any>` equals everything; numbers keep their spelling (1 is not 1.0).
pub fn fits(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(any), _) if any == "<any>" => true,
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected
                    .iter()
                    .all(|(key, value)| actual.get(key).is_some_and(|other| fits(value, other)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(a, b)| fits(a, b))
        }
        _ => expected == actual,
    }
}

/// Seconds since 1970 of an RFC 3339 time in UTC.
fn seconds(text: &str) -> f64 {
    let utc = text
        .strip_suffix('Z')
        .or_else(|| text.strip_suffix("+00:00"))
        .unwrap_or_else(|| panic!("{text} is not in UTC"));
    let (date, time) = utc.split_once('T').expect("a date and a time");
    let numbers = |text: &str, separator| -> Vec<f64> {
        text.split(separator)
            .map(|part| part.parse().expect("a number"))
            .collect()
    };
    let (date, time) = (numbers(date, '-'), numbers(time, ':'));
    let (year, month, day) = (date[0] as i64, date[1] as i64, date[2] as i64);
    // Days from the civil calendar: years begin in March, so that the leap day comes last.
    let year = year - i64::from(month <= 2);
    let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + in_year - 719_468;
    days as f64 * 86_400.0 + time[0] * 3_600.0 + time[1] * 60.0 + time[2]
}

#[test]
fn times_are_read() {
    assert_eq!(seconds("1970-01-01T00:00:00Z"), 0.0);
    assert_eq!(seconds("2024-03-01T00:00:00.500+00:00"), 1_709_251_200.5);
    assert_eq!(seconds("2024-01-01T00:00:00Z"), 1_704_067_200.0);
}
