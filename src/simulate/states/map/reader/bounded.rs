//! Limits of what is read at once: a dataset may be of any size, what is held of it may not.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// Longest record of a dataset, ours: an item may have 256 KiB on AWS, a CSV's quotes and escapes not counted, so that
/// whatever is longer can be no item.
const MOST_RECORD: usize = 4 << 20;

/// Longest headers of a CSV file together, ours: each item has them as its keys, in 256 KiB at most.
const MOST_HEADERS: usize = 256 << 10;

/// Largest object that is read whole: a JSON file, a manifest. Ours.
const MOST_WHOLE: u64 = 256 << 20;

/// Most objects that manifests and inventories may name for their contents to be read. Ours.
const MOST_NAMES: usize = 1_000_000;

/// An error that names the limit.
fn too_much(what: String) -> io::Error {
    io::Error::other(what)
}

/// The next line with its line feed, nothing at the end. `before` bytes of its record stand in the lines above.
///
/// # Errors
/// When it cannot be read, or the record would be too long.
pub(super) fn line(input: &mut dyn BufRead, before: usize) -> io::Result<Vec<u8>> {
    let room = MOST_RECORD.saturating_sub(before);
    let mut line = Vec::new();
    input.take(room as u64 + 1).read_until(b'\n', &mut line)?;
    match line.len() > room {
        true => Err(too_much(format!(
            "a record is longer than {} MiB",
            MOST_RECORD >> 20
        ))),
        false => Ok(line),
    }
}

/// Whether headers can be the keys of an item.
///
/// # Errors
/// When they are too long.
pub(super) fn check_headers(headers: &[Arc<str>]) -> io::Result<()> {
    let length: usize = headers.iter().map(|header| header.len() + 1).sum();
    match length > MOST_HEADERS {
        true => Err(too_much(format!(
            "the headers are longer than {} KiB",
            MOST_HEADERS >> 10
        ))),
        false => Ok(()),
    }
}

/// All that an object holds.
///
/// # Errors
/// When it cannot be read, or is too much.
pub(super) fn whole(input: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(MOST_WHOLE + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MOST_WHOLE {
        true => Err(too_much(format!("it is larger than {} MiB", MOST_WHOLE >> 20))),
        false => Ok(bytes),
    }
}

/// Whether one more object may be named.
///
/// # Errors
/// When there are too many.
pub(super) fn room_for_name(names: &[(String, String)]) -> io::Result<()> {
    match names.len() < MOST_NAMES {
        true => Ok(()),
        false => Err(too_much(format!("it names more than {MOST_NAMES} objects"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_never_ends_is_given_up() {
        let mut endless = io::BufReader::new(io::repeat(b'x'));
        let error = line(&mut endless, 0).expect_err("it has no end");
        assert_eq!(error.to_string(), "a record is longer than 4 MiB");
        // What came before counts, as in a quoted field of many lines.
        assert_eq!(
            line(&mut &b"\nrest"[..], MOST_RECORD - 1).expect("it fits"),
            b"\n"
        );
        assert!(line(&mut &b"\nrest"[..], MOST_RECORD).is_err());
        assert_eq!(line(&mut &b""[..], MOST_RECORD).expect("the end"), b"");
    }

    #[test]
    fn headers_fit_into_an_item() {
        let headers = |count: usize| vec![Arc::from("1234567"); count];
        assert!(check_headers(&headers(MOST_HEADERS / 8)).is_ok());
        assert!(check_headers(&headers(MOST_HEADERS / 8 + 1)).is_err());
    }
}
