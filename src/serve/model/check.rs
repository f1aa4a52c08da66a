//! A request against the model. What does not fit is said as the framework of AWS's older services says it: everything at
//! once, `2 validation errors detected: Value '...' at 'name' failed to satisfy constraint: ...; Value ...` [recorded];
//! a value of another type ends the reading.

use serde_json::{Map, Value};

use super::{Kind, Model, Numeric, Operation, Shape, ShapeId};
use crate::diagnostics::counted;

/// Why a request is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) enum Unfit {
    /// SerializationException: something is of another type. The words are those that DynamoDB has for it; those of Step
    /// Functions are not known.
    Type(String),
    /// ValidationException
    Constraints(String),
}

impl Model {
    /// Checks what is sent to `operation`. Members that the model does not know are passed over, as AWS does.
    ///
    /// # Errors
    /// Everything that does not fit.
    pub(in crate::serve) fn check(
        &self,
        operation: Operation,
        sent: &Map<String, Value>,
    ) -> Result<(), Unfit> {
        let mut found = Found {
            model: self,
            place: String::new(),
            broken: Vec::new(),
        };
        found.structure(operation.input, sent)?;
        match found.broken.len() {
            0 => Ok(()),
            count => Err(Unfit::Constraints(format!(
                "{} detected: {}",
                counted(count, "validation error"),
                found.broken.join("; ")
            ))),
        }
    }
}

struct Found<'m> {
    model: &'m Model,
    /// Where it looks: `routingConfiguration.1.member.weight`.
    place: String,
    broken: Vec<String>,
}

impl Found<'_> {
    fn at(&mut self, step: &str, look: impl FnOnce(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        let length = self.place.len();
        if length > 0 {
            self.place.push('.');
        }
        self.place.push_str(step);
        let result = look(self);
        self.place.truncate(length);
        result
    }

    fn broke(&mut self, shown: Option<&dyn Fn() -> String>, constraint: &str) {
        let value = shown.map_or_else(String::new, |shown| format!("'{}' ", shown()));
        self.broken.push(format!(
            "Value {value}at '{}' failed to satisfy constraint: Member must {constraint}",
            self.place
        ));
    }

    fn structure(&mut self, id: ShapeId, sent: &Map<String, Value>) -> Result<(), Unfit> {
        let model = self.model;
        let Kind::Structure { members, required } = &model.shape(id).kind else {
            return Ok(());
        };
        for (name, shape) in members {
            match sent.get(name) {
                None | Some(Value::Null) => {
                    if required.contains(name) {
                        self.at(name, |found| {
                            found.broken.push(format!(
                                "Value null at '{}' failed to satisfy constraint: Member must not be null",
                                found.place
                            ));
                            Ok(())
                        })?;
                    }
                }
                Some(value) => self.at(name, |found| found.value(*shape, value))?,
            }
        }
        Ok(())
    }

    fn value(&mut self, id: ShapeId, value: &Value) -> Result<(), Unfit> {
        let model = self.model;
        let shape = model.shape(id);
        match (&shape.kind, value) {
            (Kind::Structure { .. }, Value::Object(members)) => self.structure(id, members),
            (Kind::List { member, min, max }, Value::Array(items)) => {
                let shown = || java_list(items);
                let shown: Option<&dyn Fn() -> String> = (!shape.sensitive).then_some(&shown);
                self.length(items.len() as u64, *min, *max, shown);
                for (index, item) in items.iter().enumerate() {
                    if !item.is_null() {
                        self.at(&format!("{}.member", index + 1), |found| {
                            found.value(*member, item)
                        })?;
                    }
                }
                Ok(())
            }
            (Kind::Map { value: each }, Value::Object(members)) => {
                for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                    self.at(&format!("{name}.member"), |found| found.value(*each, value))?;
                }
                Ok(())
            }
            (Kind::Text { .. }, Value::String(text)) => {
                self.text(shape, text);
                Ok(())
            }
            (Kind::Number { what, .. }, Value::Number(number))
                if *what != Numeric::Float && has_fraction(number) =>
            {
                Err(Unfit::Type(other_type(&shape.kind, value)))
            }
            (Kind::Number { what, min, max }, Value::Number(number)) => {
                self.number(shape, *what, (*min, *max), number);
                Ok(())
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Time, Value::Number(_)) => Ok(()),
            (kind, value) => Err(Unfit::Type(other_type(kind, value))),
        }
    }

    fn length(
        &mut self,
        length: u64,
        min: Option<u64>,
        max: Option<u64>,
        shown: Option<&dyn Fn() -> String>,
    ) {
        if let Some(min) = min.filter(|min| length < *min) {
            self.broke(shown, &format!("have length greater than or equal to {min}"));
        }
        if let Some(max) = max.filter(|max| length > *max) {
            self.broke(shown, &format!("have length less than or equal to {max}"));
        }
    }

    fn text(&mut self, shape: &Shape, text: &str) {
        let Kind::Text {
            min,
            max,
            pattern,
            one_of,
        } = &shape.kind
        else {
            return;
        };
        let shown = || text.to_owned();
        let shown: Option<&dyn Fn() -> String> = (!shape.sensitive).then_some(&shown);
        // Characters are never more than bytes, and only few texts come near a bound.
        let length = match max {
            Some(max) if text.len() as u64 <= *max && !text.is_empty() => None,
            _ => Some(text.encode_utf16().count() as u64),
        };
        if let Some(length) = length {
            self.length(length, *min, *max, shown);
        }
        if let Some((pattern, whole)) = pattern
            && whole.find(text).is_none()
        {
            self.broke(shown, &format!("satisfy regular expression pattern: {pattern}"));
        }
        if !one_of.is_empty() && !one_of.iter().any(|name| name == text) {
            self.broke(shown, &format!("satisfy enum value set: [{}]", one_of.join(", ")));
        }
    }

    fn number(
        &mut self,
        shape: &Shape,
        what: Numeric,
        (min, max): (Option<f64>, Option<f64>),
        number: &serde_json::Number,
    ) {
        let value = number.as_f64().unwrap_or(f64::MAX);
        let spelled = |bound: f64| match what {
            // Java's spelling of a float.
            Numeric::Float => format!("{bound:?}"),
            Numeric::Integer | Numeric::Long => format!("{bound:.0}"),
        };
        let shown = || spelled(value);
        let shown: Option<&dyn Fn() -> String> = (!shape.sensitive).then_some(&shown);
        if let Some(min) = min.filter(|min| value < *min) {
            let least = format!("{min:.0}");
            self.broke(shown, &format!("have value greater than or equal to {least}"));
        }
        if let Some(max) = max.filter(|max| value > *max) {
            let most = format!("{max:.0}");
            self.broke(shown, &format!("have value less than or equal to {most}"));
        }
    }
}

/// Whether it is no whole number. Whether AWS refuses `1.5` for one or cuts it was not seen; no client means it.
fn has_fraction(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() != 0.0)
}

/// A list as Java prints one. Of structures AWS prints the names of classes, which are not known: their JSON stands here.
fn java_list(items: &[Value]) -> String {
    let items = items.iter().map(|item| match item {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// What a reader says of a value of another type.
fn other_type(kind: &Kind, value: &Value) -> String {
    let wanted = match kind {
        Kind::Text { .. } => "a String",
        Kind::Number { what, .. } => match what {
            Numeric::Integer => "an Integer",
            Numeric::Long => "a Long",
            Numeric::Float => "a Float",
        },
        Kind::Boolean => "a Boolean",
        Kind::Time => "milliseconds since epoch",
        Kind::List { .. } => return "Expected list or null".to_owned(),
        Kind::Structure { .. } | Kind::Map { .. } => {
            return match value {
                Value::Array(_) => "Start of list found where not expected".to_owned(),
                _ => "Unexpected value type in payload".to_owned(),
            };
        }
    };
    let token = match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) | Value::Object(_) => {
            return "Start of structure or map found where not expected.".to_owned();
        }
    };
    format!("{token} can not be converted to {wanted}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(operation: &str, sent: &Value) -> Result<(), Unfit> {
        let model = Model::read().expect("the model");
        let (_, operation) = model.operation(operation).expect("the operation");
        model.check(operation, sent.as_object().expect("an object"))
    }

    fn constraints(operation: &str, sent: &Value) -> String {
        match check(operation, sent) {
            Err(Unfit::Constraints(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_that_does_not_fit_is_said_at_once() {
        assert_eq!(
            constraints(
                "CreateStateMachine",
                &json!({"name": "", "definition": "{}", "type": "fast"})
            ),
            "3 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length \
             greater than or equal to 1; Value null at 'roleArn' failed to satisfy constraint: Member must not be null; \
             Value 'fast' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [EXPRESS, STANDARD]"
        );
    }

    #[test]
    fn members_of_lists_are_counted_from_one() {
        let routing = json!([{"stateMachineVersionArn": "arn", "weight": 101}]);
        assert_eq!(
            constraints(
                "CreateStateMachineAlias",
                &json!({"name": "a", "routingConfiguration": routing})
            ),
            "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy \
             constraint: Member must have value less than or equal to 100"
        );
    }

    #[test]
    fn what_may_be_secret_is_not_repeated() {
        let sent = json!({"stateMachineArn": "arn", "input": "x".repeat(262_145)});
        assert_eq!(
            constraints("StartExecution", &sent),
            "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less \
             than or equal to 262144"
        );
    }

    #[test]
    fn another_type_ends_the_reading() {
        for (sent, words) in [
            (
                json!({"name": 1}),
                "NUMBER_VALUE can not be converted to a String",
            ),
            (
                json!({"name": {}}),
                "Start of structure or map found where not expected.",
            ),
            (json!({"name": "a", "tags": "b"}), "Expected list or null"),
        ] {
            assert_eq!(check("CreateActivity", &sent), Err(Unfit::Type(words.to_owned())));
        }
        let sent = json!({"maxResults": "5"});
        let words = "STRING_VALUE can not be converted to an Integer";
        assert_eq!(check("ListActivities", &sent), Err(Unfit::Type(words.to_owned())));
        let words = "DECIMAL_VALUE can not be converted to an Integer";
        let listed = |number: Value| check("ListActivities", &json!({"maxResults": number}));
        assert_eq!(listed(json!(1.5)), Err(Unfit::Type(words.to_owned())));
        assert_eq!(listed(json!(2.0)), Ok(()));
        let tolerated = json!({"mapRunArn": "arn", "toleratedFailurePercentage": 1.5});
        assert_eq!(check("UpdateMapRun", &tolerated), Ok(()));
    }

    #[test]
    fn null_and_unknown_members_are_passed_over() {
        let sent = json!({"name": "a", "tags": null, "unknown": 1});
        assert_eq!(check("CreateActivity", &sent), Ok(()));
    }
}
