//! Requests that nobody would write: whatever is sent to whichever action, the answer is one of AWS's or a clear refusal,
//! and the server goes on.

use std::io::Write;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::client::{Connection, PASS, Server, request};

/// The model of the API: which members the actions take, and of which types.
static MODEL: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/step-functions-api.json")).expect("the model")
});

/// `SERVE_FUZZ=500 cargo test --release --test cli serve::fuzz` tries more.
fn cases() -> u32 {
    let wanted = std::env::var("SERVE_FUZZ");
    wanted.ok().and_then(|wanted| wanted.parse().ok()).unwrap_or(12)
}

/// Numbers from a seed: which of several things.
struct Choice(u64);

impl Choice {
    fn of(&mut self, count: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }

    fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.of(things.len())]
    }

    fn text(&mut self) -> String {
        const PREFIX: &str = "arn:aws:states:us-east-1:123456789012";
        let arns = [
            "stateMachine:m",
            "stateMachine:m:1",
            "stateMachine:m:live",
            "stateMachine:m/label",
            "stateMachine:m#Case",
            "stateMachine:x",
            "execution:m:e",
            "execution:m/label:e",
            "express:x:e:e",
            "activity:a",
            "mapRun:m/label:e",
            "stateMachine:",
            "thing:x",
        ];
        let texts = [
            "",
            "m",
            "e",
            "a",
            "x",
            "live",
            "1",
            "0",
            "{}",
            "[1]",
            "\"text\"",
            "{",
            "null",
            "STANDARD",
            "EXPRESS",
            "ALL",
            "SUCCEEDED",
            "ERROR",
            "DEBUG",
            "METADATA_ONLY",
            "\u{0}",
            "\u{202e}e",
            "a b",
            "😀",
            "../../etc/passwd",
            "arn:aws:iam::123456789012:role/r",
            "arn",
            ":::::::",
            "AAAA",
            PASS,
            r#"{"StartAt":"A","States":{"A":{"Type":"Fail"}}}"#,
        ];
        match self.of(10) {
            0..5 => format!("{PREFIX}:{}", self.one_of(&arns)),
            5..9 => (*self.one_of(&texts)).to_owned(),
            _ => "x".repeat(*self.one_of(&[81, 257, 2_049, 32_769, 300_000])),
        }
    }

    /// A value of any kind.
    fn anything(&mut self) -> Value {
        match self.of(9) {
            0 => Value::Null,
            1 => json!(self.of(2) == 0),
            2 => json!(-1),
            3 => json!(1e300),
            4 => json!(1.5),
            5 => json!([]),
            6 => json!({"a": [{}]}),
            7 => json!(u64::MAX),
            _ => json!(self.text()),
        }
    }

    /// A value of a shape of the model; now and then of another.
    fn value(&mut self, shape: &str, depth: usize) -> Value {
        if depth > 6 || self.of(12) == 0 {
            return self.anything();
        }
        let shape = &MODEL["shapes"][shape];
        match shape["type"].as_str().unwrap_or_default() {
            "structure" => Value::Object(self.members(shape, depth + 1)),
            "list" => {
                let member = shape["member"].as_str().unwrap_or_default();
                (0..self.of(4)).map(|_| self.value(member, depth + 1)).collect()
            }
            "boolean" => json!(self.of(2) == 0),
            "integer" | "long" => json!(self.one_of(&[0, 1, 2, 100, 1000, 1001, -1])),
            "float" | "double" => json!(self.one_of(&[0.0, 50.0, 100.0, 101.0])),
            _ => match shape["enum"].as_array() {
                Some(words) if self.of(6) > 0 => self.one_of(words).clone(),
                _ => json!(self.text()),
            },
        }
    }

    fn members(&mut self, shape: &Value, depth: usize) -> Map<String, Value> {
        let mut members = Map::new();
        for (name, of) in shape["members"].as_object().into_iter().flatten() {
            if self.of(4) > 0 {
                members.insert(name.clone(), self.value(of.as_str().unwrap_or_default(), depth));
            }
        }
        if self.of(10) == 0 {
            members.insert("unknown".to_owned(), self.anything());
        }
        members
    }

    /// An action, and what it is sent.
    fn request(&mut self) -> (String, Value) {
        let operations = MODEL["operations"].as_object().expect("operations");
        let names: Vec<&String> = operations.keys().collect();
        let name = *self.one_of(&names);
        let input = operations[name]["input"].as_str().unwrap_or_default();
        let sent = Value::Object(self.members(&MODEL["shapes"][input], 0));
        (name.clone(), sent)
    }

    /// Bytes that are nearly a request.
    fn broken(&mut self) -> Vec<u8> {
        let (name, sent) = self.request();
        let mut bytes = request(&name, &sent.to_string());
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0);
        for _ in 0..=self.of(4) {
            let at = self.of(head.clamp(1, bytes.len()));
            match self.of(5) {
                0 => bytes[at] = self.of(256) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, self.of(256) as u8),
                3 => bytes.truncate(at),
                _ => {
                    let header = *self.one_of(&[
                        "Content-Length: 5\r\n",
                        "Transfer-Encoding: chunked\r\n",
                        "Expect: 100-continue\r\n",
                        "Connection: upgrade\r\nUpgrade: h2c\r\n",
                        "X-Amz-Target: AWSStepFunctions.\u{e9}\r\n",
                        "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c\r\n",
                        "Host: \r\n",
                        "Content-Length: 99999999999999999999\r\n",
                    ]);
                    let line = bytes
                        .windows(2)
                        .position(|end| end == b"\r\n")
                        .map_or(0, |at| at + 2);
                    bytes.splice(line..line, header.bytes());
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        bytes
    }
}

/// A server that has what the requests speak of.
fn begin() -> Server {
    let server = Server::start(&["--keep", "50"]);
    let arn = server.machine("m");
    let version = server.ok("PublishStateMachineVersion", &json!({"stateMachineArn": arn}));
    let route = json!([{"stateMachineVersionArn": version["stateMachineVersionArn"], "weight": 100}]);
    server.ok(
        "CreateStateMachineAlias",
        &json!({"name": "live", "routingConfiguration": route}),
    );
    server.ok("CreateActivity", &json!({"name": "a"}));
    server.ok("StartExecution", &json!({"stateMachineArn": arn, "name": "e"}));
    server
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn every_action_answers_whatever_it_is_sent(seeds in vec(any::<u64>(), 100)) {
        let server = begin();
        let mut connection = Connection::to(&server);
        for seed in seeds {
            let (name, sent) = Choice(seed).request();
            if name == "GetActivityTask" {
                // It may wait for a minute: nobody stays to hear.
                let _ = server.connect().write_all(&request(&name, &sent.to_string()));
                continue;
            }
            let (status, body) = connection.call(&name, &sent).expect("an answer");
            let code = body["__type"].as_str();
            prop_assert!(
                status == 200 || status == 400 && code.is_some_and(|code| !code.is_empty()),
                "{name} {sent}: {status} {body}"
            );
            prop_assert!(body.is_object(), "{name} {sent}: {body}");
        }
        prop_assert_eq!(connection.call("ListActivities", &json!({})).map(|(status, _)| status), Some(200));
    }

    #[test]
    fn what_is_nearly_http_keeps_nobody_from_being_served(seeds in vec(any::<u64>(), 40)) {
        let server = Server::start(&[]);
        for seed in seeds {
            let bytes = Choice(seed).broken();
            let mut stream = server.connect();
            // It is not waited for: a head or a body that never comes has its time, which is some seconds.
            let _ = stream.write_all(&bytes);
        }
        prop_assert_eq!(server.send(&request("ListActivities", "{}")).status, 200);
    }
}
