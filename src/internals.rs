//! What the programs in `tests/`, `benches/` and `fuzz/` reach into, and nobody else: nothing here is stable, and all of it may
//! go without notice.

#![allow(missing_docs)]

pub mod asl {
    pub use crate::asl::{MachineType, QueryLanguage, StateMachine, StateType};
    pub mod fields {
        pub use crate::asl::fields::{Count, Field, Kind, Shape};
        pub mod schema {
            pub use crate::asl::fields::schema::json_schema;
        }
    }
}
pub mod config {
    pub use crate::config::schema;
}
pub mod definition {
    pub use crate::definition::fix;
}
pub mod diagnostics {
    pub use crate::diagnostics::{Applicability, Finding, Severity, clock, duration};
}
pub mod diff {
    pub use crate::diff::diff;
}
pub mod editor {
    pub use crate::editor::{
        Files, Kind, OpenDocument, actions, completion, folding, graph, hints, hover, lenses, rename,
        selection, symbols, targets, tokens,
    };
}
pub mod expr {
    pub mod jsonata {
        pub use crate::expr::jsonata::{Engine, Expression, Limits};
    }
    pub mod jsonpath {
        pub use crate::expr::jsonpath::{Path, ReferencePath};
    }
    pub mod random {
        pub use crate::expr::random::RandomSource;
    }
}
pub mod format {
    pub use crate::format::format;
}
pub mod graph {
    pub use crate::graph::ControlFlow;
}
pub mod history {
    pub use crate::history::{EventSink, Recording, Timeline};
}
pub mod lint {
    pub use crate::lint::{Selection, Settings, check};
}
pub mod lsp {
    pub use crate::lsp::{Ended, serve};
}
pub mod mocks {
    pub use crate::mocks::{Mocks, Outcome, read};
}
pub mod picture {
    pub use crate::picture::{Drawing, Marks};
}
pub mod references {
    pub use crate::references::References;
}
pub mod report {
    pub use crate::report::{graph, history, html, trace};
    pub mod findings {
        pub use crate::report::findings::{FileReport, Format, render};
    }
}
pub mod serve {
    use std::net::{Ipv4Addr, SocketAddr};

    use crate::serve::{ClockMode, Endpoints, Log, Settings, Sources};

    /// Serves on a free port of the loopback interface until the process ends; `ready` is told where.
    pub fn anywhere(ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
        let settings = Settings {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            seed: 0,
            allowed_hosts: Vec::new(),
            clock: ClockMode::Fast,
            keep: 50,
            history_memory: 64,
            endpoints: Endpoints::default(),
            state: None,
            log: Log::Quiet,
        };
        let ready = |address| {
            ready(address);
            Ok(())
        };
        let done = crate::serve::run(settings, Sources::default(), Vec::new(), ready, |_| {});
        done.map_err(|error| error.to_string())
    }
}
pub mod simulate {
    pub use crate::simulate::{Execution, Program, Settings, run, run_into};
}
pub mod source {
    pub use crate::source::{
        Document, ParseOptions, Reach, SourceFile, definitions, parse, parse_any, parse_value,
    };
}
pub mod testing {
    pub use crate::testing::{Refused, check, open, schema};
}
pub mod validate {
    pub use crate::validate::{Options, SCHEMA, codes, validate};
}
pub mod value {
    pub use crate::value::{Map, Value, line_differences, yaml};
}
