//! What a Map would start its iterations with, nothing run: for a test of the state alone, whose result is mocked.

use std::sync::Arc;

use super::count;
use super::items::{InMemory, Item, ItemStream, ReadError};
use super::tolerance::Threshold;
use super::writer::Results;
use super::{Map, STATE_DATA};
use crate::history::failure::{Failure, names};
use crate::simulate::error::StopError;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::simulate::test_state::Step;
use crate::value::Value;

/// What is known of a Map before its first iteration.
#[derive(Debug)]
pub(in crate::simulate) struct Preview {
    /// How many items there are; `None` where a reader has them and its data was not given.
    pub(in crate::simulate) total: Option<u64>,
    /// `MaxConcurrency`, 0 when there is none.
    pub(in crate::simulate) concurrency: usize,
    /// What a Distributed Map tolerates.
    pub(in crate::simulate) threshold: Option<Threshold>,
}

/// Why there is no preview.
#[derive(Debug)]
pub(in crate::simulate) enum Trouble {
    /// The state fails.
    Problem(Problem),
    /// The tool cannot read what it was given.
    Stop(StopError),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Trouble::Problem(problem)
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Failed(cause) => {
                Trouble::Problem(Problem::Plain(Failure::new(names::ITEM_READER_FAILED, cause)))
            }
            ReadError::Stop(error) => Trouble::Stop(error),
        }
    }
}

impl Map {
    /// Evaluates everything that stands before the first iteration, and notes it step by step. `data` is what an
    /// ItemReader would have read, "as found in its original source" [API TestStateConfiguration]. Where it goes wrong,
    /// what was evaluated before stays in `preview`.
    pub(in crate::simulate) fn preview(
        &self,
        around: &Surroundings<'_>,
        data: Option<&Arc<str>>,
        preview: &mut Option<Preview>,
    ) -> Result<(), Trouble> {
        let effective = self.flow.effective(around)?;
        let reader = self
            .distributed
            .as_ref()
            .and_then(|distributed| distributed.reader.as_ref());
        let items = match (&self.distributed, reader) {
            (_, Some(reader)) => {
                let request = reader.request(around, &effective)?;
                match data {
                    // "When your Map uses an ItemReader to read from S3, provide the data directly in the input"
                    // [Testing state machines with TestState API]. Where there is none, nothing is known of the items.
                    None => match self.items.evaluate_dataset(around, &effective) {
                        Ok(data @ Value::Array(_)) => {
                            self.note_items(around, &data);
                            Some(all(Box::new(InMemory::state_data(data)))?)
                        }
                        _ => None,
                    },
                    Some(data) => {
                        let items = all(reader.open_given(&request, data)?)?;
                        if reader.has_pointer() {
                            around.note(Step::ItemsPointer, &inputs(&items));
                        }
                        Some(items)
                    }
                }
            }
            (Some(_), None) => {
                let data = self.items.evaluate_dataset(around, &effective)?;
                self.note_items(around, &data);
                Some(all(Box::new(InMemory::state_data(data)))?)
            }
            (None, None) => {
                let items = self.items.evaluate(around, &effective)?;
                self.note_items(around, &Value::Array(items.clone()));
                let item = |value: &Value| Item {
                    key: None,
                    value: value.clone(),
                    source: Arc::from(STATE_DATA),
                };
                Some(items.iter().map(item).collect())
            }
        };
        let concurrency = count::evaluate(&self.max_concurrency, around, &effective)?;
        let threshold = match &self.distributed {
            Some(distributed) => Some(distributed.tolerance.evaluate(around, &effective)?),
            None => None,
        };
        *preview = Some(Preview {
            total: items.as_ref().map(|items| items.len() as u64),
            concurrency,
            threshold,
        });
        // Where its results would go is evaluated before the first iteration, too.
        if let Some(distributed) = &self.distributed {
            Results::begin(distributed.writer.as_ref(), around, &effective)?;
        }
        let Some(items) = items else { return Ok(()) };
        let mut starts: Vec<Value> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            starts.push(match &self.item_selector {
                None => item.input(),
                Some(selector) => {
                    let item = item.in_context(index);
                    selector.evaluate(&around.with_item(&item), &effective, None, None)?
                }
            });
        }
        if self.item_selector.is_some() {
            around.note(Step::ItemSelector, &Value::from(starts.clone()));
        }
        let batcher = self
            .distributed
            .as_ref()
            .and_then(|distributed| distributed.batcher.as_ref());
        if let Some(batcher) = batcher {
            let batches = batcher.evaluate(around, &effective)?.all(starts);
            around.note(Step::ItemBatcher, &Value::from(batches));
        }
        Ok(())
    }
}

impl Map {
    /// AWS shows what an ItemsPath gives only where there is one [Accelerate workflow development; recorded].
    fn note_items(&self, around: &Surroundings<'_>, data: &Value) {
        if self.has_items_path {
            around.note(Step::ItemsPath, data);
        }
    }
}

fn all(mut stream: Box<dyn ItemStream>) -> Result<Vec<Item>, ReadError> {
    let mut items = Vec::new();
    while let Some(item) = stream.next()? {
        items.push(item);
    }
    Ok(items)
}

fn inputs(items: &[Item]) -> Value {
    Value::array(items.iter().map(Item::input))
}
