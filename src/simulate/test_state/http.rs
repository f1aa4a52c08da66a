//! The request and the response of an HTTP Task, which TRACE shows [API InspectionDataRequest, InspectionDataResponse].
//!
//! Nothing is sent here: the request is what the parameters say would be, with the headers that Step Functions adds, and
//! the response is what the mocked result stands for. What the connection adds is not known. Whether AWS shows either
//! when a result is mocked was not seen.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::value::{Map, Value};

/// `request`: `region` is the one of the execution.
pub(super) fn request(parameters: &Value, region: &str) -> Value {
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    let mut shown = Map::with_capacity(5);
    let mut show = |name: &str, value: &str| shown.insert(Arc::from(name), Value::from(value));
    let endpoint = text("ApiEndpoint").unwrap_or_default();
    show("protocol", protocol(endpoint));
    show("method", text("Method").unwrap_or_default());
    let mut url = endpoint.to_owned();
    let query = parameters.get("QueryParameters").map(query).unwrap_or_default();
    if !query.is_empty() {
        url.push(if endpoint.contains('?') { '&' } else { '?' });
        url.push_str(&query);
    }
    show("url", &url);
    let body = body(parameters);
    let mut headers: Vec<(String, String)> = parameters.get("Headers").map(lines).unwrap_or_default();
    // Those that cannot be set, in the guide's order, which does not list the default of Content-Type, although it is sent
    // [Testing state machines with TestState API; Call HTTPS APIs in Step Functions].
    for (name, value) in [
        (
            "User-Agent",
            &*format!("Amazon|StepFunctions|HttpInvoke|{region}"),
        ),
        ("Range", "bytes=0-262144"),
    ] {
        headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), value.to_owned()));
    }
    show("headers", &listed(&headers));
    if let Some(body) = body {
        show("body", &body);
    }
    Value::object(shown)
}

/// "You can specify query parameters as a string, JSON array, or a JSON object" [Call HTTPS APIs in Step Functions].
fn query(given: &Value) -> String {
    match given {
        Value::Object(members) => encoded(members, "REPEAT"),
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join("&"),
        whole => plain(whole),
    }
}

/// Headers, which may be a string or an array of them as well [Call HTTPS APIs in Step Functions].
fn lines(given: &Value) -> Vec<(String, String)> {
    let line = |line: &Value| {
        let line = plain(line);
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        (name.trim().to_owned(), value.trim().to_owned())
    };
    match given {
        Value::Object(members) => fields(members),
        Value::Array(all) => all.iter().map(line).collect(),
        one => vec![line(one)],
    }
}

/// `response`: what the result of an HTTP Task says of it.
pub(super) fn response(result: &Value, parameters: &Value) -> Value {
    let mut shown = Map::with_capacity(5);
    let endpoint = parameters.get("ApiEndpoint").and_then(Value::as_str);
    shown.insert(
        Arc::from("protocol"),
        Value::from(protocol(endpoint.unwrap_or_default())),
    );
    let mut show = |name: &str, value: Option<&Value>| {
        if let Some(value) = value {
            shown.insert(Arc::from(name), Value::from(plain(value)));
        }
    };
    show("statusCode", result.get("StatusCode"));
    show("statusMessage", result.get("StatusText"));
    let headers = result.get("Headers").and_then(Value::as_object);
    let headers = headers.map(|headers| Value::from(listed(&fields(headers))));
    show("headers", headers.as_ref());
    show("body", result.get("ResponseBody"));
    Value::object(shown)
}

fn protocol(endpoint: &str) -> &str {
    endpoint.split_once("://").map_or("https", |(scheme, _)| scheme)
}

/// A text as it stands, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), str::to_owned)
}

/// Each header with its values, which a list has several of.
fn fields(headers: &Map) -> Vec<(String, String)> {
    let values = |value: &Value| match value {
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        one => plain(one),
    };
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), values(value)))
        .collect()
}

/// `[a: b, c: d]`, the way AWS writes headers.
fn listed(headers: &[(String, String)]) -> String {
    let each: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    format!("[{}]", each.join(", "))
}

fn body(parameters: &Value) -> Option<String> {
    let body = parameters.get("RequestBody")?;
    let transform = parameters.get("Transform");
    let option = |name: &str| transform.and_then(|transform| transform.get(name));
    match (body, option("RequestBodyEncoding").and_then(Value::as_str)) {
        (Value::Object(members), Some("URL_ENCODED")) => {
            let format = option("RequestEncodingOptions")
                .and_then(|options| options.get("ArrayFormat"))
                .and_then(Value::as_str);
            Some(encoded(members, format.unwrap_or("INDICES")))
        }
        _ => Some(plain(body)),
    }
}

/// Members in the form of a URL's query. `arrays` says how elements are named: `INDICES` (a[0]=x), `BRACKETS` (a[]=x),
/// `COMMAS` (a=x,y), `REPEAT` (a=x&a=y), `NONE` (the array as its JSON text) [Call HTTPS APIs, RequestEncodingOptions].
fn encoded(members: &Map, arrays: &str) -> String {
    let mut pairs: Vec<String> = Vec::new();
    let mut pair = |name: &str, value: &str| pairs.push(format!("{}={}", percent(name), percent(value)));
    for (name, value) in flat(members) {
        let name = &*name;
        match (value, arrays) {
            (Value::Array(values), "COMMAS") => {
                let all: Vec<String> = values.iter().map(plain).collect();
                pair(name, &all.join(","));
            }
            (Value::Array(values), "INDICES" | "BRACKETS" | "REPEAT") => {
                for (index, value) in values.iter().enumerate() {
                    let name = match arrays {
                        "INDICES" => format!("{name}[{index}]"),
                        "BRACKETS" => format!("{name}[]"),
                        _ => name.to_owned(),
                    };
                    pair(&name, &plain(value));
                }
            }
            (value, _) => pair(name, &plain(value)),
        }
    }
    pairs.join("&")
}

/// The members, those of an object inside under both names: `metadata[order]` [Call HTTPS APIs in Step Functions, "HTTP Task
/// example"].
fn flat(members: &Map) -> Vec<(String, &Value)> {
    let mut open: Vec<(String, &Value)> = Vec::new();
    let mut found = Vec::new();
    open.extend(members.iter().map(|(name, value)| (name.to_string(), value)));
    open.reverse();
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Object(inner) => {
                let inner = inner.iter().map(|(key, value)| (format!("{name}[{key}]"), value));
                let inner: Vec<_> = inner.collect();
                open.extend(inner.into_iter().rev());
            }
            _ => found.push((name, value)),
        }
    }
    found
}

/// Everything but unreserved characters as `%XX` (RFC 3986).
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte as char),
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}
