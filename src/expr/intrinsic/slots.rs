//! The template of `States.Format`: text with slots.

use super::function::Wrong;
use crate::source::placeholder_end;

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A character, its escape taken off.
    Text(char),
    /// `{}`, which a value takes the place of.
    Slot,
}

/// A brace that is neither escaped nor half of a `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StrayBrace {
    /// `{` or `}`
    pub(super) brace: char,
    /// Its byte in the template.
    pub(super) at: usize,
}

impl StrayBrace {
    /// AWS's words for the opening one [aws/aws-cdk#29261]; those for the closing one are like them.
    pub(super) fn wrong(self) -> Wrong {
        let (brace, other) = (self.brace, if self.brace == '{' { '}' } else { '{' });
        Wrong {
            error: Some(format!(
                "Invalid template in States.Format: matching '{other}' not found for '{brace}'."
            )),
            hint: format!("'{brace}' is no part of a {{}}: write \\{brace} for the character itself"),
        }
    }
}

/// Gives the pieces of a template to `each`, and the number of its slots. In one that stands in the definition a
/// placeholder (`${Stage}`) that nothing has filled in is text, braces and all: what is deployed has something else there.
///
/// # Errors
/// The first brace that stands for nothing.
pub(super) fn read(
    template: &str,
    in_definition: bool,
    mut each: impl FnMut(Piece),
) -> Result<usize, StrayBrace> {
    let mut slots = 0;
    let mut placeholder_ends = 0;
    let mut chars = template.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if in_definition && let Some(end) = placeholder_end(template, at) {
            placeholder_ends = placeholder_ends.max(end);
        }
        match (c, chars.peek()) {
            _ if at < placeholder_ends => each(Piece::Text(c)),
            ('\\', Some(&(_, escaped @ ('\'' | '{' | '}' | '\\')))) => {
                each(Piece::Text(escaped));
                chars.next();
            }
            ('{', Some((_, '}'))) => {
                chars.next();
                slots += 1;
                each(Piece::Slot);
            }
            ('{' | '}', _) => return Err(StrayBrace { brace: c, at }),
            _ => each(Piece::Text(c)),
        }
    }
    Ok(slots)
}

/// Whether there are as many values as slots.
pub(super) fn count(slots: usize, values: usize) -> Result<(), Wrong> {
    match slots == values {
        true => Ok(()),
        false => {
            let given = if values == 1 { "value is" } else { "values are" };
            Err(format!("the template has {slots} of {{}}, and {values} {given} given").into())
        }
    }
}
