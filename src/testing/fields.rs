//! The one table of a test file's keys: what each holds and means. Reading, its messages and the JSON Schema come from it.

use crate::asl::{State, StateType};
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
    /// A string with the path of a file, from the folder of this one on.
    File,
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

impl Named {
    /// Whether a state is among them.
    pub fn fits(self, state: &State) -> bool {
        match self {
            Named::State | Named::StateOrGap => true,
            Named::Task => state.state_type == Some(StateType::Task),
            Named::Wait => state.state_type == Some(StateType::Wait),
            Named::Retrying => !state.retriers.is_empty(),
        }
    }
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
const PATH: &Shape = &Shape::File;
const VALUE: &Shape = &Shape::Value;
const COUNT: &Shape = &Shape::Count;
const SECONDS: &Shape = &Shape::Seconds;

/// What holds for an execution, in the file for all cases and in a case for itself.
macro_rules! with_settings {
    ($($more:expr),* $(,)?) => {
        &[
            $($more,)*
            field("Type", &Shape::Word(&["STANDARD", "EXPRESS"]), "The type of the state machine (default: STANDARD)."),
            field("StartTime", &Shape::Time, "The start time of executions, in RFC 3339 (default: 2024-01-01T00:00:00Z)."),
            field("Seed", COUNT, "The seed for jitter, random numbers, UUIDs and task tokens (default: 0)."),
            field("StateMachineName", TEXT, "The state machine's name (default: the name of the definition's file). Also selects the machine of a MockConfigFile.json."),
            field("ExecutionName", TEXT, "The execution's name."),
            field("RoleArn", TEXT, "The execution role's ARN."),
            field("Account", TEXT, "The account ID in ARNs; 123456789012 unless given."),
            field("Region", TEXT, "The region in ARNs and for tasks; us-east-1 unless given."),
            field("Mocks", MOCKS, "Mocked task results, in the format of mock files, or the path of such a file. A case's mocks override those of the file, state by state."),
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
            PATH,
            "The definition under test: a path relative to this file."
        ),
        field(
            "Substitutions",
            &Shape::Either(&[Shape::Members(Keys::Any, VALUE), Shape::File]),
            "Values for the definition's ${placeholders}: names with values, or a file that contains them."
        ),
        field(
            "Schemas",
            &Shape::Members(
                Keys::States(Named::Task),
                &Shape::Object {
                    fields: &[
                        field(
                            "Parameters",
                            PATH,
                            "A file with the JSON Schema of what the task is sent."
                        ),
                        field(
                            "Result",
                            PATH,
                            "A file with the JSON Schema of what the task returns, mocks included."
                        ),
                    ],
                    required: &[],
                },
            ),
            "For each task, JSON Schemas that every call in every case must fit: paths relative to this file."
        ),
        field("Cases", &Shape::Some(&Shape::Case), "The cases."),
    ],
    required: &["Definition", "Cases"],
};

/// A case.
pub const CASE: Shape = Shape::Object {
    fields: with_settings![
        field("Name", TEXT, "The name of the case, unique in the file."),
        field(
            "Table",
            &Shape::Some(&Shape::Members(Keys::Any, VALUE)),
            "Rows of values; the case runs once per row, with each ${name} in it replaced by the row's value."
        ),
        field("Input", VALUE, "The execution's input (default: {})."),
        field(
            "InputFile",
            PATH,
            "A file with the execution's input: a path relative to this file."
        ),
        field(
            "Expect",
            EXPECT,
            "What is expected of the execution: success, unless Status, Error or Cause is given."
        ),
    ],
    required: &["Name"],
};

const MOCKS: &Shape = &Shape::Object {
    fields: &[
        field(
            "States",
            &Shape::MockStates,
            "The results of each Task state, by name.",
        ),
        field(
            "Objects",
            &Shape::MockObjects,
            "Objects in S3 for an ItemReader, by s3://bucket/key.",
        ),
        field(
            "File",
            PATH,
            "A mock file, or a MockConfigFile.json of Step Functions Local: a path relative to this file. States and Objects override its contents.",
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
            "A regular expression that matches somewhere in it.",
        )],
        required: &["Matches"],
    },
]);

const PATHS: &Shape = &Shape::Members(Keys::Paths, VALUE);

const BOUND: &Shape = &Shape::Either(&[
    Shape::Count,
    Shape::Object {
        fields: &[
            field("AtLeast", COUNT, "The minimum number of times."),
            field("AtMost", COUNT, "The maximum number of times."),
        ],
        required: &[],
    },
]);

const CALL: Shape = Shape::Object {
    fields: &[
        field("Parameters", VALUE, "The complete payload of the call."),
        field(
            "ParametersPaths",
            PATHS,
            "Parts of the call's payload: the value at each JSONPath.",
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
        field("Output", VALUE, "The complete output. Key order is ignored."),
        field(
            "OutputSchema",
            PATH,
            "A file with a JSON Schema that the output must fit: a path relative to this file.",
        ),
        field(
            "OutputPaths",
            PATHS,
            "Parts of the output: the value at each JSONPath.",
        ),
        field(
            "Condition",
            &Shape::Either(&[Shape::Condition, Shape::List(&Shape::Condition)]),
            "JSONata that must be true: $states.output, $states.input, $states.errorOutput, $states.status and $states.duration (seconds).",
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
            "All states entered, in the order of the history, nested ones included; '...' matches any states.",
        ),
        field(
            "Visits",
            &Shape::Either(&[
                Shape::List(&Shape::State(Named::State)),
                Shape::Members(Keys::States(Named::State), BOUND),
            ]),
            "States that are entered: a list, or the number of times for each.",
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
                            field(
                                "Count",
                                BOUND,
                                "The number of times the task is called, including retries.",
                            ),
                            field("Parameters", VALUE, "The complete payload of every call."),
                            field(
                                "ParametersPaths",
                                PATHS,
                                "Parts of every call's payload: the value at each JSONPath.",
                            ),
                        ],
                        required: &[],
                    },
                ]),
            ),
            "For each task, the number of calls including retries; or its calls in order, each with its payload.",
        ),
        field(
            "Retries",
            &Shape::Members(
                Keys::States(Named::Retrying),
                &Shape::Either(&[Shape::Count, Shape::List(SECONDS)]),
            ),
            "For each state, the number of retries; or the seconds before each retry.",
        ),
        field(
            "Waits",
            &Shape::Members(
                Keys::States(Named::Wait),
                &Shape::Either(&[Shape::Seconds, Shape::List(SECONDS)]),
            ),
            "For each Wait state, the seconds it waits on every visit; or those of each visit.",
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
            "Events in this order, with any others in between: types, or members of an event. Or the number of times each type occurs.",
        ),
        field(
            "Snapshot",
            PATH,
            "A file with the expected outcome, states and calls; --update writes it.",
        ),
    ],
    required: &[],
};
