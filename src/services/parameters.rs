//! What AWS says of parameters that a call does not take: those that a run sends, and those that stand in a definition
//! already.

use std::sync::Arc;

use super::{Input, Member, Spelling, Structure, Type, refusals};
use crate::asl::QueryLanguage;
use crate::diagnostics::nearest;
use crate::source::{placeholder, placeholder_end};
use crate::value::{Map, Value};

/// What AWS says of a part of the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedPart {
    /// The way to the part, from the parameters themselves.
    pub path: Vec<Step>,
    /// In AWS's words. They name a part by itself, wherever it stands, as `frame_id` of `Parameters` is [hyp3#2585].
    pub message: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a part of the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A member that must be there is not.
    Missing,
    /// Its type.
    Type,
    /// Its name, and the names that there are.
    Name(Vec<String>),
    /// Its value is none of those that the API knows: the one that may be meant, and all of them. It is the API that
    /// refuses it, so the words are ours.
    Value {
        /// The nearest, where one is near.
        near: Option<&'static str>,
        /// All of them.
        known: Vec<&'static str>,
    },
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

/// Whether the member `name` of a call carries what the other side reads: a message, an event, an input.
pub fn carries_json(name: &str) -> bool {
    CARRY_JSON.contains(&name)
}

impl Input {
    /// What AWS says of `given` when the call is made.
    pub fn refuses(&self, given: &Map) -> Vec<RefusedPart> {
        let mut check = Check::new(*self, None);
        for member in self.required() {
            if !given.keys().any(|key| self.spelling.takes(member.name, key)) {
                check.refuse(
                    Fault::Missing,
                    refusals::required(&self.spelling.write(member.name)),
                );
            }
        }
        check.structure(self.listed(), self.extra(), given);
        check.found
    }

    /// What no run can send of `written`, the parameters as they stand in a definition in `language`: values of the wrong
    /// type, values that the API does not know, and names under keys that end in `.$`, which AWS looks at only when it
    /// runs. What a run fills in (`x.$`, `{% ... %}`, `${...}`) may be anything. Other names are validation's business.
    pub fn refuses_literals(&self, written: &Map, language: QueryLanguage) -> Vec<RefusedPart> {
        let mut check = Check::new(*self, Some(language));
        check.structure(self.listed(), self.extra(), written);
        check.found
    }
}

/// A walk through parameters.
struct Check {
    spelling: Spelling,
    /// The language of the definition that they stand in; `None` of what a run sends.
    written: Option<QueryLanguage>,
    path: Vec<Step>,
    found: Vec<RefusedPart>,
}

impl Check {
    fn new(input: Input, written: Option<QueryLanguage>) -> Self {
        Check {
            spelling: input.spelling,
            written,
            path: Vec::new(),
            found: Vec::new(),
        }
    }

    fn refuse(&mut self, fault: Fault, message: String) {
        let path = self.path.clone();
        self.found.push(RefusedPart { path, message, fault });
    }

    /// Whether a run fills in what stands under `key`.
    fn is_evaluated(&self, key: &str) -> bool {
        self.written == Some(QueryLanguage::JsonPath) && key.ends_with(".$")
    }

    fn inside(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.path.push(step);
        walk(self);
        self.path.pop();
    }

    /// `extra` is what is taken besides `known`.
    fn structure(&mut self, known: &[Member<'static>], extra: &[&str], given: &Map) {
        // What another tool makes of a definition may be named otherwise.
        let made_elsewhere = self.written.is_some() && given.keys().any(|key| is_made_elsewhere(key));
        for (key, value) in given {
            let evaluated = self.is_evaluated(key);
            let name = key.strip_suffix(".$").filter(|_| evaluated).unwrap_or(key);
            if extra.contains(&name) {
                continue;
            }
            let member = known.iter().find(|member| self.spelling.takes(member.name, name));
            self.inside(Step::Member(key.clone()), |check| match member {
                Some(_) if evaluated => {}
                Some(member) => check.value(key, member.shape.resolve(), value),
                None if made_elsewhere || (check.written.is_some() && !key.ends_with(".$")) => {}
                None => {
                    let names = known
                        .iter()
                        .map(|member| check.spelling.write(member.name).into_owned());
                    check.refuse(Fault::Name(names.collect()), refusals::unsupported(name));
                }
            });
        }
    }

    /// Checks a value; `key` is that of the member that it is, or that it is in.
    fn value(&mut self, key: &str, shape: Type<'static>, value: &Value) {
        if is_placeholder(value) || (self.written.is_some() && is_filled_in(value)) {
            return;
        }
        match (shape, value) {
            // A null is left to the API.
            (_, Value::Null) => {}
            // A scalar is not even taken where any JSON is: `The value for the field 'Payload' must be a STRING` for a
            // number [stackoverflow 76373088].
            (Type::Text(_) | Type::OneOf(_) | Type::Blob(_), Value::Number(_) | Value::Bool(_)) => {
                self.refuse(Fault::Type, refusals::must_be("STRING", key));
            }
            (Type::OneOf(known), Value::String(text)) if self.written.is_some() => {
                if let Some((near, known)) = unknown_value(text, known, false) {
                    let message = format!("\"{text}\" is no value of {key} that the API knows");
                    self.refuse(Fault::Value { near, known }, message);
                }
            }
            (Type::Text(_) | Type::OneOf(_), Value::Object(_) | Value::Array(_)) if !carries_json(key) => {
                self.refuse(Fault::Type, refusals::must_be("STRING", key));
            }
            (Type::Structure(members), Value::Object(given)) => {
                self.structure(members.listed(), &[], given);
            }
            (Type::Map(inner), Value::Object(given)) => {
                for (key, value) in given.iter() {
                    if !self.is_evaluated(key) {
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
            (Type::Structure(_) | Type::Map(_), _) => {
                self.refuse(Fault::Type, refusals::must_be("OBJECT", key))
            }
            (Type::List(item), Value::Array(items)) => {
                // By which name a scalar in a list is refused was not seen.
                if let Type::Structure(_) | Type::Map(_) = item.resolve() {
                    for (index, value) in items.iter().enumerate() {
                        self.inside(Step::Item(index), |check| check.value(key, item.resolve(), value));
                    }
                }
            }
            (Type::List(_), _) => self.refuse(Fault::Type, refusals::must_be("ARRAY", key)),
            _ => {}
        }
    }
}

/// Whether a structure is DynamoDB's AttributeValue: one member for each type of a value.
fn is_attribute_value(members: Structure<'static>) -> bool {
    ["S", "N", "BOOL", "NULL"]
        .iter()
        .all(|name| members.listed().iter().any(|member| member.name == *name))
}

/// Whether a deployment puts something else in the place of a value, a list maybe; a run without its value has the text.
fn is_placeholder(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| placeholder_end(text, 0) == Some(text.len()))
}

/// The value that may be meant by `text`, and all those that there are, where it is none of them and nothing newer either:
/// lists grow, most by numbers.
pub(super) fn unknown_value(
    text: &str,
    known: &'static str,
    closed: bool,
) -> Option<(Option<&'static str>, Vec<&'static str>)> {
    /// So many values at most stand in a list that hardly grows.
    const FEW: usize = 6;
    let known: Vec<&str> = known.split('|').collect();
    // A path or call that lacks its `.$` is told by that.
    if known.contains(&text) || text.is_empty() || text.starts_with(['$', '{']) || text.starts_with("States.")
    {
        return None;
    }
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_ascii_alphanumeric());
        letters.map(|c| c.to_ascii_lowercase()).collect()
    };
    let without_digits = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let same = known.iter().copied().find(|value| plain(value) == plain(text));
    let near = || nearest(text, known.iter().copied());
    // `m9g.large` beside `m8g.large`
    let near = same.or_else(|| near().filter(|near| without_digits(near) != without_digits(text)));
    (near.is_some() || closed || known.len() <= FEW).then_some((near, known))
}

/// Whether a key stands for what another tool puts there: a placeholder, or a function of CloudFormation's.
pub fn is_made_elsewhere(key: &str) -> bool {
    placeholder::is_in(key) || key.starts_with("Fn::") || key == "Ref"
}

/// Whether a run puts something else in the place of a value that is written so.
pub(super) fn is_filled_in(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with("{%") || text.contains("${"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::asl::Resource;
    use crate::services::{Call, integration};

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
            (json!({"M": {"a": {"S": "x"}}, "L": [{"N": "1"}]}), vec![]),
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
        let unsupported = |name: &str| vec![refusals::unsupported(name)];
        assert_eq!(
            refused("dynamodb:putItem", put(json!({"BOOL": true}))),
            Vec::<String>::new()
        );
        assert_eq!(
            refused("aws-sdk:dynamodb:putItem", put(json!({"Bool": true}))),
            Vec::<String>::new()
        );
        assert_eq!(
            refused("aws-sdk:dynamodb:putItem", put(json!({"BOOL": true}))),
            unsupported("BOOL")
        );
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
        let found = input("dynamodb:putItem").refuses_literals(written, QueryLanguage::JsonPath);
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

    fn written(action: &str, written: serde_json::Value, language: QueryLanguage) -> Vec<(String, Fault)> {
        let written = Value::from(&written);
        let found = input(action).refuses_literals(written.as_object().expect("an object"), language);
        found
            .into_iter()
            .map(|refused| (refused.message, refused.fault))
            .collect()
    }

    #[test]
    fn names_that_a_run_fills_in_are_names_all_the_same() {
        let invoke = |key: &str, language| {
            let found = written(
                "lambda:invoke",
                json!({"FunctionName": "f", key: "$.x"}),
                language,
            );
            found.into_iter().map(|(message, _)| message).collect::<Vec<_>>()
        };
        let unknown = vec![refusals::unsupported("Paylod")];
        assert_eq!(invoke("Paylod.$", QueryLanguage::JsonPath), unknown);
        assert_eq!(invoke("Payload.$", QueryLanguage::JsonPath), Vec::<String>::new());
        // Without it validation says so.
        assert_eq!(invoke("Paylod", QueryLanguage::JsonPath), Vec::<String>::new());
        // In JSONata names stand as they are.
        assert_eq!(
            invoke("Payload.$", QueryLanguage::Jsonata),
            vec![refusals::unsupported("Payload.$")]
        );
        let item = json!({"TableName": "t", "Item": {"a": {"Sring.$": "$.x"}, "b.$": "$.y"}});
        let found = written("dynamodb:putItem", item, QueryLanguage::JsonPath);
        assert!(
            matches!(&found[..], [(message, Fault::Name(names))]
                if *message == refusals::unsupported("Sring") && names.contains(&"BOOL".to_owned())),
            "{found:?}"
        );
        let made = json!({"FunctionName": "f", "Fn::If": ["x"], "Paylod.$": "$.x"});
        assert_eq!(written("lambda:invoke", made, QueryLanguage::JsonPath), []);
    }

    #[test]
    fn values_are_those_that_the_api_knows() {
        let near = |value: &str| {
            let given = json!({"FunctionName": "f", "InvocationType": value});
            let found = written("lambda:invoke", given, QueryLanguage::JsonPath);
            found.into_iter().map(|(_, fault)| fault).collect::<Vec<_>>()
        };
        let known = vec!["Event", "RequestResponse", "DryRun"];
        let fault = |near| {
            vec![Fault::Value {
                near,
                known: known.clone(),
            }]
        };
        assert_eq!(near("Event"), []);
        assert_eq!(near("Evnt"), fault(Some("Event")));
        assert_eq!(near("REQUEST_RESPONSE"), fault(Some("RequestResponse")));
        assert_eq!(near("Async"), fault(None));
        for filled_in in ["${Type}", "{% $type %}", "$.type", "States.Format('{}', $.type)"] {
            assert_eq!(near(filled_in), [], "{filled_in}");
        }
        // A list of many, that grows by numbers.
        let run = |memory: &str| {
            let given = json!({"InstanceType": memory, "MaxCount": 1, "MinCount": 1});
            written("aws-sdk:ec2:runInstances", given, QueryLanguage::JsonPath).len()
        };
        assert_eq!(
            (run("m6i.large"), run("m99i.large"), run("something.new")),
            (0, 0, 0)
        );
        assert_eq!(run("M6I.LARGE"), 1);
    }

    #[test]
    fn integrations_without_a_model_have_the_names_of_their_pages() {
        let http = integration("http", "invoke").expect("an integration");
        let found = |given: serde_json::Value| {
            let given = Value::from(&given);
            let given = given.as_object().expect("an object").clone();
            let found = http.refuses_literals(&given, QueryLanguage::JsonPath);
            found
                .into_iter()
                .map(|refused| refused.message)
                .collect::<Vec<_>>()
        };
        let good = json!({"ApiEndpoint": "https://x", "Method": "GET", "RequestBody.$": "$", "Headers": {}});
        assert_eq!(found(good), Vec::<String>::new());
        let wrong = json!({"ApiEndpoint": "https://x", "Method": "get", "RequestBdy.$": "$", "Header": {}, "Other": 1});
        let known = "\"get\" is no value of Method that the API knows".to_owned();
        let mut said = found(wrong);
        said.sort();
        assert_eq!(
            said,
            [
                known,
                refusals::unsupported("Header"),
                refusals::unsupported("RequestBdy")
            ]
        );
    }
}
