//! AWS's words, once each, with the place where AWS was seen to say them.

use crate::asl::QueryLanguage;

/// At the object that has the field [floci#2735; functionless#308].
pub(super) fn unsupported(field: &str) -> String {
    format!("Field '{field}' is not supported")
}

/// At the state [floci#2968].
pub(super) fn other_language(language: QueryLanguage, field: &str) -> String {
    let other = language.other();
    format!(
        "The QueryLanguage is set to '{language}', but field '{field}' is only supported for the '{other}' QueryLanguage"
    )
}

/// At the state [floci#2968].
pub(super) const JSONPATH_IN_JSONATA: &str =
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";

/// At the object [pf-sfn-asl-retry-catch; cdk-github-runners#434].
pub(super) fn required(fields: &[&str]) -> String {
    format!("These fields are required: [{}]", fields.join(", "))
}

/// At the object, when several are there [pf-sfn-asl-next-end, pf-sfn-asl-wait-timing].
pub(super) fn only_one(fields: &[&str]) -> String {
    format!(
        "There should only be one of the following fields: [{}]",
        fields.join(", ")
    )
}

/// At the object, when none is there [pf-sfn-asl-next-end].
pub(super) fn exactly_one(fields: &[&str]) -> String {
    format!(
        "This object should have only one of the following fields: [{}]",
        fields.join(", ")
    )
}

/// At the Choice rule, when none or several are there [pf-sfn-asl-choice-rules].
pub(super) fn rule_one(fields: &[&str]) -> String {
    format!(
        "The object must have only one of the following fields, [{}]",
        fields.join(", ")
    )
}

/// At the field [pf-sfn-asl-branch-shape; LocalStack's recordings of AWS].
pub(super) const EMPTY: &str = "Value cannot be empty";

/// At the field [pf-sfn-asl-retry-catch; floci#2968].
pub(super) fn one_of(values: &[&str]) -> String {
    format!("Value should be one of the following: [{}]", values.join(", "))
}

/// At the field [pf-sfn-asl-numeric-ranges]. Doubles are written with a fraction [floci#3733].
pub(super) fn minimum(value: impl std::fmt::Display) -> String {
    format!("Minimum value is {value}")
}

/// At the field [pf-sfn-asl-numeric-ranges].
pub(super) fn maximum(value: impl std::fmt::Display) -> String {
    format!("Maximum value is {value}")
}

/// At the field [pf-sfn-asl-numeric-ranges].
pub(super) const EXPECTED_INTEGER: &str = "Expected value of type Integer";

/// At the field. AWS was seen to say `[STRING]` [floci#2968]; the names of the other types are ours.
pub(super) fn expected(type_name: &str) -> String {
    format!("Expected value of type [{type_name}]")
}

/// At the field [LocalStack's recordings of AWS].
pub(super) const TIMESTAMP: &str = "String does not match RFC3339 timestamp";

/// At the string [pf-sfn-asl-query-language].
pub(super) const DELIMITERS: &str = "JSONata string must start with {% and end with %}";

/// At the field, always with the word `Next` [localstack#11978, cfn-lint#4074].
pub(super) fn missing_target(name: &str) -> String {
    format!("Missing 'Next' target: {name}")
}

/// At the state [localstack#11978, cfn-lint#4073].
pub(super) fn unreachable(name: &str) -> String {
    format!("State \"{name}\"{NOT_REACHABLE}")
}

/// How it ends.
pub(super) const NOT_REACHABLE: &str = " is not reachable.";

/// Without a place [floci#2735].
pub(super) const NO_TERMINAL: &str = "Workflow has no terminal state";

/// At the second state [pf-sfn-asl-duplicate-state-name].
pub(super) fn duplicate_state(name: &str) -> String {
    format!("Duplicate State name: {name}")
}

/// The beginning and the end are AWS's [pf-sfn-asl-name-limits]; what stands between was not seen.
pub(super) fn long_state(name: &str) -> String {
    format!("Invalid State name: {name} exceeds the 80-character limit allowed by the service")
}

/// At the error name [pf-sfn-asl-retry-catch].
pub(super) const ALL_ALONE_LAST: &str = "States.ALL must appear alone and at end of list";

/// At the field [pf-sfn-asl-resource-arn].
pub(super) const NOT_AN_ARN: &str = "Value is not a valid resource ARN";

/// At `Resource` [LocalStack's recordings of AWS; pf-sfn-asl-resource-arn].
pub(super) fn unknown_resource(arn: &str) -> String {
    format!(
        "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not \
         available in this region."
    )
}

/// At `Resource` [pf-sfn-asl-integration-parameters].
pub(super) fn payload_required(field: &str, arn: &str) -> String {
    format!("{field} field is required for resource ARN: {arn}")
}

/// At `Resource` [LocalStack's recordings of AWS].
pub(super) fn express_pattern(pattern: &str) -> String {
    // AWS's own text has a space too many after the callback's.
    let space = if pattern == ".waitForTaskToken" { " " } else { "" };
    format!("Express state machine does not support '{pattern}' service integration{space}")
}

/// At `Resource` [LocalStack's recordings of AWS].
pub(super) const EXPRESS_ACTIVITY: &str = "Express state machine does not support Activity ARN";

/// At `Credentials` [pf-sfn-asl-credentials].
pub(super) const ACTIVITY_CREDENTIALS: &str = "The field 'Credentials' is not supported for activities";

/// At the field, with the full stop [cfn-lint#4078; pf-sfn-asl-jsonpath-syntax].
pub(super) const JSONPATH: &str = "Value must be a valid JSONPath.";

/// At the field, with a reason [pf-sfn-asl-jsonpath-syntax; ts2asl#912] or without one [floci#3733].
pub(super) fn reference_path(reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("Value is not a Reference Path: {reason}"),
        None => "Value is not a Reference Path".to_owned(),
    }
}

/// At the template. `an ARRAY` was quoted [stackoverflow 75512067, of 2023]; the other types are in its pattern.
pub(super) fn template_text(key: &str, type_name: &str) -> String {
    format!("The value for the field '{key}' must be a STRING that contains a JSONPath but was {type_name}")
}

/// A warning, at the object that has the key [API ValidateStateMachineDefinition, example]. AWS was seen to say
/// `JSONPath`; that intrinsic functions are meant as well stands in its list of codes.
pub(super) fn no_dollar(key: &str, what: &str) -> String {
    let article = if what.starts_with('I') { "an" } else { "a" };
    format!(
        "The value of '{key}' looks like {article} {what}. Instead of '{key}', use '{key}.$' to evaluate it as \
         {article} {what} at runtime."
    )
}

/// A warning, at the field [API ValidateStateMachineDefinition, example]; see [`no_dollar`].
pub(super) fn no_path(field: &str, what: &str) -> String {
    let article = if what.starts_with('I') { "an" } else { "a" };
    format!(
        "The value of '{field}' looks like {article} {what}. Instead of '{field}', use '{field}Path' to evaluate it \
         as {article} {what} at runtime."
    )
}

/// A warning, at the object that has the key [API ValidateStateMachineDefinition, example].
pub(super) fn static_result(key: &str) -> String {
    format!(
        "The value of '{key}' will not evaluate as a JSONPath or Intrinsic Function at runtime. Instead of 'Result', \
         use 'Parameters' to evaluate it as a JSONPath or Intrinsic Function at runtime."
    )
}

/// At the string [floci#2670].
pub(super) fn top_level_name(name: &str) -> String {
    format!("Reference to '{name}' at the top level is not supported.")
}

/// At the string [floci#2745].
pub(super) const ROOT_VARIABLE: &str = "Reference to '$$' is not supported.";

/// At the string [floci#2745].
pub(super) fn states_member(member: &str) -> String {
    format!("Field '$states.{member}' does not exist.")
}

/// At the object of variables [pf-sfn-asl-jsonpath-syntax].
pub(super) const RESERVED_VARIABLE: &str = "Cannot assign to reserved variable '$states'.";

/// At the object of variables [pf-sfn-asl-jsonpath-syntax].
pub(super) fn variable_characters(name: &str) -> String {
    format!("Invalid variable name '{name}': the variable name contains invalid characters.")
}

/// At `ProcessorConfig` [pf-sfn-express-unsupported].
pub(super) const EXPRESS_DISTRIBUTED: &str =
    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";

/// At `Resource` of a reader or writer [pf-sfn-asl-map-distributed].
pub(super) const RESOURCE_VALUES: &str = "The field 'Resource' does not match any of the allowed values";

/// The end is AWS's [pf-sfn-asl-name-limits]; what stands before was not seen.
pub(super) fn long_label(label: &str) -> String {
    format!("Invalid Label name: {label} exceeds the 40-character limit allowed by the service")
}

/// At the second label [pf-sfn-asl-name-limits].
pub(super) fn duplicate_label(label: &str) -> String {
    format!("Duplicate Label name: {label}")
}
