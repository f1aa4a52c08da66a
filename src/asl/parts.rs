//! The objects of a definition and their fields: where code asks for a field of a definition, it asks here, so that the
//! name of a field stands once and a misspelt one does not compile.

use std::ops::Deref;

use super::{Catcher, ChoiceRule, QueryLanguage, Retrier, Scope, State, StateMachine};
use crate::source::NodeRef;

macro_rules! parts {
    (@type $life:lifetime) => { NodeRef<$life> };
    (@type $life:lifetime $inner:ident) => { $inner<$life> };
    (@make $node:expr) => { $node };
    (@make $node:expr, $inner:ident) => { $node.map($inner) };
    ($($(#[$about:meta])* $part:ident of $($kind:ident)|+ { $($method:ident: $field:literal $(as $inner:ident)?,)+ })+) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy)]
            pub struct $part<'d>(NodeRef<'d>);

            impl<'d> $part<'d> {
                $(
                    #[doc = concat!("`", $field, "`.")]
                    pub fn $method(self) -> Option<parts!(@type 'd $($inner)?)> {
                        parts!(@make self.0.get($field) $(, $inner)?)
                    }
                )+
            }

            impl<'d> From<NodeRef<'d>> for $part<'d> {
                fn from(object: NodeRef<'d>) -> Self {
                    $part(object)
                }
            }

            impl<'d> Deref for $part<'d> {
                type Target = NodeRef<'d>;

                fn deref(&self) -> &NodeRef<'d> {
                    &self.0
                }
            }
        )+

        /// What each of them is in the table of fields, and the fields that are asked for.
        #[cfg(test)]
        const PARTS: &[(&[&str], &[&str])] = &[$((&[$(stringify!($kind)),+], &[$($field),+])),+];
    };
}

parts! {
    /// The machine, a branch or a processor.
    ScopeFields of Machine | Branch | Processor {
        comment: "Comment",
        start_at: "StartAt",
        states: "States",
        query_language: "QueryLanguage",
        timeout_seconds: "TimeoutSeconds",
        version: "Version",
        processor_config: "ProcessorConfig" as ProcessorConfigFields,
    }

    /// How a Map runs its processor.
    ProcessorConfigFields of ProcessorConfig {
        mode: "Mode",
        execution_type: "ExecutionType",
    }

    /// A state of any type.
    StateFields of AnyState {
        type_name: "Type",
        comment: "Comment",
        query_language: "QueryLanguage",
        next: "Next",
        end: "End",
        default: "Default",
        choices: "Choices",
        retry: "Retry",
        catch: "Catch",
        input_path: "InputPath",
        parameters: "Parameters",
        arguments: "Arguments",
        result: "Result",
        result_selector: "ResultSelector",
        result_path: "ResultPath",
        output_path: "OutputPath",
        output: "Output",
        assign: "Assign",
        resource: "Resource",
        credentials: "Credentials" as CredentialsFields,
        timeout_seconds: "TimeoutSeconds",
        timeout_seconds_path: "TimeoutSecondsPath",
        heartbeat_seconds: "HeartbeatSeconds",
        heartbeat_seconds_path: "HeartbeatSecondsPath",
        seconds: "Seconds",
        seconds_path: "SecondsPath",
        timestamp: "Timestamp",
        timestamp_path: "TimestampPath",
        error: "Error",
        error_path: "ErrorPath",
        cause: "Cause",
        cause_path: "CausePath",
        item_processor: "ItemProcessor" as ScopeFields,
        iterator: "Iterator" as ScopeFields,
        items: "Items",
        items_path: "ItemsPath",
        item_selector: "ItemSelector",
        max_concurrency: "MaxConcurrency",
        label: "Label",
        item_reader: "ItemReader" as ReaderFields,
        item_batcher: "ItemBatcher" as BatcherFields,
        result_writer: "ResultWriter" as WriterFields,
    }

    /// A Task's `Credentials`.
    CredentialsFields of Credentials {
        role_arn: "RoleArn",
        role_arn_path: "RoleArn.$",
    }

    /// An entry of `Retry`.
    RetrierFields of Retrier {
        error_equals: "ErrorEquals",
        interval_seconds: "IntervalSeconds",
        max_attempts: "MaxAttempts",
        backoff_rate: "BackoffRate",
        max_delay_seconds: "MaxDelaySeconds",
    }

    /// An entry of `Catch`.
    CatcherFields of Catcher {
        error_equals: "ErrorEquals",
        result_path: "ResultPath",
        output: "Output",
        assign: "Assign",
    }

    /// An entry of `Choices`, or a rule inside one.
    RuleFields of ChoiceRule {
        variable: "Variable",
        and: "And",
        or: "Or",
        not: "Not",
        is_present: "IsPresent",
        string_matches: "StringMatches",
        condition: "Condition",
        output: "Output",
        assign: "Assign",
    }

    /// A Map's `ItemReader`.
    ReaderFields of ItemReader {
        resource: "Resource",
        parameters: "Parameters",
        arguments: "Arguments",
        reader_config: "ReaderConfig" as ReaderConfigFields,
    }

    /// What an `ItemReader` reads.
    ReaderConfigFields of ReaderConfig {
        input_type: "InputType",
        transformation: "Transformation",
        manifest_type: "ManifestType",
        csv_delimiter: "CSVDelimiter",
        csv_header_location: "CSVHeaderLocation",
        csv_headers: "CSVHeaders",
        max_items: "MaxItems",
        items_pointer: "ItemsPointer",
    }

    /// A Map's `ItemBatcher`.
    BatcherFields of ItemBatcher {
        batch_input: "BatchInput",
    }

    /// A Map's `ResultWriter`.
    WriterFields of ResultWriter {
        resource: "Resource",
        parameters: "Parameters",
        arguments: "Arguments",
        writer_config: "WriterConfig" as WriterConfigFields,
    }

    /// What a `ResultWriter` writes.
    WriterConfigFields of WriterConfig {
        output_type: "OutputType",
        transformation: "Transformation",
    }
}

impl<'d> ScopeFields<'d> {
    /// Whether it is a definition at all: anything of `StartAt` and `States` is there.
    pub fn is_definition(self) -> bool {
        self.start_at().or(self.states()).is_some()
    }
}

impl<'d> StateFields<'d> {
    /// What limits how long a task takes: a number, an expression or a path.
    pub fn timeout(self) -> Option<NodeRef<'d>> {
        self.timeout_seconds().or_else(|| self.timeout_seconds_path())
    }

    /// What limits how long a task is silent: a number, an expression or a path.
    pub fn heartbeat(self) -> Option<NodeRef<'d>> {
        self.heartbeat_seconds().or_else(|| self.heartbeat_seconds_path())
    }

    /// What a Map runs for each item, under both its names.
    pub fn processors(self) -> impl Iterator<Item = ScopeFields<'d>> {
        self.item_processor().into_iter().chain(self.iterator())
    }
}

impl<'d> ReaderFields<'d> {
    /// What it sends to S3.
    pub fn payload(self, language: QueryLanguage) -> Option<NodeRef<'d>> {
        match language {
            QueryLanguage::JsonPath => self.parameters(),
            QueryLanguage::Jsonata => self.arguments(),
        }
    }
}

impl<'d> WriterFields<'d> {
    /// What it sends to S3.
    pub fn payload(self, language: QueryLanguage) -> Option<NodeRef<'d>> {
        match language {
            QueryLanguage::JsonPath => self.parameters(),
            QueryLanguage::Jsonata => self.arguments(),
        }
    }
}

impl StateMachine {
    /// The fields of the machine itself.
    pub fn fields(&self) -> ScopeFields<'_> {
        self.document().root().into()
    }
}

macro_rules! fields_of {
    ($($owner:ident => $part:ident),+) => {
        $(impl $owner {
            /// Its fields.
            pub fn fields<'m>(&self, machine: &'m StateMachine) -> $part<'m> {
                machine.node(self.node).into()
            }
        })+
    };
}

fields_of!(
    Scope => ScopeFields,
    State => StateFields,
    Retrier => RetrierFields,
    Catcher => CatcherFields,
    ChoiceRule => RuleFields
);

#[cfg(test)]
mod tests {
    use super::PARTS;
    use crate::asl::fields::Kind;

    #[test]
    fn every_field_that_is_asked_for_is_in_the_table() {
        for (kinds, fields) in PARTS {
            let kinds: Vec<Kind> = (Kind::ALL.into_iter())
                .filter(|kind| kinds.contains(&&*format!("{kind:?}")))
                .collect();
            assert!(!kinds.is_empty());
            for name in *fields {
                assert!(
                    kinds.iter().any(|kind| kind.field(name).is_some()),
                    "{kinds:?} has no {name}"
                );
            }
        }
    }
}
