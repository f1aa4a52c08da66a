//! The forms in which a history's events are exported: whole, in pages, or as the list alone.

use std::sync::Arc;

use super::NotAHistory;
use super::text;
use crate::value::{Map, Value};

/// The events of an export, in the order in which they stand there.
pub(super) struct Pages<'v> {
    pub(super) events: Vec<&'v Map>,
    pub(super) execution_arn: Option<Arc<str>>,
    /// The ARN of the machine, or of its version or alias.
    pub(super) machine_arn: Option<Arc<str>>,
    /// Whether the last page says that another follows.
    pub(super) more: bool,
}

impl<'v> Pages<'v> {
    /// Takes one page (`{"events": [...]}`), a list of pages, as `jq -s` makes it of several answers, or a list of events,
    /// as `--query events` leaves it. What DescribeExecution answers may stand among the pages.
    pub(super) fn of(history: &'v Value) -> Result<Pages<'v>, NotAHistory> {
        let mut pages = Pages {
            events: Vec::new(),
            execution_arn: None,
            machine_arn: None,
            more: false,
        };
        match history {
            Value::Object(page) => pages.add(page)?,
            Value::Array(parts) if !parts.is_empty() => {
                for part in parts.iter() {
                    let part = part.as_object().ok_or(NotAHistory)?;
                    if part.contains_key("events") {
                        pages.add(part)?;
                    } else if part.contains_key("type") && part.contains_key("id") {
                        pages.events.push(part);
                    } else if part.contains_key("executionArn") {
                        pages.describe(part);
                    } else {
                        return Err(NotAHistory);
                    }
                }
            }
            _ => return Err(NotAHistory),
        }
        Ok(pages)
    }

    fn describe(&mut self, page: &'v Map) {
        if self.execution_arn.is_none() {
            self.execution_arn = page.get("executionArn").and_then(text);
        }
        if self.machine_arn.is_none() {
            self.machine_arn = page.get("stateMachineArn").and_then(text);
        }
    }

    fn add(&mut self, page: &'v Map) -> Result<(), NotAHistory> {
        let events = page.get("events").and_then(Value::as_array).ok_or(NotAHistory)?;
        self.events.extend(events.iter().filter_map(Value::as_object));
        self.describe(page);
        // The API's name, and that of the CLI where it was told how many items to print.
        let token = page.get("nextToken").or_else(|| page.get("NextToken"));
        self.more = token.is_some_and(|token| !token.is_null());
        Ok(())
    }
}
