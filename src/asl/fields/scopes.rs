//! The machine, its branches and processors.

use super::{Entry, Field, Kind, MAX_SECONDS, Shape, both};

const COMMENT: &[Field] = &[both("Comment", Shape::Text)];

const BODY: &[Field] = &[
    both("StartAt", Shape::Target).required(),
    both("States", Shape::States).required(),
];

/// `TimeoutSeconds: 0` is accepted here, though not in a Task [pf-sfn-asl-numeric-ranges, measured].
pub(super) static MACHINE: Entry = Entry {
    fields: &[
        COMMENT,
        BODY,
        &[
            both("QueryLanguage", Shape::Enum(&["JSONPath", "JSONata"])),
            both("TimeoutSeconds", Shape::Integer(0, MAX_SECONDS)),
            both("Version", Shape::Enum(&["1.0"])),
        ],
    ],
    choices: &[],
    open: false,
};

/// Without the machine's own fields: `Field 'QueryLanguage' is not supported` at the branch [floci#2968, measured].
pub(super) static BRANCH: Entry = Entry {
    fields: &[COMMENT, BODY],
    choices: &[],
    open: false,
};

pub(super) static PROCESSOR: Entry = Entry {
    fields: &[
        COMMENT,
        BODY,
        &[both("ProcessorConfig", Shape::Object(Kind::ProcessorConfig))],
    ],
    choices: &[],
    open: false,
};

/// `ExecutionType` belongs to DISTRIBUTED alone; see `validate/`.
pub(super) static PROCESSOR_CONFIG: Entry = Entry {
    fields: &[&[
        both("Mode", Shape::Enum(&["INLINE", "DISTRIBUTED"])),
        both("ExecutionType", Shape::Enum(&["STANDARD", "EXPRESS"])),
    ]],
    choices: &[],
    open: false,
};
