//! How a service is asked, and what its answers mean.

use hyper::body::Bytes;
use serde_json::{Map, Value, json};

use super::CallError;
use crate::history::{Family, TaskTarget};

/// How a service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// `POST /2015-03-31/functions/NAME/invocations`
    Lambda,
    /// `X-Amz-Target: TARGET.Action`, JSON of that version.
    Json {
        target: &'static str,
        version: &'static str,
        /// What errors begin with: of the optimised integration, of that of the SDK.
        prefixes: (&'static str, &'static str),
    },
    /// A form; of the answer in XML the message's id is read. SNS.
    Query,
}

/// The services that can be called, as a Resource names them: what the models of botocore say.
const KNOWN: [(&str, Protocol); 13] = [
    ("lambda", Protocol::Lambda),
    ("sns", Protocol::Query),
    (
        "dynamodb",
        json_of("DynamoDB_20120810", "1.0", "DynamoDB", "DynamoDb"),
    ),
    ("sqs", json_of("AmazonSQS", "1.0", "SQS", "Sqs")),
    (
        "events",
        json_of("AWSEvents", "1.1", "EventBridge", "EventBridge"),
    ),
    (
        "eventbridge",
        json_of("AWSEvents", "1.1", "EventBridge", "EventBridge"),
    ),
    (
        "kinesis",
        json_of("Kinesis_20131202", "1.1", "Kinesis", "Kinesis"),
    ),
    (
        "secretsmanager",
        json_of("secretsmanager", "1.1", "SecretsManager", "SecretsManager"),
    ),
    ("ssm", json_of("AmazonSSM", "1.1", "Ssm", "Ssm")),
    ("kms", json_of("TrentService", "1.1", "Kms", "Kms")),
    (
        "cloudwatchlogs",
        json_of("Logs_20140328", "1.1", "CloudWatchLogs", "CloudWatchLogs"),
    ),
    ("glue", json_of("AWSGlue", "1.1", "Glue", "Glue")),
    ("athena", json_of("AmazonAthena", "1.1", "Athena", "Athena")),
];

const fn json_of(
    target: &'static str,
    version: &'static str,
    optimised: &'static str,
    sdk: &'static str,
) -> Protocol {
    Protocol::Json {
        target,
        version,
        prefixes: (optimised, sdk),
    }
}

/// The services that can be called.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(service, _)| *service)
}

/// What is sent.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Protocol {
    /// How a service is asked.
    pub(super) fn of(service: &str) -> Option<Protocol> {
        KNOWN
            .iter()
            .find(|(name, _)| *name == service)
            .map(|(_, protocol)| *protocol)
    }

    /// What is sent for a task's call.
    ///
    /// # Errors
    /// When the parameters cannot be sent.
    pub(super) fn request(
        self,
        target: &TaskTarget,
        region: &str,
        parameters: &Value,
    ) -> Result<Asked, String> {
        let service = match target.family {
            Family::LambdaFunction => "lambda",
            _ => target
                .resource_type
                .strip_prefix("aws-sdk:")
                .unwrap_or(&target.resource_type),
        };
        // Nobody checks it; emulators read service and region out of it.
        let scope = format!("test/20260101/{region}/{service}/aws4_request");
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let mut headers = vec![("authorization", signature)];
        let mut path = "/".to_owned();
        let action = action(target);
        let body = match self {
            Protocol::Lambda => {
                let (name, payload) = match target.family {
                    Family::LambdaFunction => (&*target.resource, Some(parameters)),
                    _ if action == "Invoke" => (text(parameters, "FunctionName"), parameters.get("Payload")),
                    _ => return Err("of Lambda only invoke is supported".to_owned()),
                };
                path = format!("/2015-03-31/functions/{}/invocations", function(name)?);
                headers.push(("content-type", "application/json".to_owned()));
                if let Some(kind) = parameters.get("InvocationType").and_then(Value::as_str) {
                    headers.push(("x-amz-invocation-type", kind.to_owned()));
                }
                payload.map_or_else(|| "{}".to_owned(), Value::to_string)
            }
            Protocol::Json { target, version, .. } => {
                headers.push(("content-type", format!("application/x-amz-json-{version}")));
                headers.push(("x-amz-target", format!("{target}.{action}")));
                in_json(&action, parameters).to_string()
            }
            Protocol::Query => {
                headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
                form(&action, parameters)
            }
        };
        Ok(Asked { path, headers, body })
    }

    /// What an answer means for the task.
    ///
    /// # Errors
    /// When the service refused, or the function failed.
    pub(super) fn answer(
        self,
        target: &TaskTarget,
        status: u16,
        function_error: Option<&str>,
        body: &Bytes,
    ) -> Result<Value, CallError> {
        let text = String::from_utf8_lossy(body);
        let parsed: Option<Value> = serde_json::from_str(&text).ok();
        match self {
            Protocol::Lambda if status < 300 => {
                let payload = parsed.unwrap_or(Value::Null);
                if function_error.is_some() {
                    // The error is the function's, the cause all that it says [recorded].
                    return Err(CallError {
                        error: payload
                            .get("errorType")
                            .and_then(Value::as_str)
                            .unwrap_or("Error")
                            .to_owned(),
                        cause: text.into_owned(),
                    });
                }
                Ok(match target.family {
                    Family::LambdaFunction => payload,
                    _ => json!({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": status}),
                })
            }
            Protocol::Json { .. } if status < 300 => Ok(parsed.unwrap_or_else(|| json!({}))),
            Protocol::Query if status < 300 => {
                let mut answer = Map::new();
                for member in ["MessageId", "SequenceNumber"] {
                    if let Some(value) = element(&text, member) {
                        answer.insert(member.to_owned(), value.into());
                    }
                }
                Ok(Value::Object(answer))
            }
            _ => Err(self.refusal(target, status, parsed.as_ref(), &text)),
        }
    }

    /// A refusal in the form that Step Functions gives it: `PREFIX.NameException`, and the message with what stands about
    /// the call behind it [recorded].
    fn refusal(self, target: &TaskTarget, status: u16, parsed: Option<&Value>, text: &str) -> CallError {
        let sdk = target.resource_type.starts_with("aws-sdk:");
        let of = |name: &str| parsed.and_then(|parsed| parsed.get(name)).and_then(Value::as_str);
        let (code, message) = match self {
            Protocol::Query => (element(text, "Code"), element(text, "Message")),
            _ => (of("__type").or(of("Type")), of("message").or(of("Message"))),
        };
        let code = code
            .and_then(|code| code.rsplit('#').next())
            .unwrap_or("UnknownError");
        let message = message.unwrap_or(text);
        let prefix = match self {
            Protocol::Lambda => "Lambda",
            Protocol::Query if sdk => "Sns",
            Protocol::Query => "SNS",
            Protocol::Json { prefixes, .. } if sdk => prefixes.1,
            Protocol::Json { prefixes, .. } => prefixes.0,
        };
        let ending = if code.ends_with("Exception") {
            ""
        } else {
            "Exception"
        };
        CallError {
            error: format!("{prefix}.{code}{ending}"),
            cause: format!("{message} (Service: {prefix}, Status Code: {status}, Request ID: sfn-tool)"),
        }
    }
}

/// The action as the API names it: `PutItem` of `putItem.waitForTaskToken`.
fn action(target: &TaskTarget) -> String {
    let name = target.resource.split('.').next().unwrap_or_default();
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The name of a function in a path, out of its name or ARN.
fn function(name: &str) -> Result<String, String> {
    let mut parts = name.split(":function:");
    let (first, of_arn) = (parts.next().unwrap_or_default(), parts.next());
    let name = of_arn.unwrap_or(first);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '$');
    match !name.is_empty() && name.chars().all(is_plain) {
        true => Ok(name.replace(':', "%3A").replace('$', "%24")),
        false => Err(format!("'{name}' is no name of a function")),
    }
}

/// Parameters as JSON: what Step Functions takes as an object where the API has a text is sent as text.
fn in_json(action: &str, parameters: &Value) -> Value {
    let mut sent = parameters.clone();
    if action == "SendMessage"
        && let Some(body) = sent.get_mut("MessageBody").filter(|body| !body.is_string())
    {
        *body = Value::String(body.to_string());
    }
    if action == "PutEvents" {
        for entry in sent
            .get_mut("Entries")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(detail) = entry.get_mut("Detail").filter(|detail| !detail.is_string()) {
                *detail = Value::String(detail.to_string());
            }
        }
    }
    sent
}

/// A form of the query protocol, as SNS reads it.
fn form(action: &str, parameters: &Value) -> String {
    let mut out = format!("Action={action}&Version=2010-03-31");
    for (name, value) in parameters.as_object().into_iter().flatten() {
        match value {
            Value::Object(entries) if name.ends_with("Attributes") => {
                for (index, (key, entry)) in entries.iter().enumerate() {
                    let place = format!("{name}.entry.{}", index + 1);
                    pair(&format!("{place}.Name"), key, &mut out);
                    for (member, value) in entry.as_object().into_iter().flatten() {
                        pair(&format!("{place}.Value.{member}"), &plain(value), &mut out);
                    }
                }
            }
            other => pair(name, &plain(other), &mut out),
        }
    }
    out
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn pair(name: &str, value: &str, out: &mut String) {
    out.push('&');
    encode(name, out);
    out.push('=');
    encode(value, out);
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// The text of the first XML element of that name; none of those that are read has anything inside but text.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let length = text[start..].find('<')?;
    Some(&text[start..start + length])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn target(resource_type: &str, resource: &str) -> TaskTarget {
        TaskTarget {
            family: Family::Task,
            resource: Arc::from(resource),
            resource_type: Arc::from(resource_type),
        }
    }

    #[test]
    fn functions_are_called_by_their_names() {
        let by_arn = TaskTarget {
            family: Family::LambdaFunction,
            resource: Arc::from("arn:aws:lambda:us-east-1:1:function:f:live"),
            resource_type: Arc::from(""),
        };
        let asked = Protocol::Lambda
            .request(&by_arn, "r", &json!({"a": 1}))
            .expect("a request");
        assert_eq!(asked.path, "/2015-03-31/functions/f%3Alive/invocations");
        assert_eq!(asked.body, r#"{"a":1}"#);
        let invoke = target("lambda", "invoke");
        let asked = Protocol::Lambda.request(&invoke, "r", &json!({"FunctionName": "f", "Payload": 2}));
        assert_eq!(
            asked.map(|asked| (asked.path, asked.body)),
            Ok(("/2015-03-31/functions/f/invocations".into(), "2".into()))
        );
        for name in ["", "../x", "f/../../x", "f?x", "f\r\nHost: x"] {
            assert!(
                Protocol::Lambda
                    .request(&invoke, "r", &json!({"FunctionName": name}))
                    .is_err(),
                "{name:?}"
            );
        }
    }

    #[test]
    fn refusals_get_the_names_that_step_functions_gives_them() {
        let body = Bytes::from_static(
            br#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#,
        );
        let protocol = Protocol::of("dynamodb").expect("it is known");
        let error = |resource_type: &str| {
            let answer = protocol.answer(&target(resource_type, "getItem"), 400, None, &body);
            answer.map_err(|error| error.error)
        };
        assert_eq!(
            error("dynamodb"),
            Err("DynamoDB.ResourceNotFoundException".into())
        );
        assert_eq!(
            error("aws-sdk:dynamodb"),
            Err("DynamoDb.ResourceNotFoundException".into())
        );
    }

    #[test]
    fn forms_are_encoded() {
        let parameters = json!({"Message": "a b&c", "MessageAttributes": {"k": {"DataType": "String", "StringValue": "é"}}});
        assert_eq!(
            form("Publish", &parameters),
            "Action=Publish&Version=2010-03-31&Message=a%20b%26c&MessageAttributes.entry.1.Name=k&\
             MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=%C3%A9"
        );
        let answer =
            "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>";
        assert_eq!(element(answer, "MessageId"), Some("m-1"));
    }
}
