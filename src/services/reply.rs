//! What the result of a task holds: what Step Functions makes of the answer of an API.

use std::borrow::Cow;

use super::{Call, Length, Spelling, Structure, Type, is_made_elsewhere};
use crate::asl::{Pattern, Resource};
use crate::source::NodeRef;
use crate::value::Value;

/// A value of a task's result, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reply {
    /// Whatever it is: what a function, a worker or a nested execution answers, and what no model describes.
    Open,
    /// The whole result.
    Whole(Whole),
    /// A part of it.
    Part(Type<'static>, Spelling),
}

/// The result of an integration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole {
    members: Members,
    spelling: Spelling,
    /// Members that hold whatever they do, whether a model has them or not.
    open: &'static [&'static str],
    /// Whether there are no others.
    closed: bool,
    /// Those of [`ASKED_FOR`] that the call does not ask for, a bit each.
    unasked: u8,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Members {
    Api(Structure<'static>),
    Own(&'static [(&'static str, Type<'static>)]),
}

/// Added to the answers that optimised integrations pass on [recorded answers].
const METADATA: [&str; 2] = ["SdkHttpMetadata", "SdkResponseMetadata"];

/// What `.sync:2` parses, which is text in the API's answer [Start a new AWS Step Functions state machine from a running
/// execution].
const PARSED: [&str; 2] = ["Input", "Output"];

/// What HTTP tasks and calls of API Gateway give [Call HTTPS APIs in Step Functions workflows; Create API Gateway REST APIs
/// with Step Functions].
const HTTP: [(&str, Type<'static>); 4] = [
    ("Headers", Type::Any),
    ("ResponseBody", Type::Any),
    (
        "StatusCode",
        Type::Number {
            whole: true,
            least: None,
            most: None,
        },
    ),
    ("StatusText", Type::Text(Length { least: 0, most: None })),
];

/// Jobs whose result is what the API describes, out of this member of its answer: public workflows read `JobId`,
/// `Containers[0].ExitCode` and `JobRunState` at its top. All others are taken to give the answer itself.
const DESCRIBED: [(&str, &str, &str); 3] = [
    ("batch", "submitJob", "jobs"),
    ("ecs", "runTask", "tasks"),
    ("glue", "startJobRun", "JobRun"),
];

/// Services whose jobs give just what describes them; what others give besides was not seen.
const JUST_DESCRIBED: [&str; 3] = ["athena", "sagemaker", "states"];

/// Members of answers that are not there where nothing is found [each service's API reference].
const LEFT_OUT: [(&str, &str, &str); 1] = [("dynamodb", "getItem", "Item")];

/// Members of DynamoDB's answers that are there only where a parameter asks for them, which without it or with `NONE` it
/// does not [each service's API reference].
const ASKED_FOR: [(&str, &str); 3] = [
    ("Attributes", "ReturnValues"),
    ("ConsumedCapacity", "ReturnConsumedCapacity"),
    ("ItemCollectionMetrics", "ReturnItemCollectionMetrics"),
];

/// Those of [`ASKED_FOR`] that a call with these parameters does not ask for.
fn unasked(service: &str, payload: Option<NodeRef<'_>>) -> u8 {
    let dynamodb = matches!(service, "dynamodb" | "aws-sdk:dynamodb");
    let is_written = |payload: &NodeRef<'_>| {
        let members = payload.members();
        payload.is_object()
            && !payload.is_open()
            && !members.iter().any(|member| is_made_elsewhere(&member.key))
    };
    let Some(payload) = payload.filter(|payload| dynamodb && is_written(payload)) else {
        return 0;
    };
    let asks = |parameter: &str| match payload.get(parameter) {
        Some(value) => value.as_str() != Some("NONE"),
        None => {
            let mut keys = payload.members().iter().map(|member| &member.key);
            keys.any(|key| key.strip_suffix(".$") == Some(parameter))
        }
    };
    let mut bits = 0;
    for (bit, (_, parameter)) in ASKED_FOR.iter().enumerate() {
        bits |= u8::from(!asks(parameter)) << bit;
    }
    bits
}

/// The member that the result of a task lacks when what it asks for is not there.
pub fn left_out(resource: &Resource<'_>) -> Option<&'static str> {
    let Resource::Integration {
        service,
        action,
        pattern: Pattern::RequestResponse,
    } = *resource
    else {
        return None;
    };
    let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
    let mut known = LEFT_OUT
        .iter()
        .filter(|(of, name, _)| (*of, *name) == (service, action));
    known.next().map(|(_, _, member)| *member)
}

impl Whole {
    /// What the API's model says; `None` of what Step Functions makes itself.
    pub(super) fn structure(&self) -> Option<Structure<'static>> {
        match self.members {
            Members::Api(structure) => Some(structure),
            Members::Own(_) => None,
        }
    }

    pub(super) fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// The parameter that would have to ask for the member `name`.
    fn asked_by(&self, name: &str) -> Option<&'static str> {
        let mut known = ASKED_FOR.iter().enumerate();
        let (_, (_, parameter)) =
            known.find(|(bit, (member, _))| self.unasked >> bit & 1 == 1 && *member == name)?;
        Some(parameter)
    }
}

impl Reply {
    /// What TestState asks a mocked result to be: the answer of the API, for a job of that which describes it, and not what
    /// Step Functions makes of it: the `Output` of a `.sync:2` is text here, too [boto3#4683]. `None` where it asks
    /// nothing.
    pub fn of_mock(resource: &Resource<'_>) -> Option<Reply> {
        let call = Call::of(resource)?;
        Some(Reply::Whole(Whole {
            members: Members::Api(call.result()?),
            spelling: call.spelling,
            open: &[],
            closed: true,
            unasked: 0,
        }))
    }

    /// The result of a task that calls `resource` with `payload`, its `Parameters` or `Arguments`.
    pub fn of_task(resource: &Resource<'_>, payload: Option<NodeRef<'_>>) -> Reply {
        match (Reply::of(resource), *resource) {
            (Reply::Whole(whole), Resource::Integration { service, .. }) => Reply::Whole(Whole {
                unasked: unasked(service, payload),
                ..whole
            }),
            (reply, _) => reply,
        }
    }

    /// The parameter that would have to ask for the member `name`, which without that is not there.
    pub fn asked_by(&self, name: &str) -> Option<&'static str> {
        match self {
            Reply::Whole(whole) => whole.asked_by(name),
            Reply::Open | Reply::Part(..) => None,
        }
    }

    /// The result of a task that calls `resource`, with parameters that may ask for everything.
    pub fn of(resource: &Resource<'_>) -> Reply {
        let Resource::Integration {
            service,
            action,
            pattern,
        } = *resource
        else {
            return Reply::Open;
        };
        match (service, action, pattern) {
            // Whoever sends the token back says what the result is.
            (_, _, Pattern::WaitForTaskToken) => Reply::Open,
            ("http" | "apigateway", "invoke", _) => Reply::Whole(Whole {
                members: Members::Own(&HTTP),
                spelling: Spelling::Optimised,
                open: &[],
                closed: true,
                unasked: 0,
            }),
            _ => {
                Call::of(resource).map_or(Reply::Open, |call| Self::of_call(&call, service, action, pattern))
            }
        }
    }

    fn of_call(call: &Call, service: &str, action: &str, pattern: Pattern) -> Reply {
        let Some(structure) = call.result() else {
            return Reply::Open;
        };
        let jobs = DESCRIBED.iter().find(|job| (job.0, job.1) == (service, action));
        let whole = Whole {
            members: Members::Api(structure),
            spelling: call.spelling,
            open: &[],
            closed: true,
            unasked: 0,
        };
        match (pattern, jobs) {
            (Pattern::RequestResponse, _) => Reply::Whole(Whole {
                open: match (service, action) {
                    // What a function answers; what a model does is JSON as well [Invoke and customize Amazon Bedrock
                    // models with Step Functions].
                    ("lambda", "invoke") => &["Payload", METADATA[0], METADATA[1]],
                    ("bedrock", "invokeModel") => &["Body", METADATA[0], METADATA[1]],
                    _ if call.spelling == Spelling::Optimised => &METADATA,
                    _ => &[],
                },
                ..whole
            }),
            (_, Some((_, _, member))) => {
                let described = structure.members().find(|found| found.name == *member);
                match described.map(|described| described.shape.resolve()) {
                    Some(Type::List(item)) => Reply::Part(item.resolve(), call.spelling),
                    Some(described) => Reply::Part(described, call.spelling),
                    None => Reply::Open,
                }
            }
            (Pattern::Sync2, _) => Reply::Whole(Whole {
                open: &[PARSED[0], PARSED[1], METADATA[0], METADATA[1]],
                ..whole
            }),
            _ => Reply::Whole(Whole {
                open: &METADATA,
                closed: JUST_DESCRIBED.contains(&service),
                ..whole
            }),
        }
    }

    /// The member `name`; `None` where there is none, ever.
    pub fn member(&self, name: &str) -> Option<Reply> {
        let found = |structure: &Structure<'static>, spelling: Spelling| {
            let member = structure
                .members()
                .find(|member| spelling.gives(member.name, name))?;
            Some(Reply::typed(member.shape.resolve(), spelling))
        };
        match self {
            Reply::Open => Some(Reply::Open),
            Reply::Whole(whole) if whole.asked_by(name).is_some() => None,
            Reply::Whole(whole) if whole.open.contains(&name) => Some(Reply::Open),
            Reply::Whole(whole) => {
                let known = match &whole.members {
                    Members::Api(structure) => found(structure, whole.spelling),
                    Members::Own(members) => (members.iter().find(|(known, _)| *known == name))
                        .map(|(_, shape)| Reply::typed(*shape, whole.spelling)),
                };
                known.or((!whole.closed).then_some(Reply::Open))
            }
            Reply::Part(Type::Structure(structure), spelling) => found(structure, *spelling),
            Reply::Part(Type::Map(value), spelling) => Some(Reply::typed(value.resolve(), *spelling)),
            Reply::Part(..) => None,
        }
    }

    fn typed(shape: Type<'static>, spelling: Spelling) -> Reply {
        match shape {
            Type::Any => Reply::Open,
            shape => Reply::Part(shape, spelling),
        }
    }

    /// An item of a list.
    pub fn item(&self) -> Option<Reply> {
        match self {
            Reply::Open => Some(Reply::Open),
            Reply::Part(Type::List(item), spelling) => Some(Reply::typed(item.resolve(), *spelling)),
            Reply::Part(..) | Reply::Whole(_) => None,
        }
    }

    /// Itself, or of a list what its items are.
    pub fn one(self) -> Reply {
        let mut reply = self;
        while let Reply::Part(Type::List(_), _) = reply {
            reply = reply.item().unwrap_or(Reply::Open);
        }
        reply
    }

    /// The type of a part.
    pub fn part(&self) -> Option<(Type<'static>, Spelling)> {
        match self {
            Reply::Part(shape, spelling) => Some((*shape, *spelling)),
            Reply::Open | Reply::Whole(_) => None,
        }
    }

    /// The members that it may have, as they are written; `None` where it may have any, or has none.
    pub fn names(&self) -> Option<Vec<Cow<'static, str>>> {
        self.names_in(|spelling| vec![spelling])
    }

    /// As [`Reply::names`], in every spelling that may be read.
    pub fn spellings(&self) -> Option<Vec<Cow<'static, str>>> {
        self.names_in(|_| vec![Spelling::Sdk, Spelling::Optimised])
    }

    fn names_in(&self, spellings: impl Fn(Spelling) -> Vec<Spelling>) -> Option<Vec<Cow<'static, str>>> {
        let of = |structure: &Structure<'static>, spelling: Spelling| -> Vec<Cow<'static, str>> {
            let spellings = spellings(spelling);
            let members = structure.members();
            members
                .flat_map(|member| {
                    let written = spellings.iter().map(|spelling| spelling.write(member.name));
                    let given = written.filter(|written| spelling.gives(member.name, written));
                    given.collect::<Vec<_>>()
                })
                .collect()
        };
        match self {
            Reply::Whole(whole) if whole.closed => {
                let mut names = match &whole.members {
                    Members::Api(structure) => of(structure, whole.spelling),
                    Members::Own(members) => members.iter().map(|(name, _)| Cow::Borrowed(*name)).collect(),
                };
                names.retain(|name| whole.asked_by(name).is_none());
                for name in whole.open {
                    if !names.iter().any(|known| known == name) {
                        names.push(Cow::Borrowed(name));
                    }
                }
                Some(names)
            }
            Reply::Part(Type::Structure(structure), spelling) => Some(of(structure, *spelling)),
            _ => None,
        }
    }

    /// Where what somebody else answers is: the member, and a sentence about it.
    pub fn where_open(&self) -> Option<(&'static str, &'static str)> {
        let has = |name: &str| matches!(self, Reply::Whole(whole) if whole.open.contains(&name));
        let own = matches!(
            self,
            Reply::Whole(Whole {
                members: Members::Own(_),
                ..
            })
        );
        Some(match () {
            () if has("Payload") => ("Payload", "what the function returns is in 'Payload'"),
            () if has("Body") => ("Body", "what the model answers is in 'Body'"),
            () if has("Output") => ("Output", "what the execution gives is in 'Output'"),
            () if own => ("ResponseBody", "the body of the response is in 'ResponseBody'"),
            () => return None,
        })
    }

    /// Whether it may be a scalar such as `value`.
    pub fn may_be(&self, value: &Value) -> bool {
        match (self, value) {
            (Reply::Open, _) => true,
            (Reply::Whole(_), _) => value.as_object().is_some(),
            (Reply::Part(shape, _), value) => match (shape, value) {
                (Type::Any, _)
                | (Type::Boolean, Value::Bool(_))
                | (Type::Content | Type::Time, Value::String(_)) => true,
                (Type::Text(length) | Type::Blob(length), Value::String(text)) => {
                    text.chars().take(length.least).count() == length.least
                }

                (Type::OneOf(names), Value::String(text)) => names.split('|').any(|name| name == &**text),
                (Type::Number { whole, least, most }, Value::Number(number)) => {
                    let number = number.as_f64();
                    (!whole || number.fract() == 0.0)
                        && least.is_none_or(|least| number >= least)
                        && most.is_none_or(|most| number <= most)
                }
                (Type::List(_), Value::Array(_)) | (Type::Map(_) | Type::Structure(_), Value::Object(_)) => {
                    true
                }
                _ => false,
            },
        }
    }
}

impl Eq for Reply {}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(resource: &str) -> Reply {
        Reply::of(&Resource::parse(&format!("arn:aws:states:::{resource}")))
    }

    /// What stands behind the names, or that there is nothing.
    fn at(resource: &str, names: &str) -> Option<Reply> {
        names
            .split('.')
            .try_fold(given(resource), |given, name| match name {
                "[]" => given.item(),
                name => given.member(name),
            })
    }

    fn is_open(resource: &str, names: &str) -> bool {
        at(resource, names) == Some(Reply::Open)
    }

    fn is_text(resource: &str, names: &str) -> bool {
        at(resource, names)
            .is_some_and(|given| given.may_be(&Value::from("1")) && !given.may_be(&Value::from(1)))
    }

    #[test]
    fn what_somebody_else_answers_is_open_and_nothing_besides() {
        for (resource, open, never) in [
            ("lambda:invoke", "Payload.price", "price"),
            ("http:invoke", "ResponseBody.price", "Body"),
            ("apigateway:invoke", "ResponseBody", "body"),
            ("bedrock:invokeModel", "Body.content", "content"),
            ("states:startExecution.sync:2", "Output.price", "output"),
            ("sqs:sendMessage", "SdkHttpMetadata.HttpStatusCode", "messageId"),
        ] {
            assert!(is_open(resource, open), "{resource}");
            assert!(at(resource, never).is_none(), "{resource}");
        }
        for resource in ["sqs:sendMessage.waitForTaskToken", "eks:call", "nobody:knows"] {
            assert!(is_open(resource, "price"), "{resource}");
        }
        let function = Resource::parse("arn:aws:lambda:us-east-1:123456789012:function:f");
        assert_eq!(Reply::of(&function), Reply::Open);
    }

    #[test]
    fn texts_are_texts() {
        for (resource, names) in [
            ("aws-sdk:s3:getObject", "Body"),
            ("aws-sdk:lambda:invoke", "Payload"),
            ("aws-sdk:sfn:startSyncExecution", "Output"),
            ("states:startExecution.sync", "Output"),
            ("dynamodb:getItem", "Item.price.N"),
            ("aws-sdk:s3:listObjectsV2", "Contents.[].Key"),
            ("ecs:runTask.sync", "Containers.[].Reason"),
            ("glue:startJobRun.sync", "Id"),
        ] {
            assert!(is_text(resource, names), "{resource} {names}");
            assert!(at(resource, &format!("{names}.x")).is_none());
        }
        let code = at("ecs:runTask.sync", "Containers.[].ExitCode");
        assert!(code.is_some_and(|code| code.may_be(&Value::from(1)) && !code.may_be(&Value::from("1"))));
    }

    #[test]
    fn jobs_that_were_not_seen_may_give_more() {
        assert!(at("athena:startQueryExecution.sync", "QueryExecution.Status.State").is_some());
        assert!(at("athena:startQueryExecution.sync", "State").is_none());
        assert!(is_open("codebuild:startBuild.sync", "Build"));
    }
}
