//! A definition through validation, every lint rule, the graph, the canonical form and the compiler.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::asl::{MachineType, StateMachine};
use sfn_tool::internals::format::format;
use sfn_tool::internals::lint::{self, Selection, Settings};
use sfn_tool::internals::simulate::Program;
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::validate::{Options, validate};

fuzz_target!(|text: &str| {
    let file = Arc::new(SourceFile::new("x", text));
    if let Ok(formatted) = format(&file) {
        let again = format(&Arc::new(SourceFile::new("x", formatted.as_str())));
        assert_eq!(again.expect("our own text"), formatted);
    }
    let Some(document) = source::parse(file).document else { return };
    let machine = StateMachine::read(Arc::new(document));
    let mut findings = Vec::new();
    for machine_type in [MachineType::Standard, MachineType::Express] {
        findings.extend(validate(&machine, &Options { machine_type }));
    }
    let all = ["all".to_owned()];
    let settings = Settings {
        selection: Selection::new(&all, &[]).expect("a selection"),
        ..Settings::default()
    };
    findings.extend(lint::check(&machine, &settings));
    for finding in findings {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
    }
    let _ = Program::compile(&machine);
});
