//! Where a value is not what a service answers, by the model of its API.

use std::fmt;
use std::sync::Arc;

use super::{Length, Need, Reply, Spelling, Structure, Type};
use crate::diagnostics::{Help, counted, nearest, some_of};
use crate::value::{Number, Value};

/// Most that are told of one value.
const MOST: usize = 20;
/// Members that are named where none is near.
const NAMED: usize = 8;

/// A part of a value that a service does not answer so.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// Where it is: members and items, outermost first.
    pub path: Vec<Step>,
    /// The member that it is, or that it is in.
    pub name: String,
    /// What is wrong.
    pub what: What,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A member.
    Member(Arc<str>),
    /// An item.
    Item(usize),
}

/// What is wrong with a part.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It is of another type than this: `a string`.
    MustBe(&'static str),
    /// It has fewer characters than this.
    Short(usize),
    /// It has more characters than this.
    Long(usize),
    /// It is none of these names, a `|` between them.
    NoName(&'static str),
    /// It is below this.
    Low(f64),
    /// It is above this.
    High(f64),
    /// A member that must be there is not.
    Missing,
    /// There is no such member, but these.
    Unknown(Vec<String>),
}

/// What is asked of a value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// That it has the members that must be there.
    pub required: bool,
    /// That it has no others than there are.
    pub known: bool,
    /// That what a body holds is a text.
    pub content: bool,
    /// That no text is longer than the model has, the text of bytes included, which is longer than they are.
    pub longest: bool,
}

impl Misfit {
    /// A sentence about it; `given` is what is answered.
    pub fn why(&self, given: &Reply) -> Help {
        let path = written_path(&self.path);
        match &self.what {
            What::Unknown(names) => {
                let near = nearest(&self.name, names.iter().map(String::as_str));
                let outermost = self.path.len() == 1;
                if let Some(asked) = given.asked_by(&self.name).filter(|_| outermost) {
                    return format!("there is no '{path}': it is answered only where '{asked}' asks for it")
                        .into();
                }
                let open = given.where_open().filter(|_| outermost);
                let instead = match (near, open) {
                    (Some(near), _) => {
                        let Help { words, meant } = Help::asks(near);
                        let words = format!("there is no '{path}': {words}");
                        return Help { words, meant };
                    }
                    (None, None) => format!("it has {}", some_of(names, NAMED, NAMED)),
                    (None, Some((_, open))) => open.to_owned(),
                };
                format!("there is no '{path}': {instead}").into()
            }
            what if path.is_empty() => format!("it {what}").into(),
            what => format!("'{path}' {what}").into(),
        }
    }
}

/// A path as it is written: `Contents[0].Key`.
pub fn written_path(path: &[Step]) -> String {
    let steps = path.iter().enumerate().map(|(index, step)| match step {
        Step::Member(name) if index == 0 => name.to_string(),
        Step::Member(name) => format!(".{name}"),
        Step::Item(item) => format!("[{item}]"),
    });
    steps.collect()
}

impl Reply {
    /// Where `value` is not what is given here.
    pub fn misfits(&self, value: &Value, asked: Asked) -> Vec<Misfit> {
        let mut check = Check {
            asked,
            path: Vec::new(),
            found: Vec::new(),
        };
        check.value("", *self, value);
        check.found
    }
}

struct Check {
    asked: Asked,
    path: Vec<Step>,
    found: Vec<Misfit>,
}

impl Check {
    fn tell(&mut self, name: &str, what: What) {
        if self.found.len() < MOST {
            self.found.push(Misfit {
                path: self.path.clone(),
                name: name.to_owned(),
                what,
            });
        }
    }

    fn at(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    /// Checks a value; `name` is that of the member that it is, or that it is in.
    fn value(&mut self, name: &str, given: Reply, value: &Value) {
        let (shape, spelling) = match given {
            Reply::Open => return,
            Reply::Whole(whole) => {
                match (value.as_object().is_some(), whole.structure()) {
                    (false, _) => self.tell(name, What::MustBe("an object")),
                    (true, Some(structure)) => self.members(given, structure, whole.spelling(), value),
                    (true, None) => self.own(given, value),
                }
                return self.unknown(given, value);
            }
            Reply::Part(shape, spelling) => (shape, spelling),
        };
        match (shape, value) {
            (Type::Any, _) | (Type::Boolean, Value::Bool(_)) | (Type::Time, Value::String(_)) => {}
            (Type::Content, value) if !self.asked.content || value.as_str().is_some() => {}
            (Type::Text(length) | Type::Blob(length), Value::String(text)) => self.length(name, text, length),
            (Type::OneOf(names), Value::String(text)) => {
                if !names.split('|').any(|name| name == &**text) {
                    self.tell(name, What::NoName(names));
                }
            }
            (Type::Number { least, most, .. }, Value::Number(number)) => {
                self.bounds(name, number, least, most)
            }
            (Type::List(_), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    let item = given.item().unwrap_or(Reply::Open);
                    self.at(Step::Item(index), |check| check.value(name, item, value));
                }
            }
            (Type::Map(_), Value::Object(members)) => {
                for (key, value) in members.iter() {
                    let inner = given.member(key).unwrap_or(Reply::Open);
                    self.at(Step::Member(key.clone()), |check| check.value(key, inner, value));
                }
            }
            (Type::Structure(structure), Value::Object(_)) => {
                self.members(given, structure, spelling, value);
                self.unknown(given, value);
            }
            (shape, _) => self.tell(name, What::MustBe(what(shape))),
        }
    }

    fn members(&mut self, given: Reply, structure: Structure<'static>, spelling: Spelling, value: &Value) {
        // A null is as good as nothing.
        let found = |name: &str| {
            let mut members = value.as_object()?.iter();
            let (key, value) = members.find(|(key, _)| spelling.gives(name, key))?;
            (!value.is_null()).then_some((key, value))
        };
        for member in structure.members() {
            if self.asked.required && member.need != Need::Optional && found(member.name).is_none() {
                self.tell(&spelling.write(member.name), What::Missing);
            }
        }
        for member in structure.members() {
            if let Some((key, value)) = found(member.name) {
                let inner = given.member(key).unwrap_or(Reply::Open);
                let name = spelling.write(member.name);
                self.at(Step::Member(key.clone()), |check| {
                    check.value(&name, inner, value)
                });
            }
        }
    }

    /// The members that no API has.
    fn own(&mut self, given: Reply, value: &Value) {
        for (key, value) in value.as_object().into_iter().flat_map(|members| members.iter()) {
            if let Some(inner) = given.member(key).filter(|_| !value.is_null()) {
                self.at(Step::Member(key.clone()), |check| check.value(key, inner, value));
            }
        }
    }

    fn unknown(&mut self, given: Reply, value: &Value) {
        let Some(members) = value.as_object().filter(|_| self.asked.known) else {
            return;
        };
        for (key, _) in members.iter() {
            // What every answer may bring is no mistake anywhere.
            if given.member(key).is_none() && !key.starts_with("Sdk") {
                let names = given.names().unwrap_or_default().into_iter();
                let names = names
                    .filter(|name| !name.starts_with("Sdk"))
                    .map(|name| name.into_owned());
                let names = names.collect();
                self.at(Step::Member(key.clone()), |check| {
                    check.tell(key, What::Unknown(names))
                });
            }
        }
    }

    /// Counting stops early in a long text.
    fn length(&mut self, name: &str, text: &str, Length { least, most }: Length) {
        if text.chars().take(least).count() < least {
            self.tell(name, What::Short(least));
        }
        if let Some(most) = most.filter(|_| self.asked.longest)
            && text.chars().nth(most).is_some()
        {
            self.tell(name, What::Long(most));
        }
    }

    fn bounds(&mut self, name: &str, number: &Number, least: Option<f64>, most: Option<f64>) {
        if let Some(least) = least.filter(|least| number.as_f64() < *least) {
            self.tell(name, What::Low(least));
        }
        if let Some(most) = most.filter(|most| number.as_f64() > *most) {
            self.tell(name, What::High(most));
        }
    }
}

/// A type, as AWS's TestState names it.
fn what(shape: Type<'_>) -> &'static str {
    match shape {
        Type::Text(_) | Type::OneOf(_) | Type::Time | Type::Blob(_) | Type::Content => "a string",
        Type::Number { .. } => "a number",
        Type::Boolean => "a boolean",
        Type::List(_) => "an array",
        Type::Map(_) | Type::Structure(_) => "an object",
        Type::Any => "anything",
    }
}

impl fmt::Display for What {
    /// What it must be, behind a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::MustBe(what) => write!(f, "must be {what}"),
            What::Short(least) => write!(f, "must have at least {}", counted(*least as u64, "character")),
            What::Long(most) => write!(f, "must have at most {}", counted(*most as u64, "character")),
            What::NoName(names) => write!(f, "must be one of {}", names.replace('|', ", ")),
            What::Low(least) => write!(f, "must be at least {least}"),
            What::High(most) => write!(f, "must be at most {most}"),
            What::Missing => write!(f, "must be there"),
            What::Unknown(_) => write!(f, "is no member of the answer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::Resource;

    fn told(resource: &str, value: &str) -> Vec<String> {
        let asked = Asked {
            known: true,
            content: true,
            ..Asked::default()
        };
        let given = Reply::of(&Resource::parse(&format!("arn:aws:states:::{resource}")));
        let value = crate::source::parse_value(value).expect("JSON");
        let misfits = given.misfits(&value, asked);
        let told = misfits.iter().map(|misfit| {
            let steps = misfit.path.iter().map(|step| match step {
                Step::Member(name) => format!(".{name}"),
                Step::Item(index) => format!("[{index}]"),
            });
            format!("{} {}", steps.collect::<String>(), misfit.what)
        });
        told.collect()
    }

    #[test]
    fn what_is_no_answer_is_told_with_its_place() {
        for (resource, value, expected) in [
            (
                "lambda:invoke",
                r#"{"StatusCode": "200", "Payload": {"a": 1}}"#,
                vec![".StatusCode must be a number"],
            ),
            (
                "lambda:invoke",
                r#"{"price": 1}"#,
                vec![".price is no member of the answer"],
            ),
            ("lambda:invoke", r#"[]"#, vec![" must be an object"]),
            (
                "aws-sdk:s3:getObject",
                r#"{"Body": {"a": 1}}"#,
                vec![".Body must be a string"],
            ),
            (
                "aws-sdk:s3:listObjectsV2",
                r#"{"Contents": [{"Key": "k"}, {"Key": 1}], "KeyCount": null}"#,
                vec![".Contents[1].Key must be a string"],
            ),
            (
                "dynamodb:getItem",
                r#"{"Item": {"price": {"N": 1}}}"#,
                vec![".Item.price.N must be a string"],
            ),
            (
                "states:startExecution.sync",
                r#"{"Output": {}}"#,
                vec![".Output must be a string"],
            ),
            (
                "states:startExecution.sync:2",
                r#"{"Output": {}, "Status": "SUCCEEDED"}"#,
                vec![],
            ),
            (
                "ecs:runTask.sync",
                r#"{"LastStatus": "STOPPED", "StopCode": "EssentialContainerExited"}"#,
                vec![],
            ),
            (
                "http:invoke",
                r#"{"StatusCode": "200", "ResponseBody": 1}"#,
                vec![".StatusCode must be a number"],
            ),
            (
                "sqs:sendMessage",
                r#"{"MessageId": "m", "SdkHttpMetadata": {}}"#,
                vec![],
            ),
            ("codebuild:startBuild.sync", r#"{"Build": {"Id": "b"}}"#, vec![]),
        ] {
            assert_eq!(told(resource, value), expected, "{resource}");
        }
        let status = told("aws-sdk:sfn:startSyncExecution", r#"{"Status": "DONE"}"#);
        assert_eq!(status, [".Status must be one of SUCCEEDED, FAILED, TIMED_OUT"]);
    }
}
