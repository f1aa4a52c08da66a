//! The Map state and its reader, batcher and writer.

use super::states::{ASSIGN, COMMON, IN_OUT, NEXT_END, NEXT_OR_END, PARAMETERS, RESULTS};
use super::{Entry, Field, Kind, REFERENCE, Shape, at_most_one, both, exactly_one, jsonata, path};

/// Minimum 0 and no maximum that was measured [floci#3733].
const COUNT: Shape = Shape::Integer(0, i64::MAX);

pub(super) const MAP_FIELDS: &[Field] = &[
    both("ItemProcessor", Shape::Object(Kind::Processor)),
    both("Iterator", Shape::Object(Kind::Processor)),
    path(
        "ItemsPath",
        Shape::ReferencePath {
            null: false,
            context: true,
        },
    ),
    jsonata("Items", Shape::Items),
    both("ItemSelector", Shape::Template),
    both("ItemReader", Shape::Object(Kind::ItemReader)),
    both("ItemBatcher", Shape::Object(Kind::ItemBatcher)),
    both("ResultWriter", Shape::Object(Kind::ResultWriter)),
    both("MaxConcurrency", COUNT).or_expression(),
    path("MaxConcurrencyPath", REFERENCE),
    both("ToleratedFailurePercentage", Shape::Number(0.0, 100.0)).or_expression(),
    path("ToleratedFailurePercentagePath", REFERENCE),
    both("ToleratedFailureCount", COUNT).or_expression(),
    path("ToleratedFailureCountPath", REFERENCE),
    both("Label", Shape::Label),
];

pub(super) static MAP: Entry = Entry {
    fields: &[COMMON, MAP_FIELDS, IN_OUT, PARAMETERS, RESULTS, ASSIGN, NEXT_END],
    choices: &[
        NEXT_OR_END,
        exactly_one(&["ItemProcessor", "Iterator"]),
        at_most_one(&["ItemSelector", "Parameters"]),
        at_most_one(&["MaxConcurrency", "MaxConcurrencyPath"]),
        at_most_one(&["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"]),
        at_most_one(&["ToleratedFailureCount", "ToleratedFailureCountPath"]),
    ],
    open: false,
};

pub(super) static ITEM_READER: Entry = Entry {
    fields: &[&[
        both(
            "Resource",
            Shape::StorageResource(&["s3:getObject", "s3:listObjectsV2"]),
        )
        .required(),
        path("Parameters", Shape::Template),
        jsonata("Arguments", Shape::Template),
        both("ReaderConfig", Shape::Object(Kind::ReaderConfig)),
    ]],
    choices: &[],
    open: false,
};

/// Which of them go together is checked in `validate/`.
pub(super) static READER_CONFIG: Entry = Entry {
    fields: &[&[
        both(
            "InputType",
            Shape::Enum(&["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]),
        ),
        both("Transformation", Shape::Enum(&["NONE", "LOAD_AND_FLATTEN"])),
        both("ManifestType", Shape::Enum(&["ATHENA_DATA", "S3_INVENTORY"])),
        both(
            "CSVDelimiter",
            Shape::Enum(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
        ),
        both("CSVHeaderLocation", Shape::Enum(&["FIRST_ROW", "GIVEN"])),
        both("CSVHeaders", Shape::Texts),
        both("MaxItems", Shape::Integer(0, 100_000_000)).or_expression(),
        path("MaxItemsPath", REFERENCE),
        both("ItemsPointer", Shape::Pointer).or_expression(),
    ]],
    choices: &[at_most_one(&["MaxItems", "MaxItemsPath"])],
    open: false,
};

pub(super) static ITEM_BATCHER: Entry = Entry {
    fields: &[&[
        both("MaxItemsPerBatch", COUNT).or_expression(),
        path("MaxItemsPerBatchPath", REFERENCE),
        both("MaxInputBytesPerBatch", Shape::Integer(0, 262_144)).or_expression(),
        path("MaxInputBytesPerBatchPath", REFERENCE),
        both("BatchInput", Shape::Template),
    ]],
    choices: &[
        at_most_one(&["MaxItemsPerBatch", "MaxItemsPerBatchPath"]),
        at_most_one(&["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"]),
    ],
    open: false,
};

pub(super) static RESULT_WRITER: Entry = Entry {
    fields: &[&[
        both("Resource", Shape::StorageResource(&["s3:putObject"])),
        path("Parameters", Shape::Template),
        jsonata("Arguments", Shape::Template),
        both("WriterConfig", Shape::Object(Kind::WriterConfig)),
    ]],
    choices: &[],
    open: false,
};

/// `OutputType` is required in AWS's own editor support [aws/amazon-states-language-service,
/// documentMapResultWriterMissingOutputType].
pub(super) static WRITER_CONFIG: Entry = Entry {
    fields: &[&[
        both("OutputType", Shape::Enum(&["JSON", "JSONL"])).required(),
        both("Transformation", Shape::Enum(&["NONE", "COMPACT", "FLATTEN"])),
    ]],
    choices: &[],
    open: false,
};
