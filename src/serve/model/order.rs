//! An answer in the order of the model.

use serde_json::{Map, Value};

use super::{Kind, Model, Operation, ShapeId};

impl Model {
    /// The members of an answer in the order of the model, those of structures in it, too. What is null is left out: in
    /// AWS's answers what is absent is absent.
    pub(in crate::serve) fn ordered(&self, operation: Operation, answer: Map<String, Value>) -> Value {
        self.order(operation.output, Value::Object(answer))
    }

    fn order(&self, id: ShapeId, value: Value) -> Value {
        match (&self.shape(id).kind, value) {
            (Kind::Structure { members, .. }, Value::Object(mut given)) => {
                let mut ordered = Map::with_capacity(given.len());
                for (name, shape) in members {
                    match given.remove(name) {
                        None | Some(Value::Null) => {}
                        Some(value) => {
                            ordered.insert(name.clone(), self.order(*shape, value));
                        }
                    }
                }
                debug_assert!(given.is_empty(), "{} has no {given:?}", self.shape(id).name);
                Value::Object(ordered)
            }
            (Kind::List { member, .. }, Value::Array(items)) => {
                Value::Array(items.into_iter().map(|item| self.order(*member, item)).collect())
            }
            (_, value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_as_the_model_has_them() {
        let model = Model::read().expect("the model");
        let (_, operation) = model.operation("CreateStateMachine").expect("the operation");
        let answer = json!({"creationDate": 1, "stateMachineVersionArn": null, "stateMachineArn": "arn"});
        let Value::Object(answer) = answer else {
            panic!("an object")
        };
        let text = model.ordered(operation, answer).to_string();
        assert_eq!(text, r#"{"stateMachineArn":"arn","creationDate":1}"#);
    }
}
