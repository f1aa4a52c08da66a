//! A test file is told what is wrong with it, or its cases run and are judged.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::source::SourceFile;
use sfn_tool::internals::testing;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "Retry": [{"ErrorEquals": ["States.ALL"]}], "Next": "B"},
        "B": {"Type": "Pass", "End": true}}}"#;
    std::fs::write(folder.path().join("d.asl.json"), text).expect("a file");
    folder
});

fuzz_target!(|text: &str| {
    testing::check(&Arc::new(SourceFile::new("x.yaml", text)));
    let path = FOLDER.path().join("x.sfn-test.yaml");
    std::fs::write(&path, text).expect("a file");
    if let Ok(test) = testing::open(&path) {
        for case in test.cases.iter().take(20) {
            test.run(case);
        }
    }
});
