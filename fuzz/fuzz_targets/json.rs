//! JSON text: every finding lies inside the text, and what is read is written and read again as the same.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::source::{self, SourceFile};

fuzz_target!(|text: &str| {
    let parsed = source::parse_any(Arc::new(SourceFile::new("x.json", text)));
    for finding in &parsed.findings {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
    }
    if let Some(document) = parsed.document {
        let value = document.root().to_value();
        let again = source::parse_value(&value.to_json()).expect("our own text");
        // A key that stands twice is kept twice in the tree and once in the value.
        assert_eq!(again, value);
    }
});
