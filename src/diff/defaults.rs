//! What holds when a field is absent.

use crate::asl::fields::Kind;
use crate::asl::{QueryLanguage, Retrier, StateType};
use crate::value::{Number, Value};

/// The value that the field `name` of a `kind` has when it is absent, in canonical spelling
/// [states-language.net; Task, Map, Parallel and Pass workflow state; Handling errors; Transforming data with JSONata;
/// ItemReader; ResultWriter].
pub(super) fn default(kind: Kind, language: QueryLanguage, name: &str) -> Option<Value> {
    use QueryLanguage::{JsonPath, Jsonata};
    let text = |text: &str| Some(Value::from(text));
    let integer = |n: i64| Some(Value::Number(Number::Int(n)));
    match (kind, language, name) {
        (Kind::Machine, _, "QueryLanguage") => text("JSONPath"),
        (Kind::Machine, _, "Version") => text("1.0"),
        (
            Kind::State(_) | Kind::AnyState,
            JsonPath,
            "InputPath" | "OutputPath" | "ResultPath" | "ItemsPath",
        ) => text("$"),
        (Kind::State(StateType::Task | StateType::Parallel | StateType::Map), Jsonata, "Output") => {
            text("{% $states.result %}")
        }
        (Kind::State(_), Jsonata, "Output") => text("{% $states.input %}"),
        (Kind::State(_), Jsonata, "Arguments" | "Items") => text("{% $states.input %}"),
        (Kind::State(_), Jsonata, "ItemSelector") => text("{% $states.context.Map.Item.Value %}"),
        (
            Kind::State(StateType::Map),
            _,
            "MaxConcurrency" | "ToleratedFailurePercentage" | "ToleratedFailureCount",
        ) => integer(0),
        (Kind::State(StateType::Task), _, "TimeoutSeconds" | "HeartbeatSeconds") => integer(99_999_999),
        (Kind::State(_), _, "End") => Some(Value::Bool(false)),
        (Kind::Retrier, _, "IntervalSeconds") => canonical(Retrier::DEFAULT_INTERVAL_SECONDS),
        (Kind::Retrier, _, "MaxAttempts") => integer(i64::try_from(Retrier::DEFAULT_MAX_ATTEMPTS).ok()?),
        (Kind::Retrier, _, "BackoffRate") => canonical(Retrier::DEFAULT_BACKOFF_RATE),
        (Kind::Retrier, _, "JitterStrategy") => text("NONE"),
        (Kind::Catcher, JsonPath, "ResultPath") => text("$"),
        (Kind::Catcher, Jsonata, "Output") => text("{% $states.errorOutput %}"),
        (Kind::ProcessorConfig, _, "Mode") => text("INLINE"),
        (Kind::ReaderConfig, _, "Transformation") => text("NONE"),
        (Kind::ReaderConfig, _, "CSVDelimiter") => text("COMMA"),
        (Kind::WriterConfig, _, "Transformation") => text("NONE"),
        (Kind::WriterConfig, _, "OutputType") => text("JSON"),
        _ => None,
    }
}

fn canonical(number: f64) -> Option<Value> {
    let number = Number::Float(number);
    Some(Value::Number(number.as_i64().map_or(number, Number::Int)))
}

/// Whether a field in canonical spelling says what its absence says.
pub(super) fn is_default(kind: Kind, language: QueryLanguage, name: &str, value: &Value) -> bool {
    if default(kind, language, name).as_ref() == Some(value) {
        return true;
    }
    match value {
        // No handlers, no variables, a configuration of defaults.
        Value::Array(items) => items.is_empty() && matches!(name, "Retry" | "Catch"),
        Value::Object(map) => {
            map.is_empty()
                && matches!(
                    name,
                    "Assign" | "ProcessorConfig" | "ReaderConfig" | "WriterConfig"
                )
        }
        _ => false,
    }
}
