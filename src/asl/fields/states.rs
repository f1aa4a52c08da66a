//! The states other than Map, and what handles their errors.

use super::{
    Choice, Entry, Field, Kind, MAX_SECONDS, REFERENCE, Shape, at_most_one, both, exactly_one, jsonata, path,
};
use crate::asl::StateType;

/// Accepted on every state.
pub(super) const COMMON: &[Field] = &[
    both("Type", Shape::Enum(&TYPE_NAMES)).required(),
    both("Comment", Shape::Text),
    both("QueryLanguage", Shape::Enum(&["JSONPath", "JSONata"])),
];

const TYPE_NAMES: [&str; StateType::ALL.len()] = {
    let mut names = [""; StateType::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = StateType::ALL[i].name();
        i += 1;
    }
    names
};

pub(super) const NEXT_END: &[Field] = &[both("Next", Shape::Target), both("End", Shape::Bool)];

/// What every state but Fail has.
pub(super) const IN_OUT: &[Field] = &[
    path("InputPath", Shape::Path),
    path("OutputPath", Shape::Path),
    jsonata("Output", Shape::Template),
];

pub(super) const ASSIGN: &[Field] = &[both("Assign", Shape::Assign)];

/// What Pass, Task, Parallel and Map have.
pub(super) const PARAMETERS: &[Field] = &[
    path("Parameters", Shape::Template),
    path(
        "ResultPath",
        Shape::ReferencePath {
            null: true,
            context: false,
        },
    ),
];

const ARGUMENTS: &[Field] = &[jsonata("Arguments", Shape::Template)];

/// What Task, Parallel and Map have.
pub(super) const RESULTS: &[Field] = &[
    path("ResultSelector", Shape::Template),
    both(
        "Retry",
        Shape::List {
            of: Kind::Retrier,
            non_empty: false,
        },
    ),
    both(
        "Catch",
        Shape::List {
            of: Kind::Catcher,
            non_empty: false,
        },
    ),
];

const RESULT: &[Field] = &[path("Result", Shape::Json)];

const TASK_FIELDS: &[Field] = &[
    both("Resource", Shape::Resource).required(),
    both("Credentials", Shape::Object(Kind::Credentials)),
    both("TimeoutSeconds", Shape::Integer(1, MAX_SECONDS)).or_expression(),
    path("TimeoutSecondsPath", REFERENCE),
    both("HeartbeatSeconds", Shape::Integer(1, MAX_SECONDS)).or_expression(),
    path("HeartbeatSecondsPath", REFERENCE),
];

const WAIT_FIELDS: &[Field] = &[
    both("Seconds", Shape::Integer(0, MAX_SECONDS)).or_expression(),
    path("SecondsPath", REFERENCE),
    both("Timestamp", Shape::Timestamp).or_expression(),
    path("TimestampPath", REFERENCE),
];

const CHOICE_FIELDS: &[Field] = &[
    both(
        "Choices",
        Shape::List {
            of: Kind::ChoiceRule,
            non_empty: true,
        },
    )
    .required(),
    both("Default", Shape::Target),
];

const FAIL_FIELDS: &[Field] = &[
    both("Error", Shape::Text).or_expression(),
    path("ErrorPath", Shape::PathOrCall),
    both("Cause", Shape::Text).or_expression(),
    path("CausePath", Shape::PathOrCall),
];

const PARALLEL_FIELDS: &[Field] = &[both(
    "Branches",
    Shape::List {
        of: Kind::Branch,
        non_empty: true,
    },
)
.required()];

pub(super) const NEXT_OR_END: Choice = exactly_one(&["Next", "End"]);

pub(super) static PASS: Entry = Entry {
    fields: &[COMMON, IN_OUT, PARAMETERS, RESULT, ASSIGN, NEXT_END],
    choices: &[NEXT_OR_END],
    open: false,
};

pub(super) static TASK: Entry = Entry {
    fields: &[
        COMMON,
        TASK_FIELDS,
        IN_OUT,
        PARAMETERS,
        ARGUMENTS,
        RESULTS,
        ASSIGN,
        NEXT_END,
    ],
    choices: &[
        NEXT_OR_END,
        at_most_one(&["TimeoutSeconds", "TimeoutSecondsPath"]),
        at_most_one(&["HeartbeatSeconds", "HeartbeatSecondsPath"]),
    ],
    open: false,
};

/// The order of the times is AWS's [pf-sfn-asl-wait-timing, measured].
pub(super) static WAIT: Entry = Entry {
    fields: &[COMMON, WAIT_FIELDS, IN_OUT, ASSIGN, NEXT_END],
    choices: &[
        NEXT_OR_END,
        exactly_one(&["SecondsPath", "Seconds", "TimestampPath", "Timestamp"]),
    ],
    open: false,
};

pub(super) static CHOICE: Entry = Entry {
    fields: &[COMMON, CHOICE_FIELDS, IN_OUT, ASSIGN],
    choices: &[],
    open: false,
};

pub(super) static SUCCEED: Entry = Entry {
    fields: &[COMMON, IN_OUT],
    choices: &[],
    open: false,
};

pub(super) static FAIL: Entry = Entry {
    fields: &[COMMON, FAIL_FIELDS],
    choices: &[
        at_most_one(&["Error", "ErrorPath"]),
        at_most_one(&["Cause", "CausePath"]),
    ],
    open: false,
};

pub(super) static PARALLEL: Entry = Entry {
    fields: &[
        COMMON,
        PARALLEL_FIELDS,
        IN_OUT,
        PARAMETERS,
        ARGUMENTS,
        RESULTS,
        ASSIGN,
        NEXT_END,
    ],
    choices: &[NEXT_OR_END],
    open: false,
};

/// Every field of every type.
pub(super) static ANY: Entry = Entry {
    fields: &[
        COMMON,
        TASK_FIELDS,
        WAIT_FIELDS,
        CHOICE_FIELDS,
        FAIL_FIELDS,
        PARALLEL_FIELDS,
        super::map::MAP_FIELDS,
        IN_OUT,
        PARAMETERS,
        RESULT,
        ARGUMENTS,
        RESULTS,
        ASSIGN,
        NEXT_END,
    ],
    choices: &[],
    open: false,
};

/// `{"InvalidField": ...}` gave one error, the missing RoleArn: other fields are not looked at. RoleArn itself is
/// checked in `validate/`, where AWS's words differ from those of other required fields, and `RoleArn.$` counts.
pub(super) static CREDENTIALS: Entry = Entry {
    fields: &[&[
        both("RoleArn", Shape::Text).or_expression(),
        path("RoleArn.$", Shape::Json),
    ]],
    choices: &[],
    open: true,
};

/// `IntervalSeconds: 0` is accepted [pf-sfn-asl-numeric-ranges, measured].
pub(super) static RETRIER: Entry = Entry {
    fields: &[&[
        both("ErrorEquals", Shape::ErrorNames).required(),
        both("Comment", Shape::Text),
        both("IntervalSeconds", Shape::Integer(0, MAX_SECONDS)),
        both("MaxAttempts", Shape::Integer(0, MAX_SECONDS)),
        both("BackoffRate", Shape::AtLeast(1)),
        both("MaxDelaySeconds", Shape::Integer(1, 31_622_400)),
        both("JitterStrategy", Shape::Enum(&["NONE", "FULL"])),
    ]],
    choices: &[],
    open: false,
};

pub(super) static CATCHER: Entry = Entry {
    fields: &[&[
        both("ErrorEquals", Shape::ErrorNames).required(),
        both("Next", Shape::Target).required(),
        both("Comment", Shape::Text),
        path(
            "ResultPath",
            Shape::ReferencePath {
                null: true,
                context: false,
            },
        ),
        jsonata("Output", Shape::Template),
        both("Assign", Shape::Assign),
    ]],
    choices: &[],
    open: false,
};
