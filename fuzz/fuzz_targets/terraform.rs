//! A configuration of Terraform's: each state machine in it is checked, and every finding lies inside the text.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::source::{self, ParseOptions, SourceFile};
use sfn_tool::internals::validate::{Options, validate};

fuzz_target!(|text: &str| {
    // There are no other files beside it.
    let file = Arc::new(SourceFile::new("nowhere/main.tf", text));
    for parsed in source::definitions(file, &ParseOptions::default()) {
        let mut findings = parsed.findings;
        if let Some(document) = parsed.document {
            let machine = StateMachine::read(Arc::new(document));
            findings.extend(validate(&machine, &Options::default()));
        }
        for finding in &findings {
            assert!(parsed.file.text().get(finding.span.range()).is_some(), "{finding:?}");
        }
    }
});
