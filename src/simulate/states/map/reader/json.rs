//! JSON files and JSON Lines.

use std::fmt;
use std::io::BufRead;
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::super::items::{InMemory, Item, ItemStream, ReadError};
use super::bounded;
use crate::simulate::fingerprint::Telling;
use crate::source::parse_value;
use crate::value::Value;

/// The items of a JSON file: the elements of its array, or what `pointer` leads to.
pub(super) fn open(
    mut input: Box<dyn BufRead + Send>,
    pointer: Option<&str>,
    uri: &Arc<str>,
    source: Arc<str>,
) -> Result<Box<dyn ItemStream>, ReadError> {
    let bytes = bounded::whole(&mut *input).map_err(|cause| ReadError::file(uri, &cause))?;
    let text = String::from_utf8(bytes).map_err(|_| not_json(uri, "it is not encoded in UTF-8"))?;
    if let Some(pointer) = pointer {
        let whole = parse_value(&text).map_err(|error| not_json(uri, &error.message))?;
        return match at_pointer(&whole, pointer) {
            Some(data @ (Value::Array(_) | Value::Object(_))) => {
                Ok(Box::new(InMemory::new(data.clone(), source)))
            }
            Some(_) => Err(not_iterable()),
            None => Err(ReadError::Failed(
                "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure."
                    .to_owned(),
            )),
        };
    }
    // The whole text is looked through once, so that a mistake at its end fails before anything runs, and each
    // element is parsed when its turn comes.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| not_json(uri, &error.to_string()))?;
    let start = text.len() - text.trim_start().len();
    match text.as_bytes().get(start) {
        Some(b'[') => Ok(Box::new(Elements {
            at: start + 1,
            text,
            source,
        })),
        // Its members are the items [ItemReader (Map); floci#1588].
        Some(b'{') => {
            let members = parse_value(&text).map_err(|error| not_json(uri, &error.message))?;
            Ok(Box::new(InMemory::new(members, source)))
        }
        _ => Err(not_iterable()),
    }
}

/// Said of a file whose value is neither an array nor an object.
fn not_iterable() -> ReadError {
    ReadError::Failed("Attempting to map over non-iterable node.".to_owned())
}

/// AWS's words for a broken file were not seen.
fn not_json(uri: &str, why: &str) -> ReadError {
    ReadError::Failed(format!("{uri} is not valid JSON: {why}"))
}

/// The value that a JSON Pointer (RFC 6901) leads to.
fn at_pointer<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    pointer
        .strip_prefix('/')?
        .split('/')
        .try_fold(value, |value, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match value {
                Value::Object(members) => members.get(&token),
                Value::Array(items) if token == "0" || !token.starts_with(['0', '+']) => {
                    items.get(token.parse::<usize>().ok()?)
                }
                _ => None,
            }
        })
}

/// The elements of an array in a text that is known to be JSON.
struct Elements {
    text: String,
    /// Behind the bracket, or behind the last element.
    at: usize,
    source: Arc<str>,
}

impl fmt::Debug for Elements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elements")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl ItemStream for Elements {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        let between = |c: char| c == ',' || c.is_ascii_whitespace();
        let rest = self.text[self.at..].trim_start_matches(between);
        let start = self.text.len() - rest.len();
        if rest.is_empty() || rest.starts_with(']') {
            return Ok(None);
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let broken = |why: String| not_json(&self.source, &why);
        if let Some(Err(error)) = values.next() {
            return Err(broken(error.to_string()));
        }
        let end = start + values.byte_offset();
        let value = parse_value(&self.text[start..end]).map_err(|error| broken(error.message))?;
        self.at = end;
        Ok(Some(Item {
            key: None,
            value,
            source: self.source.clone(),
        }))
    }

    fn tell(&self, telling: &mut Telling) {
        telling.add(self.at);
    }
}

/// The lines of a JSON Lines file; those without anything are skipped.
pub(super) struct Lines {
    input: Box<dyn BufRead + Send>,
    number: u64,
    source: Arc<str>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Lines {
    pub(super) fn new(input: Box<dyn BufRead + Send>, source: Arc<str>) -> Self {
        Lines {
            input,
            number: 0,
            source,
        }
    }
}

impl ItemStream for Lines {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        loop {
            let line = bounded::line(&mut *self.input, 0);
            let line = line.map_err(|cause| ReadError::file(&self.source, &cause))?;
            if line.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            // AWS's words for a broken line were not seen.
            let broken = |why: &str| {
                ReadError::Failed(format!(
                    "line {} of {} is not valid JSON: {why}",
                    self.number, self.source
                ))
            };
            let text = std::str::from_utf8(&line).map_err(|_| broken("it is not encoded in UTF-8"))?;
            if text.trim().is_empty() {
                continue;
            }
            let value = parse_value(text).map_err(|error| broken(&error.message))?;
            return Ok(Some(Item {
                key: None,
                value,
                source: self.source.clone(),
            }));
        }
    }

    fn tell(&self, telling: &mut Telling) {
        telling.add(self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn input(text: &str) -> Box<dyn BufRead + Send> {
        Box::new(Cursor::new(text.as_bytes().to_vec()))
    }

    fn all(mut stream: Box<dyn ItemStream>) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        loop {
            match stream.next() {
                Ok(Some(item)) => found.push(item.input().to_json()),
                Ok(None) => return Ok(found),
                Err(ReadError::Failed(cause)) => return Err(cause),
                Err(ReadError::Stop(error)) => return Err(error.to_string()),
            }
        }
    }

    fn json(text: &str, pointer: Option<&str>) -> Result<Vec<String>, String> {
        let uri = Arc::from("s3://b/k");
        match open(input(text), pointer, &uri, Arc::from("S3://b/k")) {
            Ok(stream) => all(stream),
            Err(ReadError::Failed(cause)) => Err(cause),
            Err(ReadError::Stop(error)) => Err(error.to_string()),
        }
    }

    #[test]
    fn an_array_gives_its_elements_as_they_are_spelled() {
        assert_eq!(
            json(" [1, 1.0 ,\"a,]\",[2,[3]] , {\"x\": null},true]\n", None),
            Ok(["1", "1.0", "\"a,]\"", "[2,[3]]", "{\"x\":null}", "true"]
                .map(str::to_owned)
                .to_vec())
        );
        assert_eq!(json("[]", None), Ok(Vec::new()));
    }

    #[test]
    fn the_members_of_an_object_are_its_items() {
        assert_eq!(
            json("{\"a\": 1, \"b\": {\"x\": 2}}", None),
            Ok(vec![
                "{\"Key\":\"a\",\"Value\":1}".to_owned(),
                "{\"Key\":\"b\",\"Value\":{\"x\":2}}".to_owned()
            ])
        );
        assert_eq!(json("{}", None), Ok(Vec::new()));
    }

    #[test]
    fn what_is_neither_cannot_be_mapped_over() {
        for text in ["1", "\"text\"", "null"] {
            assert_eq!(
                json(text, None),
                Err("Attempting to map over non-iterable node.".to_owned())
            );
        }
    }

    #[test]
    fn a_broken_file_fails_before_its_first_item() {
        for text in ["[1, 2", "[1,]", "", "[1] x"] {
            assert!(
                json(text, None).is_err_and(|cause| cause.contains("is not valid JSON")),
                "{text}"
            );
        }
    }

    #[test]
    fn a_pointer_leads_to_nested_data() {
        let text = r#"{"a": {"b/c": [[1], [2, 3]]}}"#;
        assert_eq!(
            json(text, Some("/a/b~1c/1")),
            Ok(vec!["2".to_owned(), "3".to_owned()])
        );
        assert_eq!(
            json(text, Some("/a")),
            Ok(vec![r#"{"Key":"b/c","Value":[[1],[2,3]]}"#.to_owned()])
        );
        let nowhere =
            "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
        for pointer in ["/x", "/a/b~1c/2", "/a/b~1c/01", "a"] {
            assert_eq!(json(text, Some(pointer)), Err(nowhere.to_owned()), "{pointer}");
        }
    }

    #[test]
    fn lines_are_values_and_blank_ones_are_skipped() {
        let lines = |text| all(Box::new(Lines::new(input(text), Arc::from("S3://b/k"))));
        assert_eq!(
            lines("{\"a\":1}\r\n\n  \n2\n\"x\""),
            Ok(vec!["{\"a\":1}".to_owned(), "2".to_owned(), "\"x\"".to_owned()])
        );
        assert!(
            lines("1\n{\n").is_err_and(|cause| cause.starts_with("line 2 of S3://b/k is not valid JSON"))
        );
    }
}
