//! Choice rules. Their comparison operators come from the table of operators.

use super::{Choice, Count, Entry, Field, Kind, Languages, Shape, both, field, jsonata, path};
use crate::asl::choice::{COMPARISONS, Operand};

/// A comparison path may begin in the context object [Processing input and output: context object].
const OPERAND_PATH: Shape = Shape::ReferencePath {
    null: false,
    context: true,
};

static OPERATORS: [Field; COMPARISONS.len()] = {
    const NONE: Field = field("", Languages::JsonPath, Shape::Json);
    let mut fields = [NONE; COMPARISONS.len()];
    let mut i = 0;
    while i < fields.len() {
        let operator = COMPARISONS[i];
        let shape = if operator.is_path {
            OPERAND_PATH
        } else {
            match operator.operand {
                Operand::String | Operand::Pattern => Shape::Text,
                Operand::Number => Shape::Number(f64::MIN, f64::MAX),
                Operand::Boolean | Operand::TypeTest => Shape::Bool,
                Operand::Timestamp => Shape::Timestamp,
            }
        };
        fields[i] = path(operator.name, shape);
        i += 1;
    }
    fields
};

static OPERATOR_NAMES: [&str; COMPARISONS.len()] = {
    let mut names = [""; COMPARISONS.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = COMPARISONS[i].name;
        i += 1;
    }
    names
};

const LOGIC: &[Field] = &[
    path(
        "And",
        Shape::List {
            of: Kind::NestedRule,
            non_empty: true,
        },
    ),
    path(
        "Or",
        Shape::List {
            of: Kind::NestedRule,
            non_empty: true,
        },
    ),
    path("Not", Shape::Object(Kind::NestedRule)),
    path("Variable", OPERAND_PATH),
    both("Comment", Shape::Text),
];

/// One comparison of a `Variable`; that a rule without `Variable` has none is checked in `validate/`.
static CHOICES: [Choice; 2] = [
    Choice {
        fields: &["And", "Or", "Not", "Variable", "Condition"],
        count: Count::ExactlyOneOfRule,
    },
    Choice {
        fields: &OPERATOR_NAMES,
        count: Count::AtMostOne,
    },
];

pub(super) static RULE: Entry = Entry {
    fields: &[
        LOGIC,
        &OPERATORS,
        &[
            both("Next", Shape::Target).required(),
            jsonata("Condition", Shape::Condition),
            jsonata("Output", Shape::Template),
            both("Assign", Shape::Assign),
        ],
    ],
    choices: &CHOICES,
    open: false,
};

/// `Next` inside And, Or or Not: `Field 'Next' is not supported` [pf-sfn-asl-choice-rules, measured].
pub(super) static NESTED: Entry = Entry {
    fields: &[LOGIC, &OPERATORS],
    choices: &CHOICES,
    open: false,
};
