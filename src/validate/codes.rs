//! What each code of a validation finding means, for `explain`.

pub use super::error_meanings::{ERRORS, STATUS_CODE};
use crate::diagnostics::{Finding, Severity};

/// A code and its meaning.
#[derive(Debug)]
pub struct Code {
    /// The code, as AWS spells it.
    pub name: &'static str,
    /// What it is about, in a line.
    pub summary: &'static str,
    /// What AWS asks for, and what to do.
    pub text: &'static str,
}

impl Code {
    /// Whether it is the code of a finding or the name of an error, in a word.
    pub fn kind(&self) -> &'static str {
        match self.name.starts_with("States.") {
            true => "error",
            false => "code",
        }
    }
}

/// The codes of errors and warnings in definitions [API ValidateStateMachineDefinitionDiagnostic; recorded]: those
/// that the page does not list were seen in AWS's answers.
pub static CODES: [Code; 30] = [
    Code {
        name: "DUPLICATE_LABEL_NAME",
        summary: "Two Map states have the same Label",
        text: "The Label of a Distributed Map is part of its Map Run's ARN and must be unique in the machine.",
    },
    Code {
        name: "DUPLICATE_STATE_NAME",
        summary: "Two states have the same name",
        text: "State names are unique in the whole machine, including the branches of Parallel states and the processors of \
               Map states. Rename one of them, and the transitions that lead to it.",
    },
    Code {
        name: "DUPLICATE_VARIABLE_NAME",
        summary: "A branch or processor assigns a variable of the scope around it",
        text: "A branch or processor can read variables of the scope around it, but cannot assign them. Give the inner \
               variable a name of its own, and pass its value on in the output. AWS documents the rule; the code is ours.",
    },
    Code {
        name: "INVALID_FUNCTION_ARGUMENT",
        summary: "A Terraform template names a variable that it is not given",
        text: "templatefile fails with \"Invalid function argument\" if the template names a variable that is not in its \
               map, in text, in an expression or in a directive; so does the data source template_file. Give the variable \
               a value, or write $${name} for literal text. The code is ours.",
    },
    Code {
        name: "INVALID_HCL",
        summary: "A .tf file cannot be read",
        text: "The file is not in Terraform's language; the finding shows where the parser stopped. The code is ours.",
    },
    Code {
        name: "INVALID_JSONATA_EXPRESSION",
        summary: "An expression is not JSONata",
        text: "The text between {% and %} does not parse. The finding shows where the parser stopped.",
    },
    Code {
        name: "INVALID_JSON_DESCRIPTION",
        summary: "The definition cannot be read",
        text: "The text is not JSON (or YAML, which this tool reads as well). AWS's JSON has no comments, no trailing \
               commas, no single quotes, and no duplicate keys in an object. The message and the location are those of \
               AWS's parser, which names the line and column where it stopped; the finding adds what is meant.",
    },
    Code {
        name: "INVALID_LABEL_NAME",
        summary: "A Label is too long or contains invalid characters",
        text: "A Map's Label has at most 40 characters, and none of these: white space, ? * < > { } [ ] : ; , \\ | ^ ~ $ # \
               % & ` \" and control characters.",
    },
    Code {
        name: "INVALID_STATE_NAME",
        summary: "A state's name is too long",
        text: "State names have at most 80 characters.",
    },
    Code {
        name: "INVALID_VARIABLE_NAME",
        summary: "A name in Assign is not a valid variable name",
        text: "Variable names begin with a letter and continue with letters, digits and underscores, at most 80 \
               characters.",
    },
    Code {
        name: "InvalidEncryptionConfiguration",
        summary: "A template's EncryptionConfiguration is not valid",
        text: "With a key of your own (CUSTOMER_MANAGED_KMS_KEY), KmsKeyId is required. With AWS's key (AWS_OWNED_KEY), \
               KmsKeyId and KmsDataKeyReusePeriodSeconds are not allowed. There is no other type.",
    },
    Code {
        name: "InvalidLoggingConfiguration",
        summary: "A template's logging configuration is not valid",
        text: "The level is ALL, ERROR, FATAL or OFF. A level other than OFF needs exactly one destination, a log group whose \
               ARN ends with :*, and then the machine's name may only have 0-9, A-Z, a-z, '.', '_' and '-'. In Terraform, a \
               log group's attribute arn has no :*; write \"${aws_cloudwatch_log_group.orders.arn}:*\".",
    },
    Code {
        name: "InvalidName",
        summary: "A template gives the state machine an invalid name",
        text: "Names have 1 to 80 characters, and none of these: white space, brackets, ? * \" # % \\ ^ | ~ ` $ & , ; : / \
               and control characters. Terraform's provider accepts only 0-9, A-Z, a-z, '-' and '_'.",
    },
    Code {
        name: "InvalidRequest",
        summary: "A template defines a state machine twice, or gives it an unknown type",
        text: "A state machine has exactly one of Definition, DefinitionString and DefinitionS3Location (in SAM: \
               Definition and DefinitionUri). Its type is STANDARD or EXPRESS.",
    },
    Code {
        name: "MISSING_DESCRIPTION",
        summary: "A state machine without a definition",
        text: "The template's resource has none of Definition, DefinitionString, DefinitionUri and \
               DefinitionS3Location, or an empty one.",
    },
    Code {
        name: "MISSING_END_STATE",
        summary: "No top-level state ends the execution",
        text: "At least one state of the top level must be a Succeed or Fail state, or have \"End\": true.",
    },
    Code {
        name: "MISSING_TRANSITION_TARGET",
        summary: "A transition has no target, or a state cannot be reached",
        text: "Next, Default, a Choice rule's Next, a catcher's Next and StartAt name a state of the same States \
               object: transitions neither enter nor leave a branch or a processor. The same code says that a state \
               cannot be reached from StartAt. A mistyped name often gives both: the missing target, and the state that \
               nothing leads to any more.",
    },
    Code {
        name: "NOT_READ",
        summary: "A definition that is not known before it is deployed",
        text: "Nothing is checked in a definition that is in S3 or behind a variable, or that is made when Terraform runs or \
               the template is deployed. Name the file with the definition itself, check what the tool makes (cdk.out, \
               terraform show -json), or let --fail-on-unread fail. The code is ours.",
    },
    Code {
        name: "NO_DOLLAR",
        summary: "A path in a field that is not evaluated",
        text: "The value of a template's field looks like a JSONPath, but only fields whose names end in .$ are \
               evaluated. If the path's value is meant, write \"name.$\". A warning: AWS accepts the definition.",
    },
    Code {
        name: "NO_PATH",
        summary: "A path in a Fail state's Error or Cause",
        text: "Error and Cause are literal texts; ErrorPath and CausePath are evaluated. A warning: AWS accepts the definition.",
    },
    Code {
        name: "PASS_RESULT_IS_STATIC",
        summary: "A path in a Pass state's Result",
        text: "Result is literal, including names that end in .$; Parameters is evaluated. A warning: AWS accepts the \
               definition.",
    },
    Code {
        name: "RESERVED_VARIABLE_NAME",
        summary: "Assign to $states",
        text: "The variable $states belongs to Step Functions.",
    },
    Code {
        name: "SCHEMA_POLICY",
        summary: "A JSON Schema given with --schema does not allow it",
        text: "The definition does not match a schema given with `validate --schema`: rules of your own, in addition to those \
               of AWS, which would accept it. The message ends with the schema's file and the rule in it. The code is ours.",
    },
    Code {
        name: "SCHEMA_VALIDATION_FAILED",
        summary: "A field is missing, unknown, or has the wrong value",
        text: "The message says what AWS requires at the place it names: a missing field, a field that this type of state \
               or this query language does not have, fields that exclude each other, a value's type, range or form.",
    },
    Code {
        name: "TOO_DEEPLY_NESTED",
        summary: "Objects or arrays are nested too deeply",
        text: "Move what is inside into a machine of its own and run it with states:startExecution.sync:2.",
    },
    Code {
        name: "UNASSIGNED_VARIABLE",
        summary: "A variable that nothing assigns before it is read",
        text: "No path to the state assigns the variable, so the state fails: with States.Runtime in JSONPath, with \
               States.QueryEvaluationError in JSONata. A branch or processor sees the variables of the scope around it; the \
               processor of a Distributed Map does not. A warning: AWS accepts the definition, and the code is ours. A variable \
               that only some paths assign is reported by lint's rule unassigned-variable.",
    },
    Code {
        name: "UNKNOWN_FUNCTION",
        summary: "A call of a function that Step Functions does not have",
        text: "Step Functions has the functions of JSONata 2 without $eval, and adds $partition, $range, $hash, \
               $random with a seed, $uuid and $parse. A call of any other function fails with T1006 when it runs. A warning: \
               AWS accepts the definition, and the code is ours.",
    },
    Code {
        name: "UNSUPPORTED_JSONATA_EXPRESSION",
        summary: "JSONata that Step Functions does not run",
        text: "An expression has no input of its own in Step Functions: $ and names at the top level mean nothing \
               there. Write $states.input.name. $states.result and $states.errorOutput exist only where there is a \
               result or an error.",
    },
    Code {
        name: "VALIDATION_EXCEPTION",
        summary: "The definition is too long",
        text: "AWS accepts at most 1,048,576 characters, and answers the request itself with a ValidationException. \
               Deploy the definition without indentation, or move parts of it into machines of their own.",
    },
    Code {
        name: "WRONG_NUMBER_OF_ARGUMENTS",
        summary: "A JSONata function is called with too many or too few arguments",
        text: "The call fails with T0410 when it runs, or gives nothing: some of the functions that Step Functions \
               adds give nothing if an argument is missing. What comes before ~> is the first argument of the call \
               after it. A warning: AWS accepts the definition, and the code is ours.",
    },
];

/// Codes and error names, as they are listed.
pub fn all() -> impl Iterator<Item = &'static Code> {
    CODES.iter().chain(&ERRORS)
}

/// The code or error called `name`, in letters of any case: some of AWS's are in capitals, some are not.
pub fn find(name: &str) -> Option<&'static Code> {
    // A name with a status code is one of a family.
    let family = name
        .get(..STATUS_CODE.len())
        .filter(|start| start.eq_ignore_ascii_case(STATUS_CODE));
    let name = family.unwrap_or(name);
    all().find(|code| code.name.eq_ignore_ascii_case(name))
}

/// The codes of warnings that AWS gives [API ValidateStateMachineDefinitionDiagnostic]. The others are ours: AWS accepts the
/// definition without a word.
const WARNINGS_OF_AWS: [&str; 3] = ["NO_DOLLAR", "NO_PATH", "PASS_RESULT_IS_STATIC"];

/// Whether AWS itself would tell a finding of validate.
pub fn is_told_by_aws(finding: &Finding) -> bool {
    finding.severity == Severity::Error || WARNINGS_OF_AWS.contains(&&*finding.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.is_sorted_by(|a, b| a.name < b.name));
    }
}
