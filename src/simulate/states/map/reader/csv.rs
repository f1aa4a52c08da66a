//! Text files with delimiters, as AWS reads them [ItemReader (Map)].
//!
//! Fields are text; quotes around them are optional and doubled inside; a backslash escapes itself, a quote and the
//! delimiter, and is dropped before anything else. The `csv` crate knows escapes inside quotes only, so the records
//! are taken apart here.

use std::io::BufRead;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::items::{Item, ItemStream, ReadError};
use super::bounded;
use crate::simulate::fingerprint::Telling;
use crate::value::{Map, Value, hash_order};

/// The rows of a file, each an object.
pub(super) struct Rows {
    records: Records,
    headers: Vec<Arc<str>>,
    /// In which order a row has them: that of AWS's [map](hash_order), whatever their order in the file (recorded by AWS).
    order: Vec<usize>,
    source: Arc<str>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// Reads the headers from the first row unless they are given.
    pub(super) fn open(
        input: Box<dyn BufRead + Send>,
        delimiter: u8,
        given: Option<&[Arc<str>]>,
        source: Arc<str>,
    ) -> Result<Self, ReadError> {
        let mut records = Records::new(input, delimiter);
        let headers: Vec<Arc<str>> = match given {
            Some(headers) => headers.to_vec(),
            None => records
                .next(&source)?
                .unwrap_or_default()
                .into_iter()
                .map(Arc::from)
                .collect(),
        };
        bounded::check_headers(&headers).map_err(|cause| ReadError::file(&source, &cause))?;
        let mut seen = FxHashSet::default();
        for header in &headers {
            if !seen.insert(header) {
                return Err(ReadError::Failed(
                    "CSV headers cannot contain duplicates.".to_owned(),
                ));
            }
        }
        Ok(Rows {
            records,
            order: hash_order(headers.iter().map(|header| &**header)),
            headers,
            source,
        })
    }
}

impl ItemStream for Rows {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        let Some(fields) = self.records.next(&self.source)? else {
            return Ok(None);
        };
        // A short row is filled with empty texts, surplus fields are skipped.
        let mut fields = fields;
        let row: Map = (self.order.iter())
            .map(|&index| {
                let field = fields.get_mut(index).map(std::mem::take);
                (
                    self.headers[index].clone(),
                    Value::from(field.unwrap_or_default()),
                )
            })
            .collect();
        Ok(Some(Item {
            key: None,
            value: Value::object(row),
            source: self.source.clone(),
        }))
    }

    fn tell(&self, telling: &mut Telling) {
        telling.add(&self.headers);
    }
}

/// The records of a file.
pub(super) struct Records {
    input: Box<dyn BufRead + Send>,
    delimiter: u8,
    /// Before the first line.
    fresh: bool,
}

impl Records {
    pub(super) fn new(input: Box<dyn BufRead + Send>, delimiter: u8) -> Self {
        Records {
            input,
            delimiter,
            fresh: true,
        }
    }

    /// The fields of the next record; lines without anything are none.
    pub(super) fn next(&mut self, uri: &str) -> Result<Option<Vec<String>>, ReadError> {
        loop {
            let mut record = Record::default();
            let mut length = 0;
            loop {
                let line = bounded::line(&mut *self.input, length);
                let line = line.map_err(|cause| ReadError::file(uri, &cause))?;
                length += line.len();
                match line.len() {
                    0 if record.is_empty() => return Ok(None),
                    0 => break,
                    _ => {}
                }
                // A byte order mark is not part of the first header.
                let mark = std::mem::take(&mut self.fresh) && line.starts_with(b"\xEF\xBB\xBF");
                record.line(&line[if mark { 3 } else { 0 }..], self.delimiter);
                if !record.quoted {
                    break;
                }
            }
            if record.is_empty() {
                continue;
            }
            return record.finish().map(Some).map_err(|_| {
                // AWS's words were not seen.
                ReadError::Failed(format!("{uri} is not encoded in UTF-8."))
            });
        }
    }
}

/// A record being read, line by line: a quoted field may hold line breaks.
#[derive(Default)]
struct Record {
    fields: Vec<Vec<u8>>,
    field: Vec<u8>,
    /// Inside quotes.
    quoted: bool,
    /// Something has been read of the field, if only a quote.
    begun: bool,
}

impl Record {
    fn is_empty(&self) -> bool {
        self.fields.is_empty() && !self.begun
    }

    fn line(&mut self, line: &[u8], delimiter: u8) {
        let end = match line {
            [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n'] => rest.len(),
            _ => line.len(),
        };
        let mut at = 0;
        while at < end {
            let byte = line[at];
            at += 1;
            match byte {
                b'\\' => {
                    self.begun = true;
                    if at < end {
                        self.field.push(line[at]);
                        at += 1;
                    }
                }
                b'"' if self.quoted => {
                    if line.get(at) == Some(&b'"') {
                        self.field.push(b'"');
                        at += 1;
                    } else {
                        self.quoted = false;
                    }
                }
                b'"' if !self.begun => {
                    self.quoted = true;
                    self.begun = true;
                }
                // "You can preserve double quotes by repeating them": in a field without quotes around it, too [How Step
                // Functions parses input CSV files].
                b'"' if line.get(at) == Some(&b'"') => {
                    self.field.push(b'"');
                    at += 1;
                }
                _ if byte == delimiter && !self.quoted => {
                    self.fields.push(std::mem::take(&mut self.field));
                    self.begun = false;
                }
                _ => {
                    self.field.push(byte);
                    self.begun = true;
                }
            }
        }
        if self.quoted {
            self.field.extend_from_slice(&line[end..]);
        }
    }

    fn finish(mut self) -> Result<Vec<String>, std::string::FromUtf8Error> {
        self.fields.push(self.field);
        self.fields.into_iter().map(String::from_utf8).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(text: &str, delimiter: u8, given: Option<&[&str]>) -> Result<Vec<String>, String> {
        let given: Option<Vec<Arc<str>>> =
            given.map(|headers| headers.iter().map(|header| Arc::from(*header)).collect());
        let why = |error| match error {
            ReadError::Failed(cause) => cause,
            ReadError::Stop(error) => error.to_string(),
        };
        let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let mut rows = Rows::open(input, delimiter, given.as_deref(), Arc::from("x")).map_err(why)?;
        let mut found = Vec::new();
        while let Some(item) = rows.next().map_err(why)? {
            found.push(item.value.to_json());
        }
        Ok(found)
    }

    /// The example of [How Step Functions parses input CSV files].
    #[test]
    fn a_doubled_quote_is_one_quote_in_any_field() {
        assert_eq!(
            rows(
                "a,b,c\n\"a (\"\") and a (\n)\",{\"\"MyKey\"\":\"\"MyValue\"\"},\"[1,2,3]\"\n",
                b',',
                None
            ),
            Ok(vec![
                r#"{"a":"a (\") and a (\n)","b":"{\"MyKey\":\"MyValue\"}","c":"[1,2,3]"}"#.to_owned()
            ])
        );
    }

    #[test]
    fn rows_are_filled_and_cut_to_the_headers() {
        assert_eq!(
            rows("a,b\r\n1,2\r\n\r\n3\n,,,\n4,5,6", b',', None),
            Ok(vec![
                r#"{"a":"1","b":"2"}"#.to_owned(),
                r#"{"a":"3","b":""}"#.to_owned(),
                r#"{"a":"","b":""}"#.to_owned(),
                r#"{"a":"4","b":"5"}"#.to_owned(),
            ])
        );
        assert_eq!(rows("", b',', None), Ok(Vec::new()));
        assert_eq!(
            rows("\u{feff}x;y\n", b';', Some(&["a"])),
            Ok(vec![r#"{"a":"x"}"#.to_owned()])
        );
    }

    /// The buckets of "0", "{}" and "True" are 0, 2 and 12: 48 % 16, 3938 % 16, and of 2615726, its upper half 39 mixed in, 9.
    #[test]
    fn rows_have_the_order_of_a_map() {
        assert_eq!(
            rows("0,True,{}\n1,2,3\n4", b',', None),
            Ok(vec![
                r#"{"0":"1","{}":"3","True":"2"}"#.to_owned(),
                r#"{"0":"4","{}":"","True":""}"#.to_owned(),
            ])
        );
    }

    #[test]
    fn quotes_hold_delimiters_lines_and_doubled_quotes() {
        assert_eq!(
            rows("a,b\n\"1,\n2\",\"say \"\"hi\"\"\"\n'q',x\"y\n\"\",\n", b',', None),
            Ok(vec![
                r#"{"a":"1,\n2","b":"say \"hi\""}"#.to_owned(),
                r#"{"a":"'q'","b":"x\"y"}"#.to_owned(),
                r#"{"a":"","b":""}"#.to_owned(),
            ])
        );
    }

    #[test]
    fn backslashes_escape_and_are_dropped() {
        // \\ is a backslash, \" a quote, \, a comma, and \n just n.
        assert_eq!(
            rows("a,b\n1\\,2,\\\\x\\n\n\"p\\\"q\",\\\"\n", b',', None),
            Ok(vec![
                r#"{"a":"1,2","b":"\\xn"}"#.to_owned(),
                r#"{"a":"p\"q","b":"\""}"#.to_owned(),
            ])
        );
    }

    #[test]
    fn headers_stand_once() {
        let refused = Err("CSV headers cannot contain duplicates.".to_owned());
        assert_eq!(rows("a,b,a\n1,2,3\n", b',', None), refused);
        assert_eq!(rows("1,2\n", b',', Some(&["h", "h"])), refused);
    }

    #[test]
    fn a_quote_that_never_closes_ends_with_the_file() {
        assert_eq!(
            rows("a\n\"1\n2", b',', None),
            Ok(vec![r#"{"a":"1\n2"}"#.to_owned()])
        );
    }
}
