//! ItemBatcher: several items to one child.

use std::sync::Arc;

use super::count::{self, Count};
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{MOST_BYTES, Payload, Problem};
use crate::value::{Map, Value};

/// `ItemBatcher`
#[derive(Debug)]
pub(in crate::simulate) struct Batcher {
    pub(in crate::simulate) max_items: Option<Count>,
    pub(in crate::simulate) max_bytes: Option<Count>,
    pub(in crate::simulate) input: Option<Payload>,
}

impl Batcher {
    /// The limits and the input of this Map Run's batches.
    pub(super) fn evaluate(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Batches, Problem> {
        let limit = |count: &Option<Count>| match count {
            None => Ok(usize::MAX),
            Some(count) => count::positive(count, around, effective),
        };
        Ok(Batches {
            max_items: limit(&self.max_items)?,
            max_bytes: limit(&self.max_bytes)?.min(MOST_BYTES),
            batch_input: self
                .input
                .as_ref()
                .map(|input| input.evaluate(around, effective, None, None))
                .transpose()?,
        })
    }
}

/// The rule by which items become batches.
#[derive(Debug)]
pub(super) struct Batches {
    batch_input: Option<Value>,
    max_items: usize,
    max_bytes: usize,
}

impl Batches {
    /// An empty batch.
    pub(super) fn begin(&self) -> Batch {
        // {"BatchInput":...,"Items":[]}
        let frame = match &self.batch_input {
            Some(input) => input.json_len() + r#"{"BatchInput":,"Items":[]}"#.len(),
            None => r#"{"Items":[]}"#.len(),
        };
        Batch {
            items: Vec::new(),
            bytes: frame,
        }
    }

    /// Adds an item, or gives it back when it has no room. The first always has: a batch is never empty.
    pub(super) fn add(&self, batch: &mut Batch, item: Value) -> Result<(), Value> {
        let bytes = batch.bytes + item.json_len() + usize::from(!batch.items.is_empty());
        if !batch.items.is_empty() && (batch.items.len() >= self.max_items || bytes > self.max_bytes) {
            return Err(item);
        }
        batch.bytes = bytes;
        batch.items.push(item);
        Ok(())
    }

    /// Whether another item would have no room whatever it is.
    pub(super) fn is_full(&self, batch: &Batch) -> bool {
        batch.items.len() >= self.max_items
    }

    /// The inputs of all children that `items` are for.
    pub(super) fn all(&self, items: Vec<Value>) -> Vec<Value> {
        let (mut inputs, mut batch) = (Vec::new(), self.begin());
        for item in items {
            if let Err(item) = self.add(&mut batch, item) {
                inputs.push(self.input(std::mem::replace(&mut batch, self.begin())));
                // The first of a batch always has room.
                let _ = self.add(&mut batch, item);
            }
        }
        if batch.len() > 0 {
            inputs.push(self.input(batch));
        }
        inputs
    }

    /// The child's input. `BatchInput` stands there only where it is declared [floci#3604].
    pub(super) fn input(&self, batch: Batch) -> Value {
        let mut input = Map::with_capacity(2);
        if let Some(batch_input) = &self.batch_input {
            input.insert(Arc::from("BatchInput"), batch_input.clone());
        }
        input.insert(Arc::from("Items"), Value::from(batch.items));
        Value::object(input)
    }
}

/// Items on their way to one child.
#[derive(Debug)]
pub(super) struct Batch {
    items: Vec<Value>,
    /// Length of the input's JSON text.
    bytes: usize,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(batches: &Batches, items: &[&str]) -> Vec<String> {
        let items = items.iter().map(|item| Value::from(*item)).collect();
        batches.all(items).iter().map(Value::to_json).collect()
    }

    #[test]
    fn batches_hold_so_many_items() {
        let batches = Batches {
            batch_input: None,
            max_items: 2,
            max_bytes: MOST_BYTES,
        };
        assert_eq!(
            split(&batches, &["a", "b", "c"]),
            [r#"{"Items":["a","b"]}"#, r#"{"Items":["c"]}"#]
        );
    }

    #[test]
    fn batches_hold_so_many_bytes_of_input() {
        // {"BatchInput":1,"Items":["a","b"]} has 34 bytes.
        for (max_bytes, first) in [
            (34, r#"{"BatchInput":1,"Items":["a","b"]}"#),
            (33, r#"{"BatchInput":1,"Items":["a"]}"#),
        ] {
            let batches = Batches {
                batch_input: Some(Value::from(1)),
                max_items: usize::MAX,
                max_bytes,
            };
            assert_eq!(split(&batches, &["a", "b", "c"])[0], first);
        }
        // An item that is too large by itself still makes a batch.
        let batches = Batches {
            batch_input: None,
            max_items: usize::MAX,
            max_bytes: 1,
        };
        assert_eq!(
            split(&batches, &["a", "b"]),
            [r#"{"Items":["a"]}"#, r#"{"Items":["b"]}"#]
        );
    }
}
