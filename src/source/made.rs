//! How much text is put together while a file is read: what stands for placeholders, and what functions of templates join.
//! A kilobyte may ask for gigabytes.

use super::Document;
use super::limits::MAX_MADE_BYTES;
use crate::diagnostics::{Finding, Span};

/// The text that is made for one file, all its definitions or rows together.
#[derive(Debug)]
pub struct Made {
    left: usize,
    /// Where it became too much.
    too_much: Option<Span>,
    /// Whether that was a file.
    by_file: bool,
}

impl Default for Made {
    fn default() -> Made {
        Made::of(MAX_MADE_BYTES)
    }
}

impl Made {
    /// With a limit of so many bytes.
    pub(super) fn of(bytes: usize) -> Made {
        Made {
            left: bytes,
            too_much: None,
            by_file: false,
        }
    }

    /// Whether another file of `bytes` may be read, which is named at `place`: one large file may be named a thousand times,
    /// and each time it is a definition of its own.
    pub(super) fn take_file(&mut self, bytes: usize, place: Span) -> bool {
        let was_spent = self.is_spent();
        let takes = self.take(bytes, place);
        self.by_file |= !takes && !was_spent;
        takes
    }

    /// Whether `bytes` more may be made, at `place`. Once that was too much, nothing may.
    pub(super) fn take(&mut self, bytes: usize, place: Span) -> bool {
        if self.too_much.is_none() && bytes > self.left {
            self.too_much = Some(place);
        }
        if self.too_much.is_some() {
            return false;
        }
        self.left -= bytes;
        true
    }

    /// Whether nothing more may be made.
    pub(super) fn is_spent(&self) -> bool {
        self.too_much.is_some()
    }

    /// Counts what was made of a text that was read with a count of its own; `place` is where it stands.
    pub(super) fn add(&mut self, document: &Document, place: Span) {
        let strings = document.all().filter_map(|node| node.as_str().map(str::len));
        let more = strings.sum::<usize>().saturating_sub(document.text().len());
        self.take(more, place);
    }

    /// Where it became too much, if it did: what was read is not whole then.
    pub(super) fn too_much(&self) -> Option<Finding> {
        let place = self.too_much?;
        let mebibytes = MAX_MADE_BYTES / (1024 * 1024);
        let (message, help) = match self.by_file {
            true => (
                format!(
                    "With the file that is named here the definitions of this file are larger than {mebibytes} MiB together"
                ),
                "Name smaller files: AWS takes definitions of 1 MiB at most",
            ),
            false => (
                format!("With what is filled in here the text would be larger than {mebibytes} MiB"),
                "Fill in less: AWS takes definitions of 1 MiB at most",
            ),
        };
        Some(Finding::error(super::INVALID, message, place).with_help(help))
    }
}
