//! What AWS says of parameters that a call does not take: those that a run sends, and those that stand in a definition
//! already.

use std::sync::Arc;

use super::{Input, Member, Spelling, Structure, Type, refusals};
use crate::source::placeholder_end;
use crate::value::{Map, Value};

/// What AWS says of a part of the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The way to the part, from the parameters themselves.
    pub path: Vec<Step>,
    /// In AWS's words. They name a part by itself, wherever it stands, as `frame_id` of `Parameters` is [hyp3#2585].
    pub message: String,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To a member of an object.
    Member(Arc<str>),
    /// To an item of an array.
    Item(usize),
}

/// Texts of the API's that Step Functions makes of any JSON that is no scalar: what a message, an event, a call or an
/// execution carries [Integrating optimized services; localstack#9872 for Input of an SDK integration]. Other texts
/// are refused as objects [recorded].
const CARRY_JSON: [&str; 7] = [
    "Body",
    "Detail",
    "Input",
    "Message",
    "MessageBody",
    "Output",
    "Payload",
];

impl Input {
    /// What AWS says of `given` when the call is made.
    pub fn refuses(&self, given: &Map) -> Vec<Refused> {
        let mut check = Check::new(*self, false);
        for member in self.required() {
            if !given.keys().any(|key| self.spelling.takes(member.name, key)) {
                check.refuse(refusals::required(&self.spelling.write(member.name)));
            }
        }
        let known: Vec<_> = self.members().collect();
        check.structure(&known, self.extra(), given);
        check.found
    }

    /// What no run can send of `written`, the parameters as they stand in a definition: values of the wrong type. What a
    /// run fills in (`x.$`, `{% ... %}`, `${...}`) may be anything. Names are [`refuses`](Self::refuses)' and
    /// validation's business.
    pub fn refuses_literals(&self, written: &Map) -> Vec<Refused> {
        let mut check = Check::new(*self, true);
        let known: Vec<_> = self.members().collect();
        check.structure(&known, self.extra(), written);
        check.found
    }
}

/// A walk through parameters.
struct Check {
    spelling: Spelling,
    /// Whether they are as they stand in a definition.
    written: bool,
    path: Vec<Step>,
    found: Vec<Refused>,
}

impl Check {
    fn new(input: Input, written: bool) -> Self {
        Check {
            spelling: input.spelling,
            written,
            path: Vec::new(),
            found: Vec::new(),
        }
    }

    fn refuse(&mut self, message: String) {
        let path = self.path.clone();
        self.found.push(Refused { path, message });
    }

    fn inside(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.path.push(step);
        walk(self);
        self.path.pop();
    }

    /// `extra` is what is taken besides `known`.
    fn structure(&mut self, known: &[Member<'_>], extra: &[&str], given: &Map) {
        for (key, value) in given {
            if extra.contains(&&**key) || (self.written && key.ends_with(".$")) {
                continue;
            }
            let member = known.iter().find(|member| self.spelling.takes(member.name, key));
            self.inside(Step::Member(key.clone()), |check| match member {
                Some(member) => check.value(key, member.shape.resolve(), value),
                None if check.written => {}
                None => check.refuse(refusals::unsupported(key)),
            });
        }
    }

    /// Checks a value; `key` is that of the member that it is, or that it is in.
    fn value(&mut self, key: &str, shape: Type<'_>, value: &Value) {
        if is_placeholder(value) || (self.written && is_filled_in(value)) {
            return;
        }
        match (shape, value) {
            // A null is left to the API.
            (_, Value::Null) => {}
            // A scalar is not even taken where any JSON is: `The value for the field 'Payload' must be a STRING` for a
            // number [stackoverflow 76373088].
            (Type::Text(_) | Type::OneOf(_) | Type::Blob(_), Value::Number(_) | Value::Bool(_)) => {
                self.refuse(refusals::must_be("STRING", key));
            }
            (Type::Text(_) | Type::OneOf(_), Value::Object(_) | Value::Array(_))
                if !CARRY_JSON.contains(&key) =>
            {
                self.refuse(refusals::must_be("STRING", key));
            }
            (Type::Structure(members), Value::Object(given)) => {
                let known: Vec<_> = members.members().collect();
                self.structure(&known, &[], given);
            }
            (Type::Map(inner), Value::Object(given)) => {
                for (key, value) in given.iter() {
                    if !(self.written && key.ends_with(".$")) {
                        self.inside(Step::Member(key.clone()), |check| {
                            check.value(key, inner.resolve(), value);
                        });
                    }
                }
            }
            // Published workflows of AWS's write `":stat": "pick-complete"` in the place of `{"S": ...}`
            // [aws-samples/step-functions-workflows-collection]; that AWS refuses it was not seen.
            (Type::Structure(members), Value::String(_)) if is_attribute_value(members) => {}
            // Types are named as AWS names them elsewhere [cfn-lint#4078; pf-sfn-asl-jsonpath-syntax]; of a structure,
            // a map and a list the words were not seen.
            (Type::Structure(_) | Type::Map(_), _) => self.refuse(refusals::must_be("OBJECT", key)),
            (Type::List(item), Value::Array(items)) => {
                // By which name a scalar in a list is refused was not seen.
                if let Type::Structure(_) | Type::Map(_) = item.resolve() {
                    for (index, value) in items.iter().enumerate() {
                        self.inside(Step::Item(index), |check| check.value(key, item.resolve(), value));
                    }
                }
            }
            (Type::List(_), _) => self.refuse(refusals::must_be("ARRAY", key)),
            _ => {}
        }
    }
}

/// Whether a structure is DynamoDB's AttributeValue: one member for each type of a value.
fn is_attribute_value(members: Structure<'_>) -> bool {
    ["S", "N", "BOOL", "NULL"]
        .iter()
        .all(|name| members.members().any(|member| member.name == *name))
}

/// Whether a deployment puts something else in the place of a value, a list maybe; a run without its value has the text.
fn is_placeholder(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| placeholder_end(text, 0) == Some(text.len()))
}

/// Whether a run puts something else in the place of a value that is written so.
fn is_filled_in(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with("{%") || text.contains("${"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::asl::Resource;
    use crate::services::Call;

    fn input(action: &str) -> Input {
        let arn = format!("arn:aws:states:::{action}");
        Call::of(&Resource::parse(&arn))
            .and_then(|call| call.input())
            .unwrap_or_else(|| panic!("no {action}"))
    }

    fn refused(action: &str, given: serde_json::Value) -> Vec<String> {
        let given = Value::from(&given);
        let given = given.as_object().expect("an object");
        let found = input(action).refuses(given);
        found.into_iter().map(|refused| refused.message).collect()
    }

    fn must_be(kind: &str, name: &str) -> Vec<String> {
        let article = if kind.starts_with(['A', 'O']) { "an" } else { "a" };
        vec![format!(
            "The value for the field '{name}' must be {article} {kind}"
        )]
    }

    #[test]
    fn texts_are_texts() {
        let put = |value| json!({"TableName": "t", "Item": {"id": value}});
        for (value, expected) in [
            (json!({"S": "x"}), vec![]),
            (json!({"N": "5"}), vec![]),
            (json!({"M": {"a": {"S": "x"}}, "L": [{"BOOL": true}]}), vec![]),
            (json!({"S": {"name": "DOC"}}), must_be("STRING", "S")),
            (json!({"S": ["a"]}), must_be("STRING", "S")),
            (json!({"N": 5}), must_be("STRING", "N")),
            (json!({"M": {"a": {"S": {}}}}), must_be("STRING", "S")),
            (json!({"L": [{"S": "a"}, {"S": []}]}), must_be("STRING", "S")),
            (json!("x"), vec![]),
            (json!(5), must_be("OBJECT", "id")),
            (json!({"M": "x"}), must_be("OBJECT", "M")),
            (json!({"L": {"S": "a"}}), must_be("ARRAY", "L")),
            (json!({"L": "${Tags}"}), vec![]),
            (json!({"L": "tags of ${Stage}"}), must_be("ARRAY", "L")),
        ] {
            for action in ["dynamodb:putItem", "aws-sdk:dynamodb:putItem"] {
                assert_eq!(refused(action, put(value.clone())), expected, "{action} {value}");
            }
        }
        let subject = json!({"TopicArn": "t", "Message": {"a": 1}, "Subject": {"a": 1}});
        assert_eq!(refused("sns:publish", subject), must_be("STRING", "Subject"));
        let batch = json!({"JobName": "n", "JobQueue": "q", "JobDefinition": "d", "Parameters": {"frame_id": {"a": 1}}});
        assert_eq!(refused("batch:submitJob", batch), must_be("STRING", "frame_id"));
        let scalar = json!({"TableName": "t", "Item": 5});
        assert_eq!(refused("dynamodb:putItem", scalar), must_be("OBJECT", "Item"));
    }

    #[test]
    fn what_carries_json_takes_it() {
        let json = json!({"a": [1]});
        for (action, given) in [
            ("lambda:invoke", json!({"FunctionName": "f", "Payload": json})),
            (
                "aws-sdk:lambda:invoke",
                json!({"FunctionName": "f", "Payload": [json]}),
            ),
            ("sns:publish", json!({"Message": json})),
            ("sqs:sendMessage", json!({"QueueUrl": "q", "MessageBody": json})),
            (
                "states:startExecution",
                json!({"StateMachineArn": "m", "Input": json}),
            ),
            (
                "aws-sdk:sfn:startExecution",
                json!({"StateMachineArn": "m", "Input": json}),
            ),
            (
                "events:putEvents",
                json!({"Entries": [{"Detail": json, "DetailType": "d", "Source": "s"}]}),
            ),
            ("bedrock:invokeModel", json!({"ModelId": "m", "Body": json})),
        ] {
            assert_eq!(refused(action, given), Vec::<String>::new(), "{action}");
        }
    }

    #[test]
    fn literals_tell_where_they_stand() {
        let written = Value::from(&json!({
            "TableName": "t", "Unknown": 1,
            "Item": {"id": {"N": 5}, "x.$": "$.x", "when": {"S": "{% $now() %}"}, "all": "{% $states.input %}",
                "list": {"L": [{"S": "a"}, {"S": {}}]}, "stage": "${Stage}"},
        }));
        let written = written.as_object().expect("an object");
        let member = |name: &str| Step::Member(Arc::from(name));
        let found = input("dynamodb:putItem").refuses_literals(written);
        let paths: Vec<_> = found.iter().map(|refused| refused.path.clone()).collect();
        assert_eq!(
            paths,
            [
                vec![member("Item"), member("id"), member("N")],
                vec![
                    member("Item"),
                    member("list"),
                    member("L"),
                    Step::Item(1),
                    member("S")
                ],
            ]
        );
    }
}
