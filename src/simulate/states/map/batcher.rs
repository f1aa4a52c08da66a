//! ItemBatcher: several items to one child execution, as `{"BatchInput": ..., "Items": [...]}`.

use std::sync::Arc;

use super::count::{self, Count};
use crate::simulate::flow::{Payload, Problem};
use crate::simulate::surroundings::Surroundings;
use crate::value::{Map, Value};

/// An `ItemBatcher`.
#[derive(Debug)]
pub(in crate::simulate) struct Batcher {
    pub(in crate::simulate) max_items: Option<Count>,
    pub(in crate::simulate) max_bytes: Option<Count>,
    pub(in crate::simulate) input: Option<Payload>,
}

/// Its fields, evaluated.
pub(super) struct Plan {
    max_items: usize,
    max_bytes: usize,
    /// Stands in the children's input only when it is declared [floci#3604].
    input: Option<Value>,
}

impl Batcher {
    pub(super) fn plan(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Plan, Problem> {
        Ok(Plan {
            max_items: count::evaluate(&self.max_items, around, effective)?,
            max_bytes: count::evaluate(&self.max_bytes, around, effective)?,
            input: self
                .input
                .as_ref()
                .map(|input| input.evaluate(around, effective, None, None))
                .transpose()?,
        })
    }
}

impl Plan {
    /// The children's inputs. A batch ends before the item that would make it too long or too large, and always
    /// holds at least one.
    pub(super) fn batches(&self, items: Vec<Value>) -> Vec<Value> {
        let max_items = if self.max_items == 0 {
            usize::MAX
        } else {
            self.max_items
        };
        let max_bytes = if self.max_bytes == 0 {
            usize::MAX
        } else {
            self.max_bytes
        };
        let empty = self.batch(Vec::new()).json_len();
        let mut batches = Vec::new();
        let (mut batch, mut bytes) = (Vec::new(), empty);
        for item in items {
            // The item and the comma before it.
            let size = item.json_len() + usize::from(!batch.is_empty());
            if batch.len() == max_items || (!batch.is_empty() && bytes + size > max_bytes) {
                batches.push(self.batch(std::mem::take(&mut batch)));
                bytes = empty;
            }
            bytes += size;
            batch.push(item);
        }
        if !batch.is_empty() {
            batches.push(self.batch(batch));
        }
        batches
    }

    fn batch(&self, items: Vec<Value>) -> Value {
        let mut batch = Map::with_capacity(2);
        if let Some(input) = &self.input {
            batch.insert(Arc::from("BatchInput"), input.clone());
        }
        batch.insert(Arc::from("Items"), Value::from(items));
        Value::object(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(max_items: usize, max_bytes: usize, items: &[i64]) -> Vec<String> {
        let plan = Plan {
            max_items,
            max_bytes,
            input: None,
        };
        let items = items.iter().map(|item| Value::from(*item)).collect();
        plan.batches(items).iter().map(Value::to_json).collect()
    }

    #[test]
    fn batches_keep_both_limits() {
        assert_eq!(
            batches(2, 0, &[1, 2, 3]),
            [r#"{"Items":[1,2]}"#, r#"{"Items":[3]}"#]
        );
        // {"Items":[]} has 12 bytes; 15 hold "1,2" and one more does not fit.
        assert_eq!(
            batches(0, 15, &[1, 2, 3]),
            [r#"{"Items":[1,2]}"#, r#"{"Items":[3]}"#]
        );
        assert_eq!(batches(0, 1, &[100]), [r#"{"Items":[100]}"#]);
        assert!(batches(5, 5, &[]).is_empty());
    }
}
