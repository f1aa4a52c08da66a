//! A Map whose whole result is mocked: its items, numbers and inputs are evaluated, its processor is not run.

use std::sync::Arc;

use super::Refusal;
use super::run::{Test, TestError};
use super::steps::Step;
use crate::simulate::engine::Progress;
use crate::simulate::states::map::{Map, Preview, Trouble, tolerance};
use crate::value::Value;

impl Test<'_> {
    /// What the mock makes of the Map.
    pub(super) fn map(&mut self, map: &Map, result: Option<Value>) -> Result<Progress, TestError> {
        // The result itself is not shown (recorded by AWS).
        self.hides.push(Step::Result);
        let configuration = &self.request.configuration;
        let mut preview = None;
        let tried = map.preview(
            &self.engine.surroundings(self.id),
            configuration.map_item_reader_data.as_ref(),
            &mut preview,
        );
        let failed = configuration.map_iteration_failure_count;
        if let Some(preview) = &preview {
            self.show(preview);
        }
        match tried {
            Ok(()) => {}
            Err(Trouble::Problem(problem)) => return Ok(self.engine.problem(self.id, problem)?),
            Err(Trouble::Stop(error)) => return Err(TestError::Stop(error)),
        }
        let total = preview.as_ref().and_then(|preview| preview.total);
        if let (Some(failed), Some(total)) = (failed, total)
            && failed > total
        {
            return Err(Refusal::validation(
                "Map iteration failure count must be less than or equal to the number of Map iterations",
            )
            .into());
        }
        // Without a threshold of its own, a mocked Map bears every failure (recorded by AWS).
        if result.is_some()
            && let (Some(failed), Some(threshold)) = (failed, preview.and_then(|preview| preview.threshold))
            && (threshold.count.is_some() || threshold.percentage.is_some())
            && threshold.is_exceeded(failed, total.unwrap_or(failed))
        {
            return Ok(Progress::Failed(tolerance::exceeded()));
        }
        self.mocked(Ok(()), &map.flow, result)
    }

    /// The numbers of `inspectionData`.
    fn show(&mut self, preview: &Preview) {
        let integer = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        let mut show = |name: &str, value| self.numbers.insert(Arc::from(name), value);
        show("maxConcurrency", integer(preview.concurrency as u64));
        if let Some(count) = preview.threshold.and_then(|threshold| threshold.count) {
            show("toleratedFailureCount", integer(count));
        }
        if let Some(percentage) = preview.threshold.and_then(|threshold| threshold.percentage) {
            show("toleratedFailurePercentage", Value::from(percentage));
        }
    }
}
