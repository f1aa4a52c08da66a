//! CSV as ItemReader reads it [aws-facts 6.5]: every field is text, short rows are filled with empty fields, surplus
//! fields are skipped.

use std::sync::Arc;

use super::{ReadError, failed};
use crate::value::{Map, Value};

/// Where the names of the columns are.
#[derive(Debug)]
pub(in crate::simulate) enum Headers {
    FirstRow,
    Given(Vec<Arc<str>>),
}

/// What stands between fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) struct Delimiter(pub(in crate::simulate) char);

impl Delimiter {
    /// The one that `CSVDelimiter` names.
    pub(in crate::simulate) fn from_name(name: &str) -> Option<Delimiter> {
        Some(Delimiter(match name {
            "COMMA" => ',',
            "PIPE" => '|',
            "SEMICOLON" => ';',
            "SPACE" => ' ',
            "TAB" => '\t',
            _ => return None,
        }))
    }
}

/// The rows as objects, `most` at most.
pub(super) fn read(
    text: &str,
    headers: &Headers,
    delimiter: Delimiter,
    most: usize,
) -> Result<Vec<Value>, ReadError> {
    let mut rows = Rows {
        rest: text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable(),
        delimiter: delimiter.0,
    };
    let names: Vec<Arc<str>> = match headers {
        Headers::Given(names) => names.clone(),
        Headers::FirstRow => match rows.next() {
            Some(row) => row.into_iter().map(Arc::from).collect(),
            None => return Ok(Vec::new()),
        },
    };
    let mut sorted: Vec<&Arc<str>> = names.iter().collect();
    sorted.sort();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    let object = |row: Vec<String>| {
        let mut fields = row.into_iter();
        let members = names.iter().map(|name| {
            let field = fields.next().unwrap_or_default();
            (name.clone(), Value::from(field))
        });
        Value::object(members.collect::<Map>())
    };
    Ok(rows.take(most).map(object).collect())
}

struct Rows<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    delimiter: char,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    /// The next row that is not empty.
    fn next(&mut self) -> Option<Vec<String>> {
        loop {
            self.rest.peek()?;
            let row = self.row();
            if row.len() > 1 || !row[0].is_empty() {
                return Some(row);
            }
        }
    }
}

impl Rows<'_> {
    /// A row, and its line break.
    fn row(&mut self) -> Vec<String> {
        let mut row = vec![String::new()];
        let mut quoted = false;
        while let Some(c) = self.rest.next() {
            let field = row.len() - 1;
            match c {
                // A backslash is dropped, and what it escapes is taken as it is.
                '\\' => match self.rest.peek() {
                    Some(&next) if next == '\\' || next == '"' || next == self.delimiter => {
                        row[field].push(next);
                        self.rest.next();
                    }
                    _ => {}
                },
                '"' if quoted => {
                    if self.rest.next_if_eq(&'"').is_some() {
                        row[field].push('"');
                    } else {
                        quoted = false;
                    }
                }
                '"' if row[field].is_empty() => quoted = true,
                _ if quoted => row[field].push(c),
                '\n' => break,
                '\r' if self.rest.peek() == Some(&'\n') => {}
                _ if c == self.delimiter => row.push(String::new()),
                _ => row[field].push(c),
            }
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> String {
        match read(text, &Headers::FirstRow, Delimiter(','), 100) {
            Ok(items) => Value::from(items).to_json(),
            Err(_) => "failed".to_owned(),
        }
    }

    #[test]
    fn rows_are_fitted_to_the_headers() {
        assert_eq!(
            rows("a,b\r\n1,2\n\n3\n4,5,6\n"),
            r#"[{"a":"1","b":"2"},{"a":"3","b":""},{"a":"4","b":"5"}]"#
        );
        assert_eq!(rows(""), "[]");
        assert_eq!(rows("a,a\n1,2"), "failed");
    }

    #[test]
    fn quotes_and_backslashes() {
        assert_eq!(
            rows("a,b\n\"x,\n\"\"y\"\"\",z\n1\\,2,\\\"\n"),
            r#"[{"a":"x,\n\"y\"","b":"z"},{"a":"1,2","b":"\""}]"#
        );
    }
}
