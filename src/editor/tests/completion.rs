//! Completion, in JSON, YAML and SAM.

mod members;
mod written;

use super::{marked, open, three};
use crate::editor::completion::{Completions, Item, at};

/// What is offered at the mark.
fn offered(name: &str, text: &str) -> Completions {
    let (open, offset) = marked(name, text);
    at(&open, offset)
}

fn labels(found: &Completions) -> Vec<&str> {
    found.items.iter().map(|item| &*item.label).collect()
}

/// The text after the completion `label` was taken.
fn taken(name: &str, text: &str, label: &str) -> String {
    let (open, offset) = marked(name, text);
    let found = at(&open, offset);
    let item = item(&found, label);
    assert!(
        item.span.start as usize <= offset && offset <= item.span.end as usize,
        "{item:?}"
    );
    let mut out = open.file().text().to_owned();
    out.replace_range(item.span.range(), &item.text);
    if let Some(at) = item.comma_at {
        out.insert(at, ',');
    }
    out
}

fn item<'f>(found: &'f Completions, label: &str) -> &'f Item {
    let item = found.items.iter().find(|item| item.label == label);
    item.unwrap_or_else(|| panic!("no {label} in {:?}", labels(found)))
}

/// A machine with one more state, in the three forms; its members are these lines.
fn state(json: &str, yaml: &[&str]) -> [(&'static str, String); 3] {
    let as_json = format!(
        "{{\"StartAt\": \"X\", \"States\": {{\"X\": {{{json}}}, \"Y\": {{\"Type\": \"Succeed\"}}, \"Z\": {{\"Type\": \"Fail\"}}}}}}"
    );
    let lines = |indent: &str| -> String {
        let lines = yaml.iter().map(|line| format!("{indent}    {line}\n"));
        format!(
            "{indent}StartAt: X\n{indent}States:\n{indent}  X:\n{}{indent}  Y:\n{indent}    Type: Succeed\n{indent}  Z:\n{indent}    Type: Fail\n",
            lines.collect::<String>()
        )
    };
    let sam = format!(
        "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n{}",
        lines("        ")
    );
    [
        ("a.asl.json", as_json),
        ("a.asl.yaml", lines("")),
        ("template.yaml", sam),
    ]
}

#[test]
fn fields_by_type_and_language_without_those_there() {
    let texts = state(
        r#""Type": "Wait", "<|>": 0, "Next": "Y""#,
        &["Type: Wait", "<|>", "Next: Y"],
    );
    for (name, text) in texts {
        // One of the four times must be there; End would exclude Next.
        assert_eq!(
            labels(&offered(name, &text)),
            [
                "Seconds",
                "SecondsPath",
                "Timestamp",
                "TimestampPath",
                "Comment",
                "QueryLanguage",
                "InputPath",
                "OutputPath",
                "Assign"
            ],
            "{name}"
        );
    }
    let texts = state(
        r#""Type": "Wait", "QueryLanguage": "JSONata", "Seconds": 1, "<|>": 0"#,
        &["Type: Wait", "QueryLanguage: JSONata", "Seconds: 1", "<|>"],
    );
    for (name, text) in texts {
        assert_eq!(
            labels(&offered(name, &text)),
            ["Next", "End", "Comment", "Output", "Assign"],
            "{name}"
        );
    }
}

#[test]
fn what_would_be_rejected_is_not_offered() {
    // A rule that combines others compares nothing itself.
    let rule = r#"{"StartAt": "X", "States": {"X": {"Type": "Choice", "Choices": [{"And": [], "<|>": 1}]}}}"#;
    assert_eq!(
        labels(&offered("a.asl.json", rule)),
        ["Next", "Comment", "Assign"]
    );
    // The states of a JSONata machine are JSONata's.
    let language = r#"{"QueryLanguage": "JSONata", "StartAt": "X", "States": {"X": {"Type": "Pass", "QueryLanguage": "<|>"}}}"#;
    assert_eq!(labels(&offered("a.asl.json", language)), ["JSONata"]);
    // Where a result is put is no variable.
    let path = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "Assign": {"v": 1}, "Next": "Y"}, "Y": {"Type": "Pass", "ResultPath": "<|>", "End": true}}}"#;
    assert_eq!(labels(&offered("a.asl.json", path)), ["$"]);
    // Express machines wait for nothing.
    let express = "Resources:\n  O:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Type: EXPRESS\n      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Task\n            Resource: <|>x\n            End: true\n";
    let found = offered("template.yaml", express);
    let labels = labels(&found);
    assert!(labels.contains(&"arn:aws:states:::sqs:sendMessage"));
    assert!(
        !labels
            .iter()
            .any(|label| label.contains(".sync") || label.contains(".waitForTaskToken"))
    );
}

#[test]
fn states_of_the_scope_the_own_last() {
    let texts = state(r#""Type": "Pass", "Next": "<|>Q""#, &["Type: Pass", "Next: <|>Q"]);
    for (name, text) in texts {
        assert_eq!(labels(&offered(name, &text)), ["Y", "Z", "X"], "{name}");
        let replaced = taken(name, &text, "Z");
        assert!(!replaced.contains('Q'), "{name}: the whole value is replaced");
    }
    let yaml =
        "StartAt: X\nStates:\n  X:\n    Type: Pass\n    Next: <|>\n  \"Ship: it\":\n    Type: Succeed\n";
    assert_eq!(
        taken("a.asl.yaml", yaml, "Ship: it"),
        yaml.replace("Next: <|>", "Next: \"Ship: it\"")
    );
    for (name, text) in three() {
        let text = text.replacen("Done", "<|>Done", 1);
        assert_eq!(
            labels(&offered(name, &text)),
            ["Charge", "Ship", "Done", "Choose"],
            "{name}"
        );
    }
}

#[test]
fn states_that_are_named_and_missing() {
    let text = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "Next": "Gone"}, "<|>": {}}}"#;
    assert_eq!(labels(&offered("a.asl.json", text)), ["Gone"]);
    let yaml = "StartAt: X\nStates:\n  X:\n    Type: Pass\n    Next: Gone\n  <|>\n";
    assert_eq!(
        taken("a.asl.yaml", yaml, "Gone"),
        "StartAt: X\nStates:\n  X:\n    Type: Pass\n    Next: Gone\n  Gone:\n  Type: \n",
        "lines after the first are indented by the client, as the first one is"
    );
}

#[test]
fn resources_of_integrations_and_services() {
    let texts = state(
        r#""Type": "Task", "Resource": "arn:aws:states:::sqs<|>", "End": true"#,
        &["Type: Task", "Resource: arn:aws:states:::sqs<|>", "End: true"],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        assert!(found.is_incomplete);
        let labels = labels(&found);
        for expected in [
            "arn:aws:states:::sqs:sendMessage",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "arn:aws:states:::states:startExecution.sync:2",
            "arn:aws:states:::aws-sdk:dynamodb:",
        ] {
            assert!(labels.contains(&expected), "{name} {expected}");
        }
        assert!(!labels.contains(&"arn:aws:states:::sqs:sendMessage.sync"));
    }
    let texts = state(
        r#""Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:<|>", "End": true"#,
        &[
            "Type: Task",
            "Resource: arn:aws:states:::aws-sdk:sfn:<|>x",
            "End: true",
        ],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        let labels = labels(&found);
        assert!(
            labels.contains(&"arn:aws:states:::aws-sdk:sfn:startExecution"),
            "{name}"
        );
        assert!(
            labels.contains(&"arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken"),
            "{name}"
        );
        assert!(
            labels
                .iter()
                .all(|label| label.starts_with("arn:aws:states:::aws-sdk:sfn:")),
            "{name}"
        );
    }
}

#[test]
fn members_of_parameters_from_the_model() {
    let texts = state(
        r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"MessageBody": "x", "<|>": 1}, "End": true"#,
        &[
            "Type: Task",
            "Resource: arn:aws:states:::sqs:sendMessage",
            "Parameters:",
            "  MessageBody: x",
            "  <|>",
            "End: true",
        ],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        // QueueUrl and MessageBody are required of SendMessage; the second is there.
        assert_eq!(found.items[0].label, "QueueUrl", "{name}");
        assert_eq!(found.items[0].detail.as_deref(), Some("required, string"));
        assert!(labels(&found).contains(&"DelaySeconds"), "{name}");
        assert!(!labels(&found).contains(&"MessageBody"), "{name}");
    }
    let texts = state(
        r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {<|>}, "End": true"#,
        &[
            "Type: Task",
            "Resource: arn:aws:states:::sqs:sendMessage",
            "Parameters:",
            "  <|>",
            "End: true",
        ],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        let all = item(&found, "required: QueueUrl, MessageBody");
        let expected = match name {
            "a.asl.json" => "\"QueueUrl\": \"$1\",\n\"MessageBody\": \"$2\"",
            _ => "QueueUrl: $1\nMessageBody: $2",
        };
        assert_eq!(all.snippet.as_deref(), Some(expected), "{name}");
    }
    // Inside of a member, its own members; of what is the user's, nothing.
    let nested = r#"{"StartAt": "X", "States": {"X": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Parameters": {"Cluster": "c", "NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "<|>"}}}, "End": true}}}"#;
    assert_eq!(labels(&offered("a.asl.json", nested)), ["ENABLED", "DISABLED"]);
    let payload = r#"{"StartAt": "X", "States": {"X": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {"<|>": 1}}, "End": true}}}"#;
    assert!(offered("a.asl.json", payload).items.is_empty());
}

#[test]
fn errors_of_the_service_and_of_step_functions() {
    let texts = state(
        r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Retry": [{"ErrorEquals": ["States.Timeout", "<|>"]}], "End": true"#,
        &[
            "Type: Task",
            "Resource: arn:aws:states:::lambda:invoke",
            "Parameters: {FunctionName: f}",
            "Retry:",
            "  - ErrorEquals:",
            "      - States.Timeout",
            "      - <|>x",
            "End: true",
        ],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        assert_eq!(found.items[0].label, "Lambda.ServiceException", "{name}");
        assert!(labels(&found).contains(&"States.TaskFailed"), "{name}");
        assert!(!labels(&found).contains(&"States.Timeout"), "{name}");
        // It stands alone, and there is another one.
        assert!(!labels(&found).contains(&"States.ALL"), "{name}");
        // Nothing catches it.
        assert!(!labels(&found).contains(&"States.Runtime"), "{name}");
    }
}

#[test]
fn paths_of_jsonpath() {
    let texts = state(
        r#""Type": "Pass", "Parameters": {"a.$": "<|>"}, "End": true"#,
        &["Type: Pass", "Parameters:", "  a.$: \"<|>\"", "End: true"],
    );
    for (name, text) in texts {
        let found = offered(name, &text);
        assert_eq!(labels(&found)[..3], ["$", "$$", "States.Array"], "{name}");
        assert_eq!(
            item(&found, "States.Format").snippet.as_deref(),
            Some("States.Format($1)")
        );
    }
    let texts = state(
        r#""Type": "Pass", "Parameters": {"a.$": "States.Format('{}', $$.Execution.<|>"}, "End": true"#,
        &[
            "Type: Pass",
            "Parameters:",
            "  a.$: States.Format('{}', $$.Execution.<|>",
            "End: true",
        ],
    );
    for (name, text) in texts {
        assert_eq!(
            labels(&offered(name, &text)),
            [
                "Id",
                "Input",
                "Name",
                "RoleArn",
                "StartTime",
                "RedriveCount",
                "RedriveTime"
            ],
            "{name}"
        );
    }
    // In a text of a call nothing is offered, and a path has no functions.
    let text = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "Parameters": {"a.$": "States.Format('<|>"}, "End": true}}}"#;
    assert!(offered("a.asl.json", text).items.is_empty());
    let text = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "InputPath": "<|>", "End": true}}}"#;
    assert_eq!(labels(&offered("a.asl.json", text)), ["$", "$$"]);
}

#[test]
fn members_that_the_data_flow_knows_and_variables() {
    // Charge's result is Lambda's, and it replaces the input; Ship can read the variable that Charge assigns.
    for (name, text) in three() {
        let text = text.replacen("$receipt.number", "$.<|>", 1);
        assert_eq!(
            labels(&offered(name, &text)),
            [
                "DurableExecutionArn",
                "ExecutedVersion",
                "FunctionError",
                "LogResult",
                "Payload",
                "SdkHttpMetadata",
                "SdkResponseMetadata",
                "StatusCode"
            ],
            "{name}"
        );
        let text = text.replacen("$.<|>", "$<|>", 1);
        assert!(labels(&offered(name, &text)).contains(&"$receipt"), "{name}");
    }
    // Choose stands before the assignment.
    let (name, text) = (three()[0].0, three()[0].1.replacen("$.total", "$<|>", 1));
    assert!(!labels(&offered(name, &text)).contains(&"$receipt"));
    let kept = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "ResultPath": "$.charge", "Next": "B"},
        "B": {"Type": "Pass", "InputPath": "$.<|>", "End": true}}}"#;
    assert_eq!(labels(&offered("a.asl.json", kept)), ["charge"]);
}

#[test]
fn expressions_of_jsonata() {
    let texts = state(
        r#""QueryLanguage": "JSONata", "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}, "Output": "{% $states.<|> %}", "End": true"#,
        &[
            "QueryLanguage: JSONata",
            "Type: Task",
            "Resource: arn:aws:states:::lambda:invoke",
            "Arguments: {FunctionName: f}",
            "Output: \"{% $states.<|> %}\"",
            "End: true",
        ],
    );
    for (name, text) in texts {
        assert_eq!(
            labels(&offered(name, &text)),
            ["input", "context", "result"],
            "{name}"
        );
        let result = text.replacen("$states.", "$sum($states.result.", 1);
        assert!(labels(&offered(name, &result)).contains(&"Payload"), "{name}");
        let functions = offered(name, &text.replacen("$states.", "$su", 1));
        assert_eq!(labels(&functions)[0], "$states", "{name}");
        assert_eq!(
            item(&functions, "$substring").detail.as_deref(),
            Some("$substring(text, start, length)")
        );
        // Step Functions does not have it.
        assert!(!labels(&functions).contains(&"$eval"));
        for silent in ["'a $", "/* $", "$x.y $", "$states.input.", "5 $"] {
            let text = text.replacen("$states.", silent, 1);
            assert!(offered(name, &text).items.is_empty(), "{name} {silent}");
        }
        let bound = offered(name, &text.replacen("$states.", "($price := 1; $", 1));
        assert!(labels(&bound).contains(&"$price"), "{name}");
    }
    // An input has neither result nor error.
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "X", "States": {"X": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "{% $states.<|> %}"}, "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% 1 %}", "Next": "X"}], "End": true}}}"#;
    assert_eq!(labels(&offered("a.asl.json", text)), ["input", "context"]);
    let text = text
        .replace("$states.<|>", "'f'")
        .replace("{% 1 %}", "{% $states.<|> %}");
    assert_eq!(
        labels(&offered("a.asl.json", &text)),
        ["input", "context", "errorOutput"]
    );
}

#[test]
fn nothing_in_a_text_of_a_template_and_in_terraform() {
    let text = "Resources:\n  O:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"<|>\"}}}'\n";
    assert!(offered("template.yaml", text).items.is_empty());
}

#[test]
fn no_place_of_any_fixture_makes_completion_panic() {
    for (name, text) in three() {
        let open = open(name, &text);
        for offset in 0..=text.len() + 1 {
            for item in at(&open, offset).items {
                assert!(item.span.start as usize <= offset && offset <= item.span.end as usize);
            }
        }
    }
}

#[test]
fn what_an_item_reader_sends() {
    for text in [
        "StartAt: A\nStates:\n  A:\n    Type: Map\n    ItemReader:\n      Resource: arn:aws:states:::s3:getObject\n      Parameters:\n        <|>\n    End: true\n",
        "StartAt: A\nQueryLanguage: JSONata\nStates:\n  A:\n    Type: Map\n    ItemReader:\n      Resource: arn:aws:states:::s3:getObject\n      Arguments:\n        Bucket: b\n        <|>\n    End: true\n",
    ] {
        let found = offered("a.asl.yaml", text);
        assert!(labels(&found).contains(&"Key"), "{text}: {:?}", labels(&found));
    }
}

#[test]
fn placeholders_that_somebody_gives() {
    let template = |uri: &str| {
        format!(
            "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionSubstitutions: {{ChargeArn: x, ChargeTable: y, Url: z}}\n{uri}"
        )
    };
    let inline = template(
        "      Definition:\n        StartAt: X\n        States:\n          X:\n            Type: Task\n            Resource: \"${Ch<|>}\"\n            End: true\n",
    );
    let found = offered("template.yaml", &inline);
    assert_eq!(labels(&found), ["ChargeArn", "ChargeTable", "Url"]);
    let text = taken("template.yaml", &inline, "ChargeArn");
    assert!(text.contains("Resource: \"${ChargeArn}\"\n"), "{text}");
    // The brace comes with the name where it is not there.
    let text = taken("template.yaml", &inline.replace("<|>}", "<|>"), "Url");
    assert!(text.contains("Resource: \"${Url}\"\n"), "{text}");
    // Of a definition for which nobody gives any, nothing is offered.
    let text = r#"{"StartAt": "X", "States": {"X": {"Type": "Task", "Resource": "${<|>}", "End": true}}}"#;
    assert!(
        labels(&offered("a.asl.json", text))
            .iter()
            .all(|label| label.starts_with("arn"))
    );
}

#[test]
fn the_first_key_of_an_item_before_others() {
    let text = "StartAt: X\nStates:\n  X:\n    Type: Choice\n    Choices:\n      - Nu<|>\n        Variable: $.total\n        Next: Y\n  Y:\n    Type: Succeed\n";
    let found = offered("a.asl.yaml", text);
    let labels = labels(&found);
    assert!(labels.contains(&"NumericEquals"), "{labels:?}");
    assert!(
        !labels.contains(&"Variable") && !labels.contains(&"Next"),
        "{labels:?}"
    );
}

#[test]
fn intrinsic_functions_inside_of_calls() {
    for typed in [
        "States.Array(States.<|>",
        "States.Format('{} {}', $.a, States.J<|>",
        "States.MathAdd(States.ArrayLength($.list), <|>",
    ] {
        let text = format!(
            r#"{{"StartAt": "B", "States": {{"B": {{"Type": "Pass", "Parameters": {{"x.$": "{typed}"}}, "End": true}}}}}}"#
        );
        let found = offered("a.asl.json", &text);
        assert!(
            labels(&found).contains(&"States.JsonToString"),
            "{typed}: {:?}",
            labels(&found)
        );
    }
}

/// Words are offered beside the delimiters of an expression, until one is begun.
#[test]
fn words_of_arguments_in_jsonata() {
    let text = |value: &str| {
        format!(
            "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Arguments:\n      FunctionName: f\n      InvocationType: {value}\n    End: true\n"
        )
    };
    for value in ["<|>", "\"<|>\""] {
        assert_eq!(
            labels(&offered("a.asl.yaml", &text(value))),
            ["Event", "RequestResponse", "DryRun", "{% %}"],
            "{value}"
        );
    }
    let begun = offered("a.asl.yaml", &text("\"{% <|> %}\""));
    assert!(!labels(&begun).contains(&"Event"));
}

/// `\'` is a quote in a text, written `\\'` in JSON.
#[test]
fn arguments_behind_a_text_with_a_quote() {
    let json = |typed: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {{"gamma": 1}}, "Next": "B"}}, "B": {{"Type": "Pass", "End": true, "Parameters": {{"x.$": {typed}"#
        )
    };
    for typed in [
        r#""States.Format('it\\'s {}', $.<|>"}}}}"#,
        r#""States.Format('it\\'s {}', $.<|>)"}}}}"#,
        // Not closed.
        "\"States.Format('it\\\\'s {}', $.<|>\n}}}}",
    ] {
        assert_eq!(labels(&offered("a.asl.json", &json(typed))), ["gamma"], "{typed}");
    }
    // Inside of the text nothing is a path.
    let inside = json(r#""States.Format('it\\'s $.<|>"}}}}"#);
    assert_eq!(labels(&offered("a.asl.json", &inside)), Vec::<&str>::new());
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Result: {gamma: 1}\n    Next: B\n  B:\n    Type: Pass\n    Parameters:\n      x.$: States.Format('it\\'s {}', $.<|>\n    End: true\n";
    assert_eq!(labels(&offered("a.asl.yaml", yaml)), ["gamma"]);
}

#[test]
fn the_first_key_of_a_definition_of_the_serverless_framework() {
    let text = "service: s\nprovider: {name: aws}\nstepFunctions:\n  stateMachines:\n    m:\n      definition:\n        Sta<|>\n";
    let found = offered("serverless.yml", text);
    let labels = labels(&found);
    assert!(
        labels.contains(&"StartAt") && labels.contains(&"States"),
        "{labels:?}"
    );
}

#[test]
fn paths_are_offered_beside_values() {
    let text = |inside: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {{"FunctionName": "f", {inside}}}, "End": true}}}}}}"#
        )
    };
    for typed in ["\"<|>\"", "\"Payload.<|>\""] {
        assert_eq!(
            taken("a.asl.json", &text(typed), "Payload.$"),
            text("\"Payload.$\": \"$\""),
            "{typed}"
        );
    }
    let key = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TableName": "t", "Key": {"id": {"<|>"}}}, "End": true}}}"#;
    assert!(labels(&offered("a.asl.json", key)).contains(&"S.$"));
    // JSONata has expressions instead.
    let jsonata = text("\"<|>\"").replace("Parameters", "Arguments").replacen(
        '{',
        "{\"QueryLanguage\": \"JSONata\", ",
        1,
    );
    assert!(
        !labels(&offered("a.asl.json", &jsonata))
            .iter()
            .any(|label| label.ends_with(".$"))
    );
}

#[test]
fn what_an_http_task_sends() {
    let text = |inside: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": {{{inside}}}, "End": true}}}}}}"#
        )
    };
    let offered_in = |inside: &str| {
        let found = offered("a.asl.json", &text(inside));
        let labels = found.items.into_iter().map(|item| item.label);
        labels
            .filter(|label| !label.ends_with(".$"))
            .collect::<Vec<String>>()
    };
    assert_eq!(
        offered_in("<|>"),
        [
            "required: ApiEndpoint, Method",
            "ApiEndpoint",
            "Method",
            "Authentication",
            "Headers",
            "InvocationConfig",
            "QueryParameters",
            "RequestBody",
            "Transform"
        ]
    );
    assert_eq!(offered_in(r#""Authentication": {<|>}"#), ["ConnectionArn"]);
    assert_eq!(
        offered_in(r#""Transform": {"RequestBodyEncoding": "<|>"}"#),
        ["NONE", "URL_ENCODED"]
    );
    assert_eq!(offered_in(r#""Method": "<|>""#)[..2], ["GET", "POST"]);
    assert_eq!(
        taken("a.asl.json", &text("<|>"), "Authentication"),
        text("\"Authentication\": {\n  \"ConnectionArn\": \"\"\n}")
    );
    let input = text("<|>").replace("http:invoke", "states:startExecution");
    assert!(taken("a.asl.json", &input, "Input").contains("\"Input\": {}"));
}

#[test]
fn what_a_function_takes() {
    use crate::editor::completion::signature;
    let found = |language: &str, field: &str, value: &str| {
        let text = format!(
            r#"{{"QueryLanguage": "{language}", "StartAt": "A", "States": {{"A": {{"Type": "Pass", {field}: "{value}"}}, "End": true}}}}"#
        );
        let (open, offset) = marked("a.asl.json", &text);
        signature(&open, offset).map(|found| (found.label, found.active))
    };
    let jsonata = |value: &str| found("JSONata", "\"Output\"", value);
    let label = jsonata("{% $substring(<|>) %}")
        .map(|(label, _)| label)
        .unwrap_or_default();
    assert!(label.starts_with("$substring("), "{label}");
    for (value, active) in [
        ("{% $substring(<|>) %}", Some(0)),
        ("{% $substring('a,(b', <|>", Some(1)),
        ("{% $substring($f(1, 2), [1, <|>]) %}", Some(1)),
        ("{% $substring($a, 1)<|> %}", None),
        ("{% ($a; <|>) %}", None),
        ("a <|>", None),
    ] {
        assert_eq!(jsonata(value).map(|(_, active)| active), active, "{value}");
    }
    assert_eq!(
        found(
            "JSONPath",
            "\"Comment\": \"\", \"OutputPath\"",
            "States.Format('{}, {}', $.a, $.b, <|>"
        ),
        None
    );
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}, {}', $.a, $.b, <|>)"}, "End": true}}}"#;
    let (open, offset) = marked("a.asl.json", text);
    let found = signature(&open, offset).expect("a signature");
    assert_eq!(
        (&*found.label, found.active),
        ("States.Format(template, value, ...)", 2)
    );
    let shown: Vec<&str> = found
        .arguments
        .iter()
        .map(|(start, end)| &found.label[*start as usize..*end as usize])
        .collect();
    assert_eq!(shown, ["template", "value", "..."]);
}
