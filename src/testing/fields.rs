//! The one table of a test file's keys: what each holds and means. Reading, its messages and the JSON Schema come from it.

use crate::history::TYPES;

/// A key of an object.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub shape: &'static Shape,
    /// What it means, for editors.
    pub description: &'static str,
}

/// What stands behind a key.
#[derive(Debug)]
pub enum Shape {
    /// Any value.
    Value,
    /// A string.
    Text,
    /// A string with an RFC 3339 time.
    Time,
    /// A string with a regular expression.
    Pattern,
    /// A string with a JSONata expression, in `{% %}` or without.
    Condition,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number from 0.
    Seconds,
    /// A whole number from 0.
    Count,
    /// A string that names a state, or `...` where that is allowed.
    State(Named),
    /// A case; one with a table is looked at row by row.
    Case,
    /// An object with these keys and no others; those of `required` must be there.
    Object {
        /// The keys it may have.
        fields: &'static [Field],
        /// The keys it must have.
        required: &'static [&'static str],
    },
    /// An object whose keys are names, each with such a value.
    Members(Keys, &'static Shape),
    /// A list of such values.
    List(&'static Shape),
    /// A list with at least one such value.
    Some(&'static Shape),
    /// One of these, told apart by their JSON types.
    Either(&'static [Shape]),
    /// `States` of a mock file.
    MockStates,
    /// `Objects` of a mock file.
    MockObjects,
}

/// The names that the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// States of the definition.
    States(Named),
    /// JSONPaths.
    Paths,
    /// These words.
    Words(&'static [&'static str]),
    /// Anything.
    Any,
}

/// The states that can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Any state.
    State,
    /// Any state, or `...` for states in between.
    StateOrGap,
    /// A Task state.
    Task,
    /// A Wait state.
    Wait,
    /// A state with retriers.
    Retrying,
}

/// Stands in `Visited` for any states.
pub const GAP: &str = "...";

const fn field(name: &'static str, shape: &'static Shape, description: &'static str) -> Field {
    Field {
        name,
        shape,
        description,
    }
}

const TEXT: &Shape = &Shape::Text;
const VALUE: &Shape = &Shape::Value;
const COUNT: &Shape = &Shape::Count;
const SECONDS: &Shape = &Shape::Seconds;

/// What holds for an execution, in the file for all cases and in a case for itself.
macro_rules! with_settings {
    ($($more:expr),* $(,)?) => {
        &[
            $($more,)*
            field("Type", &Shape::Word(&["STANDARD", "EXPRESS"]), "The type of the state machine; STANDARD unless given."),
            field("StartTime", &Shape::Time, "When executions start: an RFC 3339 time; 2024-01-01T00:00:00Z unless given."),
            field("Seed", COUNT, "Where jitter, random numbers, UUIDs and task tokens come from; 0 unless given."),
            field("StateMachineName", TEXT, "The state machine's name; that of the definition's file unless given. Chooses the machine of a MockConfigFile.json, too."),
            field("ExecutionName", TEXT, "The execution's name."),
            field("RoleArn", TEXT, "The execution role's ARN."),
            field("Account", TEXT, "The account in ARNs; 123456789012 unless given."),
            field("Region", TEXT, "The region in ARNs and of tasks; us-east-1 unless given."),
            field("Mocks", MOCKS, "What the tasks answer, in the form of mock files, or such a file. A case's mocks stand over those of the file, state by state."),
            field("Comment", TEXT, "A remark; it has no effect."),
        ]
    };
}

/// The whole file.
pub const FILE: Shape = Shape::Object {
    fields: with_settings![
        field("$schema", TEXT, "The schema of this file, for editors."),
        field(
            "Definition",
            TEXT,
            "The definition under test: a path, seen from this file."
        ),
        field(
            "Substitutions",
            &Shape::Either(&[Shape::Members(Keys::Any, VALUE), Shape::Text]),
            "What the definition's ${placeholders} stand for: names with values, or a file that holds them."
        ),
        field("Cases", &Shape::Some(&Shape::Case), "The cases."),
    ],
    required: &["Definition", "Cases"],
};

/// A case.
pub const CASE: Shape = Shape::Object {
    fields: with_settings![
        field(
            "Name",
            TEXT,
            "What the case is called; names are unique in a file."
        ),
        field(
            "Table",
            &Shape::Some(&Shape::Members(Keys::Any, VALUE)),
            "Rows with values; the case runs once for each, with ${name} anywhere in it standing for the row's value."
        ),
        field("Input", VALUE, "The execution's input; {} unless given."),
        field(
            "InputFile",
            TEXT,
            "A file with the execution's input: a path, seen from this file."
        ),
        field(
            "Expect",
            EXPECT,
            "What is expected of the execution. That it succeeds, unless Status, Error or Cause is given."
        ),
    ],
    required: &["Name"],
};

const MOCKS: &Shape = &Shape::Object {
    fields: &[
        field(
            "States",
            &Shape::MockStates,
            "The answers of each Task state, by its name.",
        ),
        field(
            "Objects",
            &Shape::MockObjects,
            "What S3 holds for an ItemReader, by s3://bucket/key.",
        ),
        field(
            "File",
            TEXT,
            "A mock file, or a MockConfigFile.json of Step Functions Local: a path, seen from this file. States and Objects stand over what it holds.",
        ),
        field("TestCase", TEXT, "The test case of a MockConfigFile.json."),
    ],
    required: &[],
};

const WORDS: &Shape = &Shape::Either(&[
    Shape::Text,
    Shape::Object {
        fields: &[field(
            "Matches",
            &Shape::Pattern,
            "A regular expression that fits somewhere in it.",
        )],
        required: &["Matches"],
    },
]);

const PATHS: &Shape = &Shape::Members(Keys::Paths, VALUE);

const BOUND: &Shape = &Shape::Either(&[
    Shape::Count,
    Shape::Object {
        fields: &[
            field("AtLeast", COUNT, "At least so often."),
            field("AtMost", COUNT, "At most so often."),
        ],
        required: &[],
    },
]);

const CALL: Shape = Shape::Object {
    fields: &[
        field("Parameters", VALUE, "What the task was called with, whole."),
        field(
            "ParametersPaths",
            PATHS,
            "Parts of what the task was called with: the value at each JSONPath.",
        ),
    ],
    required: &[],
};

/// What is expected of an execution.
pub const EXPECT: &Shape = &Shape::Object {
    fields: &[
        field(
            "Status",
            &Shape::Word(&["SUCCEEDED", "FAILED", "TIMED_OUT"]),
            "How the execution ends.",
        ),
        field("Output", VALUE, "The whole output. Key order does not count."),
        field(
            "OutputPaths",
            PATHS,
            "Parts of the output: the value at each JSONPath.",
        ),
        field(
            "Condition",
            &Shape::Either(&[Shape::Condition, Shape::List(&Shape::Condition)]),
            "JSONata that must give true: $states.output, $states.input, $states.errorOutput, $states.status and $states.duration (seconds).",
        ),
        field(
            "Error",
            WORDS,
            "The name of the error that the execution fails with: exact, or Matches with a regular expression.",
        ),
        field(
            "Cause",
            WORDS,
            "The error's cause: exact, or Matches with a regular expression.",
        ),
        field(
            "Visited",
            &Shape::List(&Shape::State(Named::StateOrGap)),
            "All states entered, in the order of the history, nested ones included; '...' stands for any states.",
        ),
        field(
            "Visits",
            &Shape::Either(&[
                Shape::List(&Shape::State(Named::State)),
                Shape::Members(Keys::States(Named::State), BOUND),
            ]),
            "States that are entered: a list, or how often each.",
        ),
        field(
            "NotVisited",
            &Shape::List(&Shape::State(Named::State)),
            "States that are never entered.",
        ),
        field(
            "Tasks",
            &Shape::Members(
                Keys::States(Named::Task),
                &Shape::Either(&[
                    Shape::Count,
                    Shape::List(&CALL),
                    Shape::Object {
                        fields: &[
                            field("Count", BOUND, "How often the task is called, retries included."),
                            field("Parameters", VALUE, "What every call is made with, whole."),
                            field(
                                "ParametersPaths",
                                PATHS,
                                "Parts of what every call is made with: the value at each JSONPath.",
                            ),
                        ],
                        required: &[],
                    },
                ]),
            ),
            "For each task how often it is called, retries included; or its calls in order, each with what it is called with.",
        ),
        field(
            "Retries",
            &Shape::Members(
                Keys::States(Named::Retrying),
                &Shape::Either(&[Shape::Count, Shape::List(SECONDS)]),
            ),
            "For each state how often it is retried; or the seconds before each retry.",
        ),
        field(
            "Waits",
            &Shape::Members(
                Keys::States(Named::Wait),
                &Shape::Either(&[Shape::Seconds, Shape::List(SECONDS)]),
            ),
            "For each Wait state the seconds it waits at every visit; or those of each visit.",
        ),
        field(
            "MaxDuration",
            SECONDS,
            "The longest virtual duration of the execution, in seconds.",
        ),
        field(
            "Events",
            &Shape::Either(&[
                Shape::List(&Shape::Either(&[
                    Shape::Word(&TYPES),
                    Shape::Members(Keys::Any, VALUE),
                ])),
                Shape::Members(Keys::Words(&TYPES), BOUND),
            ]),
            "Events in this order, others in between: types, or members that an event has. Or how often each type of event occurs.",
        ),
        field(
            "Snapshot",
            TEXT,
            "A file that the outcome, the states and the calls are compared with; --update writes it.",
        ),
    ],
    required: &[],
};
