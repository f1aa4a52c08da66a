//! What an execution leaves in S3.

use std::io::{self, BufRead, Read, Write};

use crate::mocks::{Content, Spool};
use crate::value::Value;

/// What is under one key.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its bytes.
    pub content: Content,
    /// Whether they are JSON; else they are text, with a JSON value a line.
    pub is_json: bool,
}

impl Written {
    /// A JSON value's text.
    pub(super) fn json(value: &Value) -> Self {
        let mut spool = Spool::default();
        spool.push(&value.to_json());
        Written {
            content: spool.finish(),
            is_json: true,
        }
    }

    /// Writes it as a JSON value: itself, or as the text that it is.
    ///
    /// # Errors
    /// When it cannot be read, or `out` not be written.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut input = self.content.open()?;
        if self.is_json {
            io::copy(&mut input, out)?;
            return Ok(());
        }
        out.write_all(b"\"")?;
        let mut line = String::new();
        while input.read_line(&mut line)? > 0 {
            let quoted = Value::from(line.as_str()).to_json();
            out.write_all(&quoted.as_bytes()[1..quoted.len() - 1])?;
            line.clear();
        }
        out.write_all(b"\"")
    }

    /// The first bytes of what [`write_json`](Self::write_json) writes, at least `most` where there are so many.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn json_start(&self, most: u64) -> io::Result<String> {
        let mut start = Vec::new();
        self.content.open()?.take(most).read_to_end(&mut start)?;
        let text = String::from_utf8_lossy(&start).into_owned();
        Ok(if self.is_json {
            text
        } else {
            Value::from(text).to_json()
        })
    }
}
