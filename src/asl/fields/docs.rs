//! What each field of the table means, for people: a sentence, an example and AWS's page.

use serde_json::{Value, json};

use super::Kind;
use crate::asl::StateType;
use crate::asl::choice::{Comparison, Operand, comparison};

/// What a field means.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc {
    /// A sentence.
    pub description: String,
    /// A value that it may have.
    pub example: Value,
    /// The page of AWS's documentation.
    pub page: String,
}

const BASE: &str = "https://docs.aws.amazon.com/step-functions/latest/dg/";

const STRUCTURE: &str = "statemachine-structure";
const PARAMETERS: &str = "input-output-inputpath-params";
const RESULT_PATH: &str = "input-output-resultpath";
const OUTPUT_PATH: &str = "input-output-example";
const DATA: &str = "transforming-data";
const VARIABLES: &str = "workflow-variables";
const ERRORS: &str = "concepts-error-handling";
const TASK: &str = "state-task";
const CHOICE: &str = "state-choice";
const WAIT: &str = "state-wait";
const PASS: &str = "state-pass";
const FAIL: &str = "state-fail";
const PARALLEL: &str = "state-parallel";
const MAP: &str = "state-map";
const DISTRIBUTED: &str = "state-map-distributed";
const ITEMS_PATH: &str = "input-output-itemspath";
const SELECTOR: &str = "input-output-itemselector";
const READER: &str = "input-output-itemreader";
const BATCHER: &str = "input-output-itembatcher";
const WRITER: &str = "input-output-resultwriter";

/// A row: the field, what it means, an example as JSON, the page.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Rows that hold for one kind of object only; they are looked up first.
fn own(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::Machine => &[
            (
                "StartAt",
                "The name of the state that the execution begins with.",
                r#""Charge""#,
                STRUCTURE,
            ),
            (
                "States",
                "The states of the machine, by name.",
                r#"{"Done": {"Type": "Succeed"}}"#,
                STRUCTURE,
            ),
            (
                "QueryLanguage",
                "The language of all expressions: JSONPath, or JSONata. A state may have its own.",
                r#""JSONata""#,
                DATA,
            ),
            (
                "TimeoutSeconds",
                "The seconds after which a running execution fails with States.Timeout.",
                "3600",
                STRUCTURE,
            ),
        ],
        Kind::Processor => &[
            (
                "StartAt",
                "The name of the state that each iteration begins with.",
                r#""Ship""#,
                MAP,
            ),
            (
                "States",
                "The states of an iteration, by name.",
                r#"{"Ship": {"Type": "Succeed"}}"#,
                MAP,
            ),
        ],
        Kind::Catcher => &[
            (
                "ErrorEquals",
                "The error names that this catcher handles.",
                r#"["States.TaskFailed"]"#,
                ERRORS,
            ),
            (
                "Next",
                "The state that goes on when one of these errors is caught.",
                r#""Refund""#,
                ERRORS,
            ),
            (
                "ResultPath",
                "Where in the state's input the error and its cause are put; null discards them.",
                r#""$.error""#,
                ERRORS,
            ),
            (
                "Output",
                "What is passed on when the error is caught; $states.errorOutput holds the error.",
                r#""{% $states.errorOutput %}""#,
                ERRORS,
            ),
            (
                "Assign",
                "Variables that are assigned when the error is caught.",
                r#"{"reason": "{% $states.errorOutput.Cause %}"}"#,
                VARIABLES,
            ),
        ],
        Kind::ChoiceRule => &[
            (
                "Next",
                "The state that goes on when this rule matches.",
                r#""Large""#,
                CHOICE,
            ),
            (
                "Output",
                "What is passed on when this rule matches.",
                r#""{% $states.input %}""#,
                CHOICE,
            ),
            (
                "Assign",
                "Variables that are assigned when this rule matches.",
                r#"{"size": "large"}"#,
                VARIABLES,
            ),
        ],
        Kind::ItemReader => &[
            (
                "Resource",
                "The action of Amazon S3 that reads the items: getObject, or listObjectsV2.",
                r#""arn:aws:states:::s3:getObject""#,
                READER,
            ),
            (
                "Parameters",
                "The bucket, and the key or prefix, that the items are read from.",
                r#"{"Bucket": "orders", "Key": "orders.csv"}"#,
                READER,
            ),
            (
                "Arguments",
                "The bucket, and the key or prefix, that the items are read from.",
                r#"{"Bucket": "orders", "Key": "{% $states.input.key %}"}"#,
                READER,
            ),
        ],
        Kind::ReaderConfig => &[
            (
                "Transformation",
                "NONE, or LOAD_AND_FLATTEN, which reads the objects that are listed and iterates over what is in them.",
                r#""NONE""#,
                READER,
            ),
            (
                "MaxItems",
                "The number of items after which reading stops.",
                "1000",
                READER,
            ),
            (
                "MaxItemsPath",
                "Where that number is found.",
                r#""$.limit""#,
                READER,
            ),
        ],
        Kind::ResultWriter => &[
            (
                "Resource",
                "The action of Amazon S3 that stores the results.",
                r#""arn:aws:states:::s3:putObject""#,
                WRITER,
            ),
            (
                "Parameters",
                "The bucket and the prefix that the results are written to.",
                r#"{"Bucket": "results", "Prefix": "orders"}"#,
                WRITER,
            ),
            (
                "Arguments",
                "The bucket and the prefix that the results are written to.",
                r#"{"Bucket": "results", "Prefix": "orders"}"#,
                WRITER,
            ),
        ],
        Kind::WriterConfig => &[(
            "Transformation",
            "What is kept of each result: NONE keeps its metadata, COMPACT its output alone, FLATTEN makes one list of all.",
            r#""COMPACT""#,
            WRITER,
        )],
        Kind::State(StateType::Fail) => &[
            (
                "Error",
                "The name of the error that the execution fails with.",
                r#""OrderRejected""#,
                FAIL,
            ),
            (
                "Cause",
                "Words on why it fails.",
                r#""The address is unknown""#,
                FAIL,
            ),
        ],
        _ => &[],
    }
}

/// Rows that hold wherever the field stands, but for [`own`].
const ROWS: &[Row] = &[
    (
        "Comment",
        "Words for people; they do nothing.",
        r#""Charges the card once""#,
        STRUCTURE,
    ),
    (
        "StartAt",
        "The name of the state that the branch begins with.",
        r#""Charge""#,
        PARALLEL,
    ),
    (
        "States",
        "The states of the branch, by name.",
        r#"{"Done": {"Type": "Succeed"}}"#,
        PARALLEL,
    ),
    (
        "Version",
        "The version of the Amazon States Language: 1.0.",
        r#""1.0""#,
        STRUCTURE,
    ),
    (
        "ProcessorConfig",
        "How a Map runs its iterations, and as what.",
        r#"{"Mode": "INLINE"}"#,
        MAP,
    ),
    (
        "Mode",
        "INLINE: iterations are part of the execution. DISTRIBUTED: each is an execution of its own.",
        r#""INLINE""#,
        MAP,
    ),
    (
        "ExecutionType",
        "The type of the executions of a Distributed Map.",
        r#""STANDARD""#,
        DISTRIBUTED,
    ),
    ("Type", "What the state does.", r#""Task""#, STRUCTURE),
    (
        "QueryLanguage",
        "The language of this state's expressions, where it is not the machine's.",
        r#""JSONata""#,
        DATA,
    ),
    ("Next", "The state that goes on.", r#""Ship""#, STRUCTURE),
    (
        "End",
        "Whether the execution, the branch or the iteration ends here.",
        "true",
        STRUCTURE,
    ),
    (
        "InputPath",
        "The part of the input that the state works on; null stands for {}.",
        r#""$.order""#,
        PARAMETERS,
    ),
    (
        "OutputPath",
        "The part that is passed on; null stands for {}.",
        r#""$.result""#,
        OUTPUT_PATH,
    ),
    (
        "Output",
        "What is passed on.",
        r#"{"id": "{% $states.result.id %}"}"#,
        DATA,
    ),
    (
        "Assign",
        "Variables that are assigned when the state ends, for all states after it.",
        r#"{"total": 3}"#,
        VARIABLES,
    ),
    (
        "Parameters",
        "What is sent; keys that end in .$ take a path or a call.",
        r#"{"orderId.$": "$.id"}"#,
        PARAMETERS,
    ),
    (
        "ResultPath",
        "Where in the input the result is put; null discards it.",
        r#""$.charge""#,
        RESULT_PATH,
    ),
    (
        "Arguments",
        "What is sent.",
        r#"{"orderId": "{% $states.input.id %}"}"#,
        DATA,
    ),
    (
        "ResultSelector",
        "What is made of the result before ResultPath puts it into the input.",
        r#"{"id.$": "$.Payload.id"}"#,
        PARAMETERS,
    ),
    (
        "Retry",
        "What is tried again, how often and after how long.",
        r#"[{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}]"#,
        ERRORS,
    ),
    (
        "Catch",
        "Which state goes on after which error.",
        r#"[{"ErrorEquals": ["States.ALL"], "Next": "Refund"}]"#,
        ERRORS,
    ),
    ("Result", "The result, as it stands.", r#"{"retries": 0}"#, PASS),
    (
        "Resource",
        "The ARN of what the task calls: a function, an activity, or an action of a service.",
        r#""arn:aws:states:::lambda:invoke""#,
        TASK,
    ),
    (
        "Credentials",
        "The role that the task is called with.",
        r#"{"RoleArn": "arn:aws:iam::123456789012:role/shipping"}"#,
        "concepts-access-cross-acct-resources",
    ),
    (
        "TimeoutSeconds",
        "The seconds after which the task fails with States.Timeout.",
        "30",
        TASK,
    ),
    (
        "TimeoutSecondsPath",
        "Where the seconds are found after which the task fails with States.Timeout.",
        r#""$.timeout""#,
        TASK,
    ),
    (
        "HeartbeatSeconds",
        "The seconds without a heartbeat after which the task fails with States.HeartbeatTimeout.",
        "10",
        TASK,
    ),
    (
        "HeartbeatSecondsPath",
        "Where the seconds are found without a heartbeat after which the task fails.",
        r#""$.heartbeat""#,
        TASK,
    ),
    ("Seconds", "How long it waits.", "10", WAIT),
    (
        "SecondsPath",
        "Where it is found how long it waits.",
        r#""$.delay""#,
        WAIT,
    ),
    (
        "Timestamp",
        "Until when it waits.",
        r#""2026-01-01T00:00:00Z""#,
        WAIT,
    ),
    (
        "TimestampPath",
        "Where it is found until when it waits.",
        r#""$.deliverAt""#,
        WAIT,
    ),
    (
        "Choices",
        "The rules, tried in order; the first that matches says which state goes on.",
        r#"[{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Large"}]"#,
        CHOICE,
    ),
    (
        "Default",
        "The state that goes on when no rule matches.",
        r#""Small""#,
        CHOICE,
    ),
    ("Error", "The name of an error.", r#""OrderRejected""#, FAIL),
    (
        "ErrorPath",
        "Where the name of the error is found, or a call that gives it.",
        r#""$.error""#,
        FAIL,
    ),
    (
        "Cause",
        "Words on why it fails.",
        r#""The address is unknown""#,
        FAIL,
    ),
    (
        "CausePath",
        "Where the cause is found, or a call that gives it.",
        r#""$.cause""#,
        FAIL,
    ),
    (
        "Branches",
        "The branches, which run at the same time.",
        r#"[{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}]"#,
        PARALLEL,
    ),
    (
        "RoleArn",
        "The role's ARN.",
        r#""arn:aws:iam::123456789012:role/shipping""#,
        "concepts-access-cross-acct-resources",
    ),
    (
        "RoleArn.$",
        "Where the role's ARN is found.",
        r#""$.role""#,
        "concepts-access-cross-acct-resources",
    ),
    (
        "ErrorEquals",
        "The error names that this retrier handles.",
        r#"["States.TaskFailed"]"#,
        ERRORS,
    ),
    (
        "IntervalSeconds",
        "The seconds before the first retry.",
        "1",
        ERRORS,
    ),
    ("MaxAttempts", "How often it is tried again at most.", "3", ERRORS),
    (
        "BackoffRate",
        "The factor by which the interval grows with each retry.",
        "2.0",
        ERRORS,
    ),
    ("MaxDelaySeconds", "The longest interval.", "60", ERRORS),
    (
        "JitterStrategy",
        "FULL: a random part of the interval is waited. NONE: all of it.",
        r#""FULL""#,
        ERRORS,
    ),
    (
        "ItemProcessor",
        "The states that each item goes through.",
        r#"{"StartAt": "Ship", "States": {"Ship": {"Type": "Succeed"}}}"#,
        MAP,
    ),
    (
        "Iterator",
        "The older name of ItemProcessor.",
        r#"{"StartAt": "Ship", "States": {"Ship": {"Type": "Succeed"}}}"#,
        MAP,
    ),
    (
        "ItemsPath",
        "Where the list of items is found.",
        r#""$.orders""#,
        ITEMS_PATH,
    ),
    (
        "Items",
        "The list of items, or an expression that gives one.",
        r#""{% $states.input.orders %}""#,
        MAP,
    ),
    (
        "ItemSelector",
        "What each iteration gets in place of the item.",
        r#"{"order.$": "$$.Map.Item.Value"}"#,
        SELECTOR,
    ),
    (
        "ItemReader",
        "Where in Amazon S3 a Distributed Map reads its items.",
        r#"{"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "orders", "Key": "orders.json"}}"#,
        READER,
    ),
    (
        "ItemBatcher",
        "How many items each child execution gets.",
        r#"{"MaxItemsPerBatch": 10}"#,
        BATCHER,
    ),
    (
        "ResultWriter",
        "Where in Amazon S3 a Distributed Map stores its results, and in what form.",
        r#"{"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "results", "Prefix": "orders"}}"#,
        WRITER,
    ),
    (
        "MaxConcurrency",
        "How many iterations run at the same time at most; 0 sets no limit.",
        "5",
        MAP,
    ),
    (
        "MaxConcurrencyPath",
        "Where that number is found.",
        r#""$.concurrency""#,
        MAP,
    ),
    (
        "ToleratedFailurePercentage",
        "The percentage of items that may fail before the Map Run fails.",
        "5",
        DISTRIBUTED,
    ),
    (
        "ToleratedFailurePercentagePath",
        "Where that percentage is found.",
        r#""$.tolerated""#,
        DISTRIBUTED,
    ),
    (
        "ToleratedFailureCount",
        "How many items may fail before the Map Run fails.",
        "10",
        DISTRIBUTED,
    ),
    (
        "ToleratedFailureCountPath",
        "Where that number is found.",
        r#""$.tolerated""#,
        DISTRIBUTED,
    ),
    (
        "Label",
        "A part of the Map Run's ARN that tells the Map states of a machine apart.",
        r#""orders""#,
        DISTRIBUTED,
    ),
    (
        "ReaderConfig",
        "The format of what is read.",
        r#"{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}"#,
        READER,
    ),
    ("InputType", "The format of the object.", r#""CSV""#, READER),
    (
        "ManifestType",
        "What wrote the manifest that lists the objects.",
        r#""S3_INVENTORY""#,
        READER,
    ),
    (
        "CSVDelimiter",
        "What stands between the values of a line.",
        r#""SEMICOLON""#,
        READER,
    ),
    (
        "CSVHeaderLocation",
        "Whether the names of the columns are the first line, or given in CSVHeaders.",
        r#""FIRST_ROW""#,
        READER,
    ),
    (
        "CSVHeaders",
        "The names of the columns.",
        r#"["id", "total"]"#,
        READER,
    ),
    (
        "ItemsPointer",
        "The JSON Pointer of the list inside the object.",
        r#""/orders""#,
        READER,
    ),
    (
        "MaxItemsPerBatch",
        "How many items a batch has at most.",
        "10",
        BATCHER,
    ),
    (
        "MaxItemsPerBatchPath",
        "Where that number is found.",
        r#""$.batch""#,
        BATCHER,
    ),
    (
        "MaxInputBytesPerBatch",
        "How many bytes a batch has at most.",
        "131072",
        BATCHER,
    ),
    (
        "MaxInputBytesPerBatchPath",
        "Where that number is found.",
        r#""$.bytes""#,
        BATCHER,
    ),
    (
        "BatchInput",
        "What every batch gets beside its items.",
        r#"{"currency": "EUR"}"#,
        BATCHER,
    ),
    (
        "WriterConfig",
        "The form in which the results are stored.",
        r#"{"OutputType": "JSONL", "Transformation": "COMPACT"}"#,
        WRITER,
    ),
    ("OutputType", "The format of the files.", r#""JSONL""#, WRITER),
    (
        "And",
        "All of these rules must match.",
        r#"[{"Variable": "$.total", "NumericGreaterThan": 100}]"#,
        CHOICE,
    ),
    (
        "Or",
        "One of these rules must match.",
        r#"[{"Variable": "$.total", "NumericGreaterThan": 100}]"#,
        CHOICE,
    ),
    (
        "Not",
        "This rule must not match.",
        r#"{"Variable": "$.paid", "BooleanEquals": true}"#,
        CHOICE,
    ),
    (
        "Variable",
        "Where the value is found that is compared.",
        r#""$.total""#,
        CHOICE,
    ),
    (
        "Condition",
        "The expression that says whether this rule matches.",
        r#""{% $states.input.total > 100 %}""#,
        CHOICE,
    ),
];

/// What the field `name` of `kind` means; `None` for what the table does not have.
pub fn doc(kind: Kind, name: &str) -> Option<Doc> {
    if let Some(operator) = comparison(name).filter(|_| matches!(kind, Kind::ChoiceRule | Kind::NestedRule)) {
        return Some(of_comparison(operator));
    }
    let rows = own(kind).iter().chain(ROWS);
    let (_, description, example, page) = rows.into_iter().find(|row| row.0 == name)?;
    Some(Doc {
        description: (*description).to_owned(),
        example: serde_json::from_str(example).unwrap_or_default(),
        page: format!("{BASE}{page}.html"),
    })
}

/// A comparison operator, from the table of operators.
fn of_comparison(operator: &Comparison) -> Doc {
    let name = operator.name;
    let base = if operator.is_path {
        name.strip_suffix("Path").unwrap_or(name)
    } else {
        name
    };
    let (noun, example) = match operator.operand {
        Operand::String => ("a string", json!("approved")),
        Operand::Pattern => ("a string", json!("log-*.txt")),
        Operand::Number => ("a number", json!(100)),
        Operand::Boolean => ("a boolean", json!(true)),
        Operand::Timestamp => ("a timestamp", json!("2026-01-01T00:00:00Z")),
        Operand::TypeTest => ("", json!(true)),
    };
    let relation = [
        ("LessThanEquals", "less than or equal to"),
        ("GreaterThanEquals", "greater than or equal to"),
        ("LessThan", "less than"),
        ("GreaterThan", "greater than"),
        ("Equals", "equal to"),
    ]
    .into_iter()
    .find_map(|(suffix, words)| base.ends_with(suffix).then_some(words));
    let description = match (operator.operand, relation) {
        (Operand::TypeTest, _) => {
            let asked = match name {
                "IsPresent" => "is there",
                "IsNull" => "is null",
                "IsNumeric" => "is a number",
                "IsString" => "is a string",
                "IsBoolean" => "is a boolean",
                _ => "is a timestamp",
            };
            format!("Whether the variable {asked}; false asks for the opposite.")
        }
        (Operand::Pattern, _) => {
            "The variable is a string that matches this pattern, in which * stands for any characters."
                .to_owned()
        }
        (_, relation) => {
            let than = if operator.is_path {
                "what this path leads to"
            } else {
                "this value"
            };
            format!(
                "The variable is {noun}, and {} {than}.",
                relation.unwrap_or("equal to")
            )
        }
    };
    Doc {
        description,
        example: if operator.is_path {
            json!("$.limit")
        } else {
            example
        },
        page: format!("{BASE}{CHOICE}.html"),
    }
}
