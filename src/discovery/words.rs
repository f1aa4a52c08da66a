//! Whether a file may hold a state machine, told by its bytes: most files of a project are none of ours, and a search
//! for a few words costs less than to read one of them as JSON or YAML.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::source::{self, limits::MAX_FILE_BYTES, names};

/// The word that every definition has.
const START: &str = "StartAt";

/// So much is looked at at once.
const CHUNK: usize = 64 * 1024;

/// No word is longer.
const OVERLAP: usize = 64;

static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words: Vec<String> = all().map(regex::escape).collect();
    Regex::new(&words.join("|")).ok()
});

/// All words.
pub fn all() -> impl Iterator<Item = &'static str> {
    source::WORDS.iter().copied().chain([START])
}

/// Whether one of the words stands in a text.
fn stand_in(bytes: &[u8]) -> bool {
    WORDS.as_ref().is_none_or(|words| words.is_match(bytes))
}

/// Whether the file `path` may hold a state machine.
///
/// # Errors
/// When it cannot be read.
pub fn may_hold(path: &Path) -> io::Result<bool> {
    let name = path.to_string_lossy();
    may_hold_in(&name, File::open(path)?.take(MAX_FILE_BYTES))
}

/// The same of a text that is called `name`.
pub fn may_hold_in(name: &str, text: impl Read) -> io::Result<bool> {
    may_hold_text(
        text,
        names::is_likely_source(name),
        names::ends_in(name, &[".tf"]),
    )
}

/// What a call of a Terraform module with a state machine in it has: its definition may be the name of a file, or stand in
/// the body of a local module.
const MODULE: [&[u8]; 4] = [b"module", b"definition", b"\"./", b"\"../"];

/// The same of a text; `likely`: whether its name says JSON, YAML or Terraform, and `terraform`: whether Terraform. Texts of other names are looked at only
/// where they begin as JSON does, or have YAML's line for one of the keys: prose and programs speak of state machines,
/// too.
fn may_hold_text(mut text: impl Read, likely: bool, terraform: bool) -> io::Result<bool> {
    let mut buffer = vec![0; OVERLAP + CHUNK];
    // What is kept of the chunk before, and whether a word stood in one.
    let (mut kept, mut first, mut found) = (0, true, false);
    let (mut is_data, mut of_module) = (likely, [false; MODULE.len()]);
    loop {
        let mut end = kept;
        while end < buffer.len() {
            match text.read(&mut buffer[end..]) {
                Ok(0) => break,
                Ok(count) => end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let chunk = &buffer[..end];
        if first && chunk.iter().take(1024).any(|byte| *byte == 0) {
            return Ok(false);
        }
        is_data = is_data || (first && begins_as_json(chunk)) || has_yaml_key(chunk);
        if terraform {
            for (seen, word) in of_module.iter_mut().zip(MODULE) {
                *seen = *seen || chunk.windows(word.len()).any(|part| part == word);
            }
        }
        let [is_module, named, below, above] = of_module;
        found = found || is_module && (named || below || above) || stand_in(chunk);
        if found && is_data {
            return Ok(true);
        }
        if end < buffer.len() {
            return Ok(false);
        }
        first = false;
        buffer.copy_within(end - OVERLAP..end, 0);
        kept = OVERLAP;
    }
}

fn begins_as_json(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.trim_ascii_start().first() == Some(&b'{')
}

/// Whether a line begins with a key that only a definition or a template has at its top.
fn has_yaml_key(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        [&b"StartAt:"[..], b"Resources:", b"stepFunctions:"]
            .iter()
            .any(|key| line.starts_with(key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_held(text: &[u8], likely: bool) -> bool {
        may_hold_text(text, likely, false).expect("it can be read")
    }

    #[test]
    fn a_word_is_found_wherever_it_stands() {
        for before in [0, 10, CHUNK - 3, CHUNK, OVERLAP + CHUNK - 3, 3 * CHUNK + 7] {
            let text = format!("{{{}\"StartAt\": 1}}", " ".repeat(before));
            assert!(is_held(text.as_bytes(), true), "{before}");
            assert!(is_held(text.as_bytes(), false), "{before}");
        }
        assert!(!is_held(b"{\"startat\": 1}", true));
        assert!(is_held(b"Type: AWS::Serverless::StateMachine", true));
        assert!(!is_held(&vec![b'x'; 2 * CHUNK + OVERLAP], true));
    }

    #[test]
    fn prose_programs_and_bytes_are_none() {
        assert!(!is_held(b"# Notes\n\nStartAt names the first state.\n", false));
        assert!(!is_held(b"const definition = {\n  StartAt: 'A',\n};\n", false));
        assert!(!is_held(b"\x7fELF\0\0\0{\"StartAt\": 1}", true));
        assert!(is_held(b"Comment: x\nStartAt: A\n", false));
        let module = b"module \"orders\" {\n  definition = file(\"orders.json\")\n}\n";
        assert!(may_hold_text(&module[..], true, true).expect("it can be read"));
        assert!(!may_hold_text(&module[..20], true, true).expect("it can be read"));
        assert!(is_held(b"\xef\xbb\xbf {\"StartAt\": 1}", false));
    }
}
