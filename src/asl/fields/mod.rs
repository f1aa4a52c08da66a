//! The one table of fields: which fields an object of a definition takes, in which query language, and what each may
//! hold. The JSON Schema, the structural checks, the suggestions of nearest names and the words of the messages all
//! come from it.
//!
//! The fields of the eight state types were measured with ValidateStateMachineDefinition, 8 types x 50 fields
//! [badmintoncryer/cdk-preflight, pf-sfn-asl-state-fields, 2026-09-05]; the numeric ranges likewise
//! [pf-sfn-asl-numeric-ranges; floci#3733]. The objects inside a Map follow the developer guide's pages on
//! `ItemReader`, `ItemBatcher` and `ResultWriter`.

mod choice;
mod content;
pub mod docs;
mod map;
pub mod schema;
mod scopes;
mod states;
#[cfg(test)]
mod tests;
mod walk;

pub use content::Content;
pub use walk::{Place, Visitor, walk};

use super::{QueryLanguage, StateType};

/// An object of a definition that has fields of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The machine itself.
    Machine,
    /// A Parallel state's branch.
    Branch,
    /// A Map state's `ItemProcessor` or `Iterator`.
    Processor,
    /// A Map processor's `ProcessorConfig`.
    ProcessorConfig,
    /// A state.
    State(StateType),
    /// A state whose `Type` is missing or none of the eight: it may have every field that any state has.
    AnyState,
    /// A Task's `Credentials`.
    Credentials,
    /// An entry of `Retry`.
    Retrier,
    /// An entry of `Catch`.
    Catcher,
    /// An entry of `Choices`.
    ChoiceRule,
    /// A rule inside `And`, `Or` or `Not`.
    NestedRule,
    /// A Map's `ItemReader`.
    ItemReader,
    /// An `ItemReader`'s `ReaderConfig`.
    ReaderConfig,
    /// A Map's `ItemBatcher`.
    ItemBatcher,
    /// A Map's `ResultWriter`.
    ResultWriter,
    /// A `ResultWriter`'s `WriterConfig`.
    WriterConfig,
}

impl Kind {
    /// All kinds: those that are no state, [`Kind::AnyState`], and the eight state types.
    pub const ALL: [Kind; 23] = [
        Kind::Machine,
        Kind::Branch,
        Kind::Processor,
        Kind::ProcessorConfig,
        Kind::State(StateType::Pass),
        Kind::State(StateType::Task),
        Kind::State(StateType::Choice),
        Kind::State(StateType::Wait),
        Kind::State(StateType::Succeed),
        Kind::State(StateType::Fail),
        Kind::State(StateType::Parallel),
        Kind::State(StateType::Map),
        Kind::AnyState,
        Kind::Credentials,
        Kind::Retrier,
        Kind::Catcher,
        Kind::ChoiceRule,
        Kind::NestedRule,
        Kind::ItemReader,
        Kind::ReaderConfig,
        Kind::ItemBatcher,
        Kind::ResultWriter,
        Kind::WriterConfig,
    ];

    /// What messages of ours call such an object: `a Task state`, `a retrier`.
    pub fn describe(self) -> String {
        let text = match self {
            Kind::Machine => "the state machine",
            Kind::Branch => "a branch",
            Kind::Processor => "an item processor",
            Kind::ProcessorConfig => "ProcessorConfig",
            Kind::State(state_type) => return format!("a {state_type} state"),
            Kind::AnyState => "a state",
            Kind::Credentials => "Credentials",
            Kind::Retrier => "a retrier",
            Kind::Catcher => "a catcher",
            Kind::ChoiceRule => "a Choice rule",
            Kind::NestedRule => "a nested Choice rule",
            Kind::ItemReader => "ItemReader",
            Kind::ReaderConfig => "ReaderConfig",
            Kind::ItemBatcher => "ItemBatcher",
            Kind::ResultWriter => "ResultWriter",
            Kind::WriterConfig => "WriterConfig",
        };
        text.to_owned()
    }

    /// The rows of the table for this kind.
    pub fn entry(self) -> &'static Entry {
        match self {
            Kind::Machine => &scopes::MACHINE,
            Kind::Branch => &scopes::BRANCH,
            Kind::Processor => &scopes::PROCESSOR,
            Kind::ProcessorConfig => &scopes::PROCESSOR_CONFIG,
            Kind::State(StateType::Pass) => &states::PASS,
            Kind::State(StateType::Task) => &states::TASK,
            Kind::State(StateType::Choice) => &states::CHOICE,
            Kind::State(StateType::Wait) => &states::WAIT,
            Kind::State(StateType::Succeed) => &states::SUCCEED,
            Kind::State(StateType::Fail) => &states::FAIL,
            Kind::State(StateType::Parallel) => &states::PARALLEL,
            Kind::State(StateType::Map) => &map::MAP,
            Kind::AnyState => &states::ANY,
            Kind::Credentials => &states::CREDENTIALS,
            Kind::Retrier => &states::RETRIER,
            Kind::Catcher => &states::CATCHER,
            Kind::ChoiceRule => &choice::RULE,
            Kind::NestedRule => &choice::NESTED,
            Kind::ItemReader => &map::ITEM_READER,
            Kind::ReaderConfig => &map::READER_CONFIG,
            Kind::ItemBatcher => &map::ITEM_BATCHER,
            Kind::ResultWriter => &map::RESULT_WRITER,
            Kind::WriterConfig => &map::WRITER_CONFIG,
        }
    }

    /// Its fields, of both query languages.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.entry().fields.iter().flat_map(|group| group.iter())
    }

    /// The field `name`; names are case-sensitive.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }

    /// Its fields that count in `language`.
    pub fn fields_in(self, language: QueryLanguage) -> impl Iterator<Item = &'static Field> {
        self.fields().filter(move |field| field.languages.allow(language))
    }
}

/// The rows of one kind.
#[derive(Debug)]
pub struct Entry {
    /// Its fields, in groups that several kinds share.
    pub fields: &'static [&'static [Field]],
    /// Fields that exclude each other.
    pub choices: &'static [Choice],
    /// Whether fields that the table does not name are let pass: AWS was seen to say nothing about them.
    pub open: bool,
}

/// In which query languages a field counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages {
    /// In both.
    Both,
    /// In JSONPath only.
    JsonPath,
    /// In JSONata only.
    Jsonata,
}

impl Languages {
    /// Whether `language` is among them.
    pub fn allow(self, language: QueryLanguage) -> bool {
        match self {
            Languages::Both => true,
            Languages::JsonPath => language == QueryLanguage::JsonPath,
            Languages::Jsonata => language == QueryLanguage::Jsonata,
        }
    }
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The query languages that have it.
    pub languages: Languages,
    /// What it may hold.
    pub shape: Shape,
    /// Whether it must be there (where its language has it).
    pub required: bool,
    /// Whether, in a JSONata state, a `{% %}` string may stand for the value.
    pub expression: bool,
}

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Any value, taken as it is.
    Json,
    /// A string.
    Text,
    /// `true` or `false`.
    Bool,
    /// An integer from the first to the second number.
    Integer(i64, i64),
    /// A number from the first to the second number.
    Number(f64, f64),
    /// A number that is at least an integer, which AWS's message then shows without a fraction
    /// (`Minimum value is 1` for BackoffRate) [pf-sfn-asl-numeric-ranges].
    AtLeast(i64),
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// The name of a state of the same scope.
    Target,
    /// The object of states, by name.
    States,
    /// What a Task calls.
    Resource,
    /// What an `ItemReader` or `ResultWriter` calls: the actions of S3.
    StorageResource(&'static [&'static str]),
    /// An RFC 3339 timestamp.
    Timestamp,
    /// The label of a Distributed Map.
    Label,
    /// A JSONPath, or `null`.
    Path,
    /// A reference path: a path that names one node.
    ReferencePath {
        /// Whether `null` may stand for it.
        null: bool,
        /// Whether it may begin in the context object (`$$.`).
        context: bool,
    },
    /// A reference path or a call of an intrinsic function.
    PathOrCall,
    /// A JSON Pointer.
    Pointer,
    /// A payload template: any value, with paths under `.$` keys or expressions in its strings.
    Template,
    /// Variables: an object of payload templates by variable name.
    Assign,
    /// An expression in `{% %}` and nothing else (a boolean literal is taken too).
    Condition,
    /// An expression in `{% %}` that gives an array, or an array.
    Items,
    /// The list of error names of a retrier or catcher, not empty.
    ErrorNames,
    /// A list of strings.
    Texts,
    /// An object.
    Object(Kind),
    /// A list of objects.
    List {
        /// What each of them is.
        of: Kind,
        /// Whether there must be one at least.
        non_empty: bool,
    },
}

/// How many of some fields there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// One at most.
    AtMostOne,
    /// Exactly one.
    ExactlyOne,
    /// Exactly one, said in the words that AWS has for a Choice rule.
    ExactlyOneOfRule,
}

/// Fields that exclude each other, in the order in which AWS lists them.
#[derive(Debug)]
pub struct Choice {
    /// Their names.
    pub fields: &'static [&'static str],
    /// How many there may be.
    pub count: Count,
}

const fn field(name: &'static str, languages: Languages, shape: Shape) -> Field {
    Field {
        name,
        languages,
        shape,
        required: false,
        expression: false,
    }
}

/// A field of both languages.
const fn both(name: &'static str, shape: Shape) -> Field {
    field(name, Languages::Both, shape)
}

/// A field of JSONPath.
const fn path(name: &'static str, shape: Shape) -> Field {
    field(name, Languages::JsonPath, shape)
}

/// A field of JSONata.
const fn jsonata(name: &'static str, shape: Shape) -> Field {
    field(name, Languages::Jsonata, shape)
}

impl Field {
    const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    const fn or_expression(mut self) -> Field {
        self.expression = true;
        self
    }
}

const fn at_most_one(fields: &'static [&'static str]) -> Choice {
    Choice {
        fields,
        count: Count::AtMostOne,
    }
}

const fn exactly_one(fields: &'static [&'static str]) -> Choice {
    Choice {
        fields,
        count: Count::ExactlyOne,
    }
}

/// A reference path into the state's input; variables are paths, too.
const REFERENCE: Shape = Shape::ReferencePath {
    null: false,
    context: false,
};

/// Seconds of timeouts, heartbeats and waits end here [pf-sfn-asl-numeric-ranges, measured].
const MAX_SECONDS: i64 = 99_999_999;
