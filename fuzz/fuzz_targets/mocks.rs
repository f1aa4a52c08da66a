//! A mock file of either form, for a definition with one task.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::mocks;
use sfn_tool::internals::source::{self, SourceFile};

static MACHINE: LazyLock<StateMachine> = LazyLock::new(|| {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f"}, "End": true}}}"#;
    let parsed = source::parse(Arc::new(SourceFile::new("d.json", text)));
    StateMachine::read(Arc::new(parsed.document.expect("a definition")))
});

fuzz_target!(|text: &str| {
    let file = Arc::new(SourceFile::new("m", text));
    if let Ok(mut mocks) = mocks::read(file, None, None) {
        let _ = mocks.fit(&MACHINE);
    }
});
