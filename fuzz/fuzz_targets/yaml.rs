//! YAML text: every finding lies inside the text, and what is read is written as YAML and read again as the same.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::value::yaml;

fuzz_target!(|text: &str| {
    let parsed = source::parse_any(Arc::new(SourceFile::new("x.yaml", text)));
    for finding in &parsed.findings {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
    }
    if let Some(document) = parsed.document {
        let value = document.root().to_value();
        let written = yaml(&value);
        let again = source::parse_any(Arc::new(SourceFile::new("y.yaml", written.as_str())));
        let again = again.document.expect("our own text").root().to_value();
        assert_eq!(again, value, "{written}");
    }
});
