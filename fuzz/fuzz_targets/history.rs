//! An exported history.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::history::{Recording, Timeline};
use sfn_tool::internals::source::parse_value;

fuzz_target!(|text: &str| {
    let Ok(value) = parse_value(text) else { return };
    if let Ok(recording) = Recording::read(&value) {
        Timeline::of(&recording.history);
    }
});
