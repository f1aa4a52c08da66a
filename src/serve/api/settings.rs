//! What a machine is made of, checked as AWS checks it before it takes it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Call, Fault};
use crate::asl::MachineType;
use crate::definition::Definition;
use crate::history::Time;
use crate::references::References;
use crate::serve::store::{Revision, Settings};
use crate::source::{ParseOptions, SourceFile};
use crate::validate;

/// The settings of a new machine.
///
/// # Errors
/// What AWS says against them; the definition is looked at elsewhere.
pub(super) fn given(call: &Call) -> Result<Settings, Fault> {
    Ok(Settings {
        definition: Arc::from(call.text("definition")),
        role_arn: role(call.text("roleArn"))?,
        logging: logging(call.member("loggingConfiguration"))?,
        tracing: tracing(call.member("tracingConfiguration")),
        encryption: encryption(call.member("encryptionConfiguration"))?,
    })
}

/// The settings that a machine has after a change: what is not given stays as it is.
///
/// # Errors
/// What AWS says against them.
pub(super) fn changed(call: &Call, before: &Settings) -> Result<Settings, Fault> {
    let mut after = before.clone();
    if let Some(definition) = call.optional("definition") {
        after.definition = Arc::from(definition);
    }
    if let Some(arn) = call.optional("roleArn") {
        after.role_arn = role(arn)?;
    }
    if let Some(given) = call.member("loggingConfiguration") {
        after.logging = logging(Some(given))?;
    }
    if let Some(given) = call.member("tracingConfiguration") {
        after.tracing = tracing(Some(given));
    }
    if let Some(given) = call.member("encryptionConfiguration") {
        after.encryption = encryption(Some(given))?;
    }
    Ok(after)
}

fn role(arn: &str) -> Result<Arc<str>, Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", _, _, role] if role.starts_with("role/") => Ok(Arc::from(arn)),
        // As TestState's [aws/amazon-sagemaker-examples#2432].
        _ => Err(Fault::new("InvalidArn", format!("Invalid Role Arn: '{arn}'"))),
    }
}

/// `loggingConfiguration`, whose level is OFF and which keeps data to itself unless it says otherwise [recorded].
fn logging(given: Option<&Value>) -> Result<Value, Fault> {
    let refused = |words: &str| {
        let message = format!("Invalid Logging Configuration: {words}");
        Err(Fault::new("InvalidLoggingConfiguration", message))
    };
    let of = |name: &str| {
        given
            .and_then(|given| given.get(name))
            .filter(|value| !value.is_null())
    };
    let level = of("level").and_then(Value::as_str).unwrap_or("OFF");
    let destinations = of("destinations").and_then(Value::as_array);
    if level != "OFF" {
        // "Must specify exactly one Log Destination." is recorded; the others were measured by deploys
        // [preflight pf-sfn-logging-destination].
        let [destination] = destinations.map_or(&[][..], Vec::as_slice) else {
            return refused("Must specify exactly one Log Destination.");
        };
        let arn = destination
            .pointer("/cloudWatchLogsLogGroup/logGroupArn")
            .and_then(Value::as_str);
        match arn.map(|arn| arn.split(':').collect::<Vec<_>>()).as_deref() {
            Some(["arn", _, "logs", _, _, "log-group", _, "*"]) => {}
            Some(["arn", _, "logs", _, _, "log-group", ..]) => {
                return refused("Log Group ARN must be provided with '*' qualifier.");
            }
            Some(["arn", ..]) => return refused("Provided ARN is not CloudWatch Logs Log Group ARN."),
            _ => return refused("Must set valid CloudWatch Log Group ARN."),
        }
    }
    let mut logging = Map::new();
    logging.insert("level".to_owned(), level.into());
    let included = of("includeExecutionData")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    logging.insert("includeExecutionData".to_owned(), included.into());
    if let Some(destinations) = destinations {
        logging.insert(
            "destinations".to_owned(),
            Value::Array(destinations.iter().map(known).collect()),
        );
    }
    Ok(Value::Object(logging))
}

/// A log destination with the members that the model knows.
fn known(destination: &Value) -> Value {
    match destination.pointer("/cloudWatchLogsLogGroup/logGroupArn") {
        Some(arn) => json!({"cloudWatchLogsLogGroup": {"logGroupArn": arn}}),
        None => json!({}),
    }
}

fn tracing(given: Option<&Value>) -> Value {
    let enabled = given
        .and_then(|given| given.get("enabled"))
        .and_then(Value::as_bool);
    json!({"enabled": enabled.unwrap_or(false)})
}

/// `encryptionConfiguration`: kept and shown, never used [preflight pf-sfn-encryption-config].
pub(super) fn encryption(given: Option<&Value>) -> Result<Value, Fault> {
    let refused = |words: String| {
        let message = format!("Invalid Encryption Configuration: {words}");
        Err(Fault::new("InvalidEncryptionConfiguration", message))
    };
    let of = |name: &str| {
        given
            .and_then(|given| given.get(name))
            .filter(|value| !value.is_null())
    };
    let key = of("kmsKeyId");
    let period = of("kmsDataKeyReusePeriodSeconds");
    if of("type").and_then(Value::as_str).unwrap_or("AWS_OWNED_KEY") == "AWS_OWNED_KEY" {
        for (name, value) in [("kmsKeyId", key), ("kmsDataKeyReusePeriodSeconds", period)] {
            if value.is_some() {
                return refused(format!(
                    "Custom {name} is not allowed when selecting AWS_OWNED_KEY."
                ));
            }
        }
        return Ok(json!({"type": "AWS_OWNED_KEY"}));
    }
    let Some(key) = key else {
        return refused("Must set a valid kmsKeyId.".to_owned());
    };
    // 300 seconds unless it says otherwise [API EncryptionConfiguration].
    let period = period.cloned().unwrap_or_else(|| json!(300));
    Ok(json!({"kmsKeyId": key, "kmsDataKeyReusePeriodSeconds": period, "type": "CUSTOMER_MANAGED_KMS_KEY"}))
}

/// A definition as it is sent.
pub(super) fn definition(text: &str) -> Definition {
    let file = Arc::new(SourceFile::new("definition.json", text));
    Definition::of_file(file, &ParseOptions::of_api())
}

/// A revision with these settings: the definition is checked and compiled.
///
/// # Errors
/// InvalidDefinition
pub(super) fn revision(
    settings: Settings,
    definition: Definition,
    machine_type: MachineType,
    id: Option<String>,
    made: Time,
) -> Result<Revision, Fault> {
    if let Some(words) = validate::refusal(&definition.validate_as(machine_type)) {
        return Err(Fault::new("InvalidDefinition", words));
    }
    compiled(settings, definition, id, made)
}

/// The same, of a definition that was checked before.
///
/// # Errors
/// When its text holds no machine.
pub(super) fn compiled(
    settings: Settings,
    definition: Definition,
    id: Option<String>,
    made: Time,
) -> Result<Revision, Fault> {
    let Some((machine, program)) = definition.into_compiled() else {
        // A text without a machine in it has a finding.
        return Err(Fault::internal());
    };
    Ok(Revision {
        id,
        made,
        settings,
        variable_references: json!(References::variables_of_states(&machine)),
        machine: Arc::new(machine),
        program: program.map(Arc::new).map_err(|error| error.to_string()),
    })
}
