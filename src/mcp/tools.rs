//! The tools: what each is for, what it takes, and the command that it is.

use serde_json::{Map, Value, json};

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// For the agent that chooses among tools.
    pub(super) description: &'static str,
    /// The command, and the options that it always has.
    pub(super) command: &'static [&'static str],
    pub(super) parameters: &'static [Parameter],
    /// What of the printed JSON is handed on.
    pub(super) answer: Answer,
}

/// What of the printed JSON is handed on: an agent pays for every word of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// All of it, numbers as they are spelt.
    Whole,
    /// Findings: without what is empty, and with their fixes only where these are asked for.
    Findings,
    /// Ends of executions: with their test cases only where these are asked for.
    Ends,
    /// Rules and codes: of a list the names and what they are about.
    Rules,
}

/// Something that a tool takes.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Its name in a call.
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
}

/// What a parameter is in a call, and on the command line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Files or folders, each an argument; where nothing else is looked at, `otherwise`.
    Files { otherwise: Option<&'static str> },
    /// A definition: its text, or the object that it is. Or, under another name, the path of its file.
    Definition { file: &'static str },
    /// Data, for a file that the option names: any value, or text in YAML where it says so. Or, under another name, the path
    /// of a file.
    Data {
        file: &'static str,
        option: &'static str,
        is_text: bool,
    },
    /// A text: an argument.
    Argument,
    /// A text, given with an option.
    Text(&'static str),
    /// One of some words, given with an option.
    Word(&'static str, &'static [&'static str]),
    /// One of some words, each an option.
    Choice(&'static [(&'static str, &'static str)]),
    /// A number from 0, given with an option, and what it is unless it is given.
    Number(&'static str, Option<u64>),
    /// The option stands there where it is true.
    Switch(&'static str),
    /// The option stands there unless it is true.
    SwitchOff(&'static str),
    /// It is about the answer, and not the command's.
    OfAnswer,
}

const fn parameter(name: &'static str, kind: Kind, description: &'static str) -> Parameter {
    Parameter {
        name,
        description,
        kind,
        is_required: false,
    }
}

const fn required(name: &'static str, kind: Kind, description: &'static str) -> Parameter {
    Parameter {
        name,
        description,
        kind,
        is_required: true,
    }
}

const FILES: Parameter = parameter(
    "files",
    Kind::Files { otherwise: None },
    "Paths of definitions, of templates that contain them (template.yaml#Orders for one of them), or of folders",
);
const PROJECT: Parameter = parameter(
    "files",
    Kind::Files { otherwise: Some(".") },
    "Paths of definitions, of templates that contain them (template.yaml#Orders for one of them), or of folders; without \
     any source the whole project",
);
const DEFINITION: Parameter = parameter(
    "definition",
    Kind::Definition { file: "file" },
    "The definition, in place of a file: its text in JSON or YAML, or the object",
);
const TYPE: Parameter = parameter(
    "type",
    Kind::Word("--type", &["standard", "express"]),
    "The type of the state machine",
);
const MAX_RESULTS: Parameter = parameter(
    "max_results",
    Kind::Number("--max-results", Some(20)),
    "Most findings that are listed per file, 20 unless given; 'truncated' says whether there are more",
);
const FIXES: Parameter = parameter(
    "fixes",
    Kind::OfAnswer,
    "Whether to give fixes as edits of byte ranges; 'help' says in words what to write",
);
const FRAGMENT: Parameter = parameter(
    "fragment",
    Kind::Switch("--fragment"),
    "Whether the definition is a single state, or states without StartAt and States",
);
const INPUT: Parameter = parameter(
    "input",
    Kind::Data {
        file: "input_file",
        option: "--input",
        is_text: false,
    },
    "The input: any JSON value, or an object or array as JSON text; {} unless given",
);
const SUBSTITUTIONS: Parameter = parameter(
    "substitutions",
    Kind::Data {
        file: "substitutions_file",
        option: "--substitutions",
        is_text: false,
    },
    "Values for placeholders (${Table}) of the definition, by name",
);
const TEST_CASE: Parameter = parameter(
    "test_case",
    Kind::Text("--test-case"),
    "With mocks in the form of Step Functions Local's MockConfigFile.json: which of its test cases",
);
const MACHINE_NAME: Parameter = parameter(
    "state_machine_name",
    Kind::Text("--state-machine-name"),
    "The state machine's name, as a MockConfigFile.json has it",
);
const NO_VALIDATE: Parameter = parameter(
    "no_validate",
    Kind::Switch("--no-validate"),
    "Whether to run the definition even if AWS would reject it",
);
const MOCKS: Parameter = parameter(
    "mocks",
    Kind::Data {
        file: "mocks_file",
        option: "--mocks",
        is_text: true,
    },
    "What the tasks answer: {\"States\": {\"Charge\": [{\"Throw\": {\"Error\": \"Busy\"}}, {\"Return\": {\"id\": 1}}], \
     \"Notify\": {\"Return\": {}}}}. A list serves the state's calls in order, retries included; an object serves every call",
);
const VARIABLES: Parameter = parameter(
    "variables",
    Kind::Data {
        file: "variables_file",
        option: "--variables",
        is_text: false,
    },
    "Variables by name, without $",
);
const CONTEXT: Parameter = parameter(
    "context",
    Kind::Data {
        file: "context_file",
        option: "--context",
        is_text: false,
    },
    "The context object",
);

/// All of them.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "check",
        description: "validate and lint together, over all Step Functions definitions of files or folders (definitions, SAM, \
                      CloudFormation, cdk.out, serverless.yml, Terraform). Begin with it.",
        command: &["check", "--format=json", "--causes"],
        parameters: &[PROJECT, DEFINITION, TYPE, FRAGMENT, MAX_RESULTS, FIXES],
        answer: Answer::Findings,
    },
    Tool {
        name: "validate",
        description: "Would AWS accept this Step Functions definition? The errors and warnings of \
                      ValidateStateMachineDefinition, each with its place and what to write instead.",
        command: &["validate", "--format=json", "--causes"],
        parameters: &[FILES, DEFINITION, TYPE, FRAGMENT, MAX_RESULTS, FIXES],
        answer: Answer::Findings,
    },
    Tool {
        name: "lint",
        description: "What AWS accepts in a definition and its users regret: missing error handling and timeouts, loops \
                      without a way out, wrong paths.",
        command: &["lint", "--format=json", "--causes"],
        parameters: &[FILES, DEFINITION, TYPE, FRAGMENT, MAX_RESULTS, FIXES],
        answer: Answer::Findings,
    },
    Tool {
        name: "simulate",
        description: "Runs a definition with mocked tasks on a virtual clock: status, output, error and cause as AWS would \
                      give them. Nothing is sent anywhere. Every task that is called needs a mock: 'skeleton' makes one for each. An \
                      error with the code 'no-mock' names one that is missing.",
        command: &["simulate", "--format=json"],
        answer: Answer::Whole,
        parameters: &[
            DEFINITION,
            INPUT,
            MOCKS,
            TEST_CASE,
            MACHINE_NAME,
            SUBSTITUTIONS,
            TYPE,
            FRAGMENT,
            NO_VALIDATE,
            parameter(
                "events",
                Kind::SwitchOff("--no-history"),
                "Whether to list every event of the history",
            ),
        ],
    },
    Tool {
        name: "skeleton",
        description: "An execution input, or mocks for every task, with which a first 'simulate' of the definition comes to its \
                      end: what the states read is in them. Change them for the paths that matter.",
        command: &["simulate"],
        answer: Answer::Whole,
        parameters: &[
            DEFINITION,
            required(
                "what",
                Kind::Choice(&[("input", "--write-input=-"), ("mocks", "--write-mocks=-")]),
                "Which of the two",
            ),
        ],
    },
    Tool {
        name: "test_state",
        description: "Runs one state alone with an input and a mocked result or error, as AWS's TestState answers.",
        command: &["test-state", "--format=json"],
        answer: Answer::Whole,
        parameters: &[
            DEFINITION,
            parameter(
                "state_name",
                Kind::Text("--state-name"),
                "The name of the state, where the definition is a whole state machine",
            ),
            INPUT,
            parameter(
                "mock",
                Kind::Data {
                    file: "mock_file",
                    option: "--mock",
                    is_text: false,
                },
                "What the state's task answers, as TestState's `mock`: {\"result\": {...}} or {\"errorOutput\": {\"error\": \"E\", \
                 \"cause\": \"C\"}}. A state that calls nothing needs none",
            ),
            VARIABLES,
            CONTEXT,
            parameter(
                "inspection_level",
                Kind::Word("--inspection-level", &["info", "debug", "trace"]),
                "How much of the data on the way is shown",
            ),
        ],
    },
    Tool {
        name: "explore",
        description: "Every combination of task outcomes: errors that nothing catches, loops without an end, states that \
                      nothing reaches, the longest path.",
        command: &["explore", "--format=json"],
        answer: Answer::Ends,
        parameters: &[
            DEFINITION,
            INPUT,
            MOCKS,
            TEST_CASE,
            MACHINE_NAME,
            SUBSTITUTIONS,
            TYPE,
            FRAGMENT,
            NO_VALIDATE,
            parameter(
                "max_runs",
                Kind::Number("--max-runs", None),
                "Most executions that are tried",
            ),
            parameter(
                "test_cases",
                Kind::OfAnswer,
                "Whether to give for each end a case for a test file: the input and mocks that lead to it",
            ),
        ],
    },
    Tool {
        name: "diff",
        description: "What a new version of a definition does differently, each change classed as breaking, behavioural or \
                      cosmetic.",
        command: &["diff", "--format=json"],
        answer: Answer::Whole,
        parameters: &[
            required(
                "old",
                Kind::Definition { file: "old_file" },
                "The old definition, in place of a file",
            ),
            required(
                "new",
                Kind::Definition { file: "new_file" },
                "The new definition, in place of a file",
            ),
            parameter(
                "all",
                Kind::Switch("--all"),
                "Whether to list cosmetic changes as well",
            ),
        ],
    },
    Tool {
        name: "eval",
        description: "Evaluates an expression: JSONata with Step Functions' functions, a JSONPath, an intrinsic function or a \
                      payload template.",
        command: &["eval", "--format=json"],
        answer: Answer::Whole,
        parameters: &[
            required(
                "expression",
                Kind::Argument,
                "The expression, with or without {% %}",
            ),
            parameter(
                "language",
                Kind::Word("--language", &["jsonata", "jsonpath", "intrinsic", "template"]),
                "Its language: jsonata unless given, intrinsic for a call such as States.Format(...)",
            ),
            INPUT,
            VARIABLES,
            CONTEXT,
            parameter(
                "aws",
                Kind::Switch("--aws"),
                "Whether to evaluate JSONata as a state does: the input is $states.input, AWS's limits apply. An expression \
                 with $states always is",
            ),
        ],
    },
    Tool {
        name: "explain",
        description: "A lint rule or validation code in full: why, and what to write instead. Without a code, the list of all.",
        command: &["explain", "--format=json"],
        answer: Answer::Rules,
        parameters: &[parameter("code", Kind::Argument, "The rule's name, or the code")],
    },
    Tool {
        name: "graph",
        description: "The states and transitions of a definition, for programs or as a diagram.",
        command: &["graph"],
        answer: Answer::Whole,
        parameters: &[
            DEFINITION,
            FRAGMENT,
            parameter(
                "format",
                Kind::Word("--format", &["json", "text", "mermaid", "dot"]),
                "json unless given",
            ),
            parameter(
                "focus",
                Kind::Text("--focus"),
                "Show only this state and its neighbours",
            ),
        ],
    },
];

/// The tool that has this name.
pub(super) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

impl Tool {
    /// As `tools/list` describes it.
    pub(super) fn described(&self) -> Value {
        let mut properties = Map::new();
        let mut needed = Vec::new();
        for parameter in self.parameters {
            let (name, description) = (parameter.name, parameter.description);
            let schema = match parameter.kind {
                Kind::Files { .. } => {
                    json!({"type": ["array", "string"], "items": {"type": "string"}, "minItems": 1})
                }
                Kind::Definition { .. } | Kind::Data { is_text: true, .. } => {
                    json!({"type": ["string", "object"]})
                }
                Kind::Data { is_text: false, .. } => json!({}),
                Kind::Argument | Kind::Text(_) => json!({"type": "string"}),
                Kind::Word(_, words) => json!({"type": "string", "enum": words}),
                Kind::Choice(words) => {
                    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                    json!({"type": "string", "enum": words})
                }
                Kind::Number(..) => json!({"type": "integer", "minimum": 0}),
                Kind::Switch(_) | Kind::SwitchOff(_) | Kind::OfAnswer => {
                    json!({"type": "boolean", "default": false})
                }
            };
            let mut schema = schema;
            schema["description"] = json!(description);
            properties.insert(name.to_owned(), schema);
            if let Kind::Definition { file } | Kind::Data { file, .. } = parameter.kind {
                let of_template = match parameter.kind {
                    Kind::Definition { .. } => "; template.yaml#Orders is one of a template's state machines",
                    _ => "",
                };
                let about = format!("The path of a file, in place of '{name}'{of_template}");
                properties.insert(file.to_owned(), json!({"type": "string", "description": about}));
            } else if parameter.is_required {
                needed.push(name);
            }
        }
        json!({
            "name": self.name,
            "description": self.description,
            "inputSchema": {
                "type": "object",
                "properties": properties,
                "required": needed,
                "additionalProperties": false,
            },
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    }

    /// The option that an argument becomes, and its name.
    pub(super) fn options(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter.kind {
                Kind::Data { option, .. }
                | Kind::Text(option)
                | Kind::Word(option, _)
                | Kind::Number(option, _)
                | Kind::Switch(option)
                | Kind::SwitchOff(option) => Some((option, parameter.name)),
                Kind::Files { .. }
                | Kind::Definition { .. }
                | Kind::Argument
                | Kind::Choice(_)
                | Kind::OfAnswer => None,
            })
    }

    /// The names that a call may use.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().flat_map(|parameter| {
            let file = match parameter.kind {
                Kind::Definition { file } | Kind::Data { file, .. } => Some(file),
                _ => None,
            };
            std::iter::once(parameter.name).chain(file)
        })
    }
}
