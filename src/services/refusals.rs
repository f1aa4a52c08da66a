//! AWS's words for parameters that an integration does not take, the same when a machine is made and when it runs.

/// [aws-step-functions-data-science-sdk-python#200, made; aws-step-functions-data-science-sdk-python#15, run]
pub fn unsupported(name: &str) -> String {
    format!("The field \"{name}\" is not supported by Step Functions")
}

/// [pf-sfn-asl-integration-parameters, pf-sfn-asl-credentials]
pub fn required(name: &str) -> String {
    format!("The field '{name}' is required but was missing")
}

/// [aws-cdk#30749, made]
pub fn not_valid(name: &str) -> String {
    format!("The value for the '{name}' field is not valid")
}

/// [hyp3#2585, run]: `kind` is `STRING`; others are like it.
pub fn must_be(kind: &str, name: &str) -> String {
    let article = if kind.starts_with(['A', 'O']) { "an" } else { "a" };
    format!("The value for the field '{name}' must be {article} {kind}")
}

/// [cfn-lint#4085, made; andybalham/blog-source-code, run]
pub fn no_path(key: &str) -> String {
    format!("The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call")
}

/// [classmethod tsnote-step-functions-api-gateway; classmethod stepfunctions-http-endpoint, made]: the names in small letters.
pub fn unsupported_values(name: &str, values: &[String]) -> String {
    format!(
        "The '{name}' field contains unsupported values: [{}]",
        values.join(", ")
    )
}
