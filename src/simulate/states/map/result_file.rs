//! One file of a ResultWriter, written as results come.

use crate::mocks::Spool;
use crate::simulate::s3_output::Written;
use crate::value::Value;

/// An array of results, or one result a line.
#[derive(Debug)]
pub(super) struct ResultFile {
    lines: bool,
    empty: bool,
    text: Spool,
}

impl ResultFile {
    /// One without results.
    pub(super) fn new(lines: bool) -> Self {
        ResultFile {
            lines,
            empty: true,
            text: Spool::default(),
        }
    }

    /// Whether it has one result a line.
    pub(super) fn lines(&self) -> bool {
        self.lines
    }

    /// Adds a result.
    pub(super) fn add(&mut self, result: &Value) {
        let before = match (self.lines, self.empty) {
            (true, _) => "",
            (false, true) => "[",
            (false, false) => ",",
        };
        self.empty = false;
        self.text.push(before);
        self.text.push(&result.to_json());
        if self.lines {
            self.text.push("\n");
        }
    }

    /// What it holds; `None` without a result.
    pub(super) fn finish(mut self) -> Option<Written> {
        if self.empty {
            return None;
        }
        if !self.lines {
            self.text.push("]");
        }
        Some(Written {
            content: self.text.finish(),
            is_json: !self.lines,
        })
    }
}
