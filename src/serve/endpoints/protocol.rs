//! How a service is asked, and what its answers mean.

use hyper::body::Bytes;
use serde_json::{Map, Value, json};

use crate::history::{Family, TaskTarget};
use crate::services;

/// How a service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// `POST /2015-03-31/functions/NAME/invocations`
    Lambda,
    /// `X-Amz-Target: TARGET.Action`, JSON of that version.
    Json {
        target: &'static str,
        version: &'static str,
    },
    /// A form; of the answer in XML the message's id is read. SNS.
    Query,
}

/// The services that can be called, as a Resource names them: what the models of botocore say.
const KNOWN: [(&str, Protocol); 13] = [
    ("lambda", Protocol::Lambda),
    ("sns", Protocol::Query),
    ("dynamodb", json_of("DynamoDB_20120810", "1.0")),
    ("sqs", json_of("AmazonSQS", "1.0")),
    ("events", json_of("AWSEvents", "1.1")),
    ("eventbridge", json_of("AWSEvents", "1.1")),
    ("kinesis", json_of("Kinesis_20131202", "1.1")),
    ("secretsmanager", json_of("secretsmanager", "1.1")),
    ("ssm", json_of("AmazonSSM", "1.1")),
    ("kms", json_of("TrentService", "1.1")),
    ("cloudwatchlogs", json_of("Logs_20140328", "1.1")),
    ("glue", json_of("AWSGlue", "1.1")),
    ("athena", json_of("AmazonAthena", "1.1")),
];

const fn json_of(target: &'static str, version: &'static str) -> Protocol {
    Protocol::Json { target, version }
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

/// What is answered.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) status: u16,
    /// `X-Amz-Function-Error`: the function has failed.
    pub(super) function_error: bool,
    /// `x-amzn-ErrorType`: the error's name, where the protocol has it there.
    pub(super) error_type: Option<String>,
    /// `x-amzn-RequestId`
    pub(super) request_id: Option<String>,
    pub(super) body: Bytes,
}

/// So much of an answer that is no error of the service's is shown: a proxy's page, say.
const MOST_SHOWN: usize = 1_000;

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
            Protocol::Json { target, version } => {
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

    /// What an answer means for the task; `id` is that of an answer which has none.
    ///
    /// # Errors
    /// When the service refused, or the function failed.
    pub(super) fn answer(
        self,
        target: &TaskTarget,
        answered: &Answered,
        id: &str,
    ) -> Result<Value, (String, String)> {
        let status = answered.status;
        let text = String::from_utf8_lossy(&answered.body);
        let parsed: Option<Value> = serde_json::from_str(&text).ok();
        match self {
            Protocol::Lambda if status < 300 => {
                let payload = parsed.unwrap_or(Value::Null);
                if answered.function_error {
                    // The error is the function's, the cause all that it says [recorded].
                    let error = payload
                        .get("errorType")
                        .and_then(Value::as_str)
                        .unwrap_or("Error");
                    return Err((error.to_owned(), text.into_owned()));
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
            _ => Err(self.refusal(target, answered, parsed.as_ref(), &text, id)),
        }
    }

    /// A refusal. Lambda names its error in a header; what stands as `Type` in its body is who is at fault [API Invoke].
    fn refusal(
        self,
        target: &TaskTarget,
        answered: &Answered,
        parsed: Option<&Value>,
        text: &str,
        id: &str,
    ) -> (String, String) {
        let of = |name: &str| parsed.and_then(|parsed| parsed.get(name)).and_then(Value::as_str);
        let (code, message) = match self {
            Protocol::Query => (element(text, "Code"), element(text, "Message")),
            Protocol::Lambda | Protocol::Json { .. } => (
                answered.error_type.as_deref().or(of("__type")).or(of("code")),
                of("message").or(of("Message")),
            ),
        };
        // `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, `ResourceNotFoundException:http://...`
        let code = code
            .and_then(|code| code.split(':').next()?.rsplit('#').next())
            .filter(|code| !code.is_empty());
        let shown = text
            .char_indices()
            .nth(MOST_SHOWN)
            .map_or(text, |(end, _)| &text[..end]);
        let called = match target.family {
            Family::LambdaFunction => "lambda",
            Family::Task | Family::Activity => &target.resource_type,
        };
        services::raised(
            called,
            &services::Refused {
                code,
                message: message.unwrap_or(shown),
                status: answered.status,
                request_id: answered.request_id.as_deref().unwrap_or(id),
            },
        )
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

    fn refused(target: &TaskTarget, error_type: Option<&str>, body: &'static str) -> (String, String) {
        let answered = Answered {
            status: 400,
            error_type: error_type.map(str::to_owned),
            request_id: Some("theirs".to_owned()),
            body: Bytes::from_static(body.as_bytes()),
            ..Answered::default()
        };
        let protocol = target.resource_type.rsplit(':').next().and_then(Protocol::of);
        let answer = protocol.expect("it is known").answer(target, &answered, "ours");
        answer.expect_err("a refusal")
    }

    #[test]
    fn refusals_get_the_names_that_step_functions_gives_them() {
        let body =
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#;
        let error = |resource_type: &str| refused(&target(resource_type, "getItem"), None, body).0;
        assert_eq!(error("dynamodb"), "DynamoDB.ResourceNotFoundException");
        assert_eq!(error("aws-sdk:dynamodb"), "DynamoDb.ResourceNotFoundException");
    }

    #[test]
    fn lambda_names_its_errors_in_a_header() {
        let invoke = target("lambda", "invoke");
        let body = r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#;
        for (header, error) in [
            (
                Some("TooManyRequestsException"),
                "Lambda.TooManyRequestsException",
            ),
            (
                Some("TooManyRequestsException:http://internal.amazon.com/coral/"),
                "Lambda.TooManyRequestsException",
            ),
            // As `sam local start-lambda` writes it.
            (Some("ResourceNotFound"), "Lambda.ResourceNotFoundException"),
            // One that Lambda's model does not have, and none.
            (Some("AccessDeniedException"), "Lambda.AWSLambdaException"),
            (None, "Lambda.AWSLambdaException"),
        ] {
            let said = refused(&invoke, header, body);
            assert_eq!(said.0, error, "{header:?}");
            assert!(
                said.1.starts_with("Rate Exceeded. (Service: AWSLambda; "),
                "{}",
                said.1
            );
            assert!(said.1.contains("; Request ID: theirs; "), "{}", said.1);
        }
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
