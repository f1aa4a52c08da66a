//! How a trace is shown.

use std::fmt::Write;

use colored::{ColoredString, Colorize};

use crate::diagnostics::{clock, short_middle, visible};

/// Columns where nobody says how many there are.
pub const WIDTH: usize = 120;

/// How a trace is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Whether everything is shown: payloads whole, over several lines, and every item of a Map.
    pub full: bool,
    /// Whether to colour.
    pub color: bool,
    /// How many columns a line has.
    pub width: usize,
    /// Whether each state is shown with its input, which else is left out where it is the output before it.
    pub inputs: bool,
}

impl Look {
    /// As it is shown where no terminal is.
    pub fn new(full: bool, color: bool) -> Self {
        Look {
            full,
            color,
            width: WIDTH,
            inputs: false,
        }
    }

    /// `00:01:30`, `2d 00:00:00`, with milliseconds where there are some.
    pub(super) fn time(self, millis: i64) -> String {
        let mut shown = String::new();
        self.dim(&clock(millis), &mut shown);
        shown
    }

    /// A text in so many columns, unless everything is shown.
    pub(super) fn cut(self, text: &str, columns: usize) -> String {
        match self.full {
            true => text.to_owned(),
            false => short_middle(text, columns),
        }
    }

    pub(super) fn painted(self, text: &str, how: fn(ColoredString) -> ColoredString) -> String {
        let mut painted = String::new();
        self.paint(text, how, &mut painted);
        painted
    }

    pub(super) fn paint(self, text: &str, how: fn(ColoredString) -> ColoredString, out: &mut String) {
        let text = visible(text);
        if self.color {
            // Writing to a String cannot fail.
            let _ = write!(out, "{}", how(ColoredString::from(&*text)));
        } else {
            out.push_str(&text);
        }
    }

    /// Appends what is less important.
    pub(super) fn dim(self, text: &str, out: &mut String) {
        self.paint(text, ColoredString::dimmed, out);
    }
}
