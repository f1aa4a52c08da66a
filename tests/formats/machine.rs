//! Random definitions that AWS would take, with inputs and mocks for them: made from a tape of bytes, so that a shorter
//! tape makes a smaller machine.

use serde_json::{Map, Value, json};

/// What choices are read from; behind its end every choice is the first.
pub struct Tape<'t>(std::slice::Iter<'t, u8>);

impl<'t> Tape<'t> {
    pub fn new(bytes: &'t [u8]) -> Tape<'t> {
        Tape(bytes.iter())
    }

    /// A number below `count`.
    pub fn pick(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |&byte| usize::from(byte) % count)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.pick(of.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.pick(of) == 1
    }
}

/// Texts that break what does not escape them.
const TEXTS: [&str; 13] = [
    "a",
    "",
    "two words",
    "q\"uote",
    "line\nbreak\ttab",
    "<b a='1'>&amp;</b>",
    "日本 🎈",
    "\u{1b}[31mred",
    "]]>",
    "back\\slash",
    "# - : {}",
    "::error::x%0A",
    "\u{1}\u{7f}\u{2028}",
];

/// A value of any type.
pub fn value(tape: &mut Tape<'_>, depth: usize) -> Value {
    match tape.pick(if depth == 0 { 7 } else { 9 }) {
        0 => json!({}),
        1 => json!(tape.one(&TEXTS)),
        2 => json!(tape.pick(100)),
        3 => json!(-1.5e-7),
        4 => Value::Null,
        5 => json!(true),
        6 => json!([]),
        7 => (0..=tape.pick(3)).map(|_| value(tape, depth - 1)).collect(),
        _ => Value::Object(
            (0..=tape.pick(3))
                .map(|_| (tape.one(&TEXTS).to_string(), value(tape, depth - 1)))
                .collect(),
        ),
    }
}

/// A definition and the names of its tasks.
#[derive(Debug, Default)]
pub struct Machine {
    pub definition: Value,
    pub tasks: Vec<String>,
    states: usize,
}

impl Machine {
    pub fn any(tape: &mut Tape<'_>) -> Machine {
        let mut machine = Machine::default();
        let jsonata = tape.chance(2);
        let mut definition = machine.scope(tape, 2, jsonata, &mut Vec::new());
        if jsonata {
            definition["QueryLanguage"] = json!("JSONata");
        }
        if tape.chance(4) {
            definition["Comment"] = json!(tape.one(&TEXTS));
            definition["TimeoutSeconds"] = json!(1 + tape.pick(200));
        }
        machine.definition = definition;
        machine
    }

    fn name(&mut self, tape: &mut Tape<'_>) -> String {
        self.states += 1;
        format!("{}{}", tape.one(&TEXTS), self.states)
    }

    /// A chain of states, and a handler that catchers lead to.
    fn scope(
        &mut self,
        tape: &mut Tape<'_>,
        depth: usize,
        jsonata: bool,
        assigned: &mut Vec<String>,
    ) -> Value {
        let count = 1 + tape.pick(4);
        let names: Vec<String> = (0..count).map(|_| self.name(tape)).collect();
        let handler = self.name(tape);
        let mut states = Map::new();
        let mut caught = false;
        for (number, name) in names.iter().enumerate() {
            let mut state = self.state(tape, name, depth, jsonata, assigned);
            let next = names.get(number + 1);
            let ends = matches!(state["Type"].as_str(), Some("Succeed" | "Fail" | "Choice"));
            match next {
                _ if ends => {}
                Some(next) => state["Next"] = json!(next),
                None => state["End"] = json!(true),
            }
            if state["Type"] == "Choice" {
                // What is behind it must be reached.
                let next = next.unwrap_or(&handler);
                caught |= next == &handler;
                state["Default"] = json!(next);
                let condition = if jsonata {
                    json!({"Condition": "{% $states.input.a = 1 %}", "Next": next})
                } else {
                    json!({"Variable": "$.a", "IsPresent": true, "Next": next})
                };
                state["Choices"] = json!([condition]);
            }
            let handles = matches!(state["Type"].as_str(), Some("Task" | "Parallel" | "Map"));
            if handles && tape.chance(3) {
                state["Retry"] = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 1 + tape.pick(5), "MaxAttempts": tape.pick(3)}]);
            }
            if handles && tape.chance(2) {
                caught = true;
                state["Catch"] =
                    json!([{"ErrorEquals": [*tape.one(&["States.ALL", "Gone"])], "Next": handler}]);
            }
            let last = matches!(state["Type"].as_str(), Some("Succeed" | "Fail"));
            states.insert(name.clone(), state);
            if last {
                break;
            }
        }
        if caught {
            states.insert(handler, json!({"Type": "Pass", "End": true}));
        }
        json!({"StartAt": names[0], "States": states})
    }

    fn state(
        &mut self,
        tape: &mut Tape<'_>,
        name: &str,
        depth: usize,
        jsonata: bool,
        assigned: &mut Vec<String>,
    ) -> Value {
        let mut state = match tape.pick(if depth == 0 { 7 } else { 10 }) {
            0 => json!({"Type": "Pass"}),
            1 if jsonata => json!({"Type": "Pass", "Output": value(tape, 2)}),
            1 => json!({"Type": "Pass", "Result": value(tape, 2)}),
            2 => json!({"Type": "Wait", "Seconds": tape.pick(90)}),
            3 => json!({"Type": "Choice"}),
            4 => match tape.pick(2) {
                0 => json!({"Type": "Succeed"}),
                _ => json!({"Type": "Fail", "Error": tape.one(&TEXTS), "Cause": tape.one(&TEXTS)}),
            },
            5 | 6 => self.task(tape, name, jsonata),
            7 => {
                let branches = 1 + tape.pick(3);
                let branches: Vec<Value> = (0..branches)
                    .map(|_| self.scope(tape, depth - 1, jsonata, assigned))
                    .collect();
                json!({"Type": "Parallel", "Branches": branches})
            }
            kind => {
                let mut processor = self.scope(tape, depth - 1, jsonata, assigned);
                if kind == 9 {
                    processor["ProcessorConfig"] =
                        json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
                }
                let mut map =
                    json!({"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": tape.pick(3)});
                if jsonata {
                    map["Items"] = json!("{% [1, 2, 3] %}");
                } else {
                    map["ItemsPath"] = json!("$$.Execution.Input.items");
                }
                map
            }
        };
        let assigns = !matches!(state["Type"].as_str(), Some("Fail" | "Succeed"));
        if assigns && tape.chance(3) {
            // A name of its own: an inner scope must not assign an outer one's.
            let variable = format!("v{}", self.states * 31 + assigned.len());
            let value = if tape.chance(2) {
                json!({})
            } else {
                json!({variable.clone(): value(tape, 1)})
            };
            assigned.push(variable);
            state["Assign"] = value;
        }
        state
    }

    fn task(&mut self, tape: &mut Tape<'_>, name: &str, jsonata: bool) -> Value {
        self.tasks.push(name.to_owned());
        let parameters = if jsonata { "Arguments" } else { "Parameters" };
        let mut task = match tape.pick(5) {
            0 => json!({"Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}),
            1 => {
                json!({"Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "HeartbeatSeconds": 5})
            }
            2 => json!({"Resource": "arn:aws:states:::lambda:invoke",
                parameters: {"FunctionName": "f", "Payload": value(tape, 2)}}),
            3 => json!({"Resource": "arn:aws:states:::sns:publish",
                parameters: {"TopicArn": "t", "Message": value(tape, 1)}}),
            _ => {
                let token = if jsonata {
                    json!({"t": "{% $states.context.Task.Token %}"})
                } else {
                    json!({"t.$": "$$.Task.Token"})
                };
                json!({"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 7,
                    parameters: {"QueueUrl": "q", "MessageBody": token}})
            }
        };
        task["Type"] = json!("Task");
        task["TimeoutSeconds"] = json!(8 + tape.pick(60));
        if tape.chance(4) {
            task["Credentials"] = if tape.chance(2) {
                json!({})
            } else {
                json!({"RoleArn": "arn:aws:iam::123456789012:role/r"})
            };
        }
        task
    }

    /// Answers for all tasks.
    pub fn mocks(&self, tape: &mut Tape<'_>) -> Value {
        let mut states = Map::new();
        for task in &self.tasks {
            let answers: Vec<Value> = (0..=tape.pick(3))
                .map(|_| {
                    let mut answer = match tape.pick(4) {
                        0 | 1 => json!({"Return": value(tape, 2)}),
                        2 => json!({"Throw": {"Error": tape.one(&["Busy", "Gone", "<x>\"\n"]), "Cause": tape.one(&TEXTS)}}),
                        _ => json!({"Hang": true}),
                    };
                    if answer["Hang"].is_null() && tape.chance(2) {
                        answer["DelaySeconds"] = json!(tape.pick(30));
                    }
                    answer
                })
                .collect();
            // The last one again and again, however often it is called.
            let last = answers.last().cloned().unwrap_or_default();
            states.insert(
                task.clone(),
                if answers.len() == 1 {
                    last
                } else {
                    Value::Array(answers)
                },
            );
        }
        json!({"States": states})
    }

    pub fn input(&self, tape: &mut Tape<'_>) -> Value {
        let items: Vec<Value> = (0..tape.pick(4)).map(|_| value(tape, 1)).collect();
        json!({"a": value(tape, 1), "items": items})
    }
}
