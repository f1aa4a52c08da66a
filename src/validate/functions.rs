//! Calls of JSONata functions that AWS accepts and that fail when they are run: of functions that Step Functions does
//! not have, and with more or fewer arguments than the function takes.

use crate::diagnostics::{Finding, Span, nearest};
use crate::expr::jsonata::{self, Call};

/// What calls fail with: an expression's variable that is no function, or arguments that no signature fits.
pub(super) const UNKNOWN: &str = "UNKNOWN_FUNCTION";
pub(super) const ARGUMENTS: &str = "WRONG_NUMBER_OF_ARGUMENTS";

/// What is wrong with a call, if anything; `place` is where the function's name stands.
pub(super) fn check(call: &Call, place: Span) -> Option<Finding> {
    let name = &*call.function.name;
    let Some(arity) = jsonata::arity(name) else {
        let finding = Finding::warning(
            UNKNOWN,
            format!("Step Functions has no function '${name}'."),
            place,
        )
        .with_label("T1006 at run time");
        return Some(match unknown_help(name) {
            Some(help) => finding.with_help(help),
            None => finding,
        });
    };
    let count = call.arguments.filter(|count| !arity.allows(*count))?;
    let message = format!("'${name}' takes {arity}, not {count}.");
    // A function that Step Functions adds was measured to give nothing where an argument is missing.
    Some(Finding::warning(ARGUMENTS, message, place).with_label("fails at run time"))
}

/// What to write instead of a function that does not exist.
pub(super) fn unknown_help(name: &str) -> Option<String> {
    if jsonata::is_removed(name) {
        return Some(format!(
            "Step Functions leaves ${name} out of JSONata; $parse reads a value from JSON text"
        ));
    }
    if let Some((_, help)) = OF_OTHERS
        .iter()
        .find(|(names, _)| names.split(' ').any(|other| other.eq_ignore_ascii_case(name)))
    {
        return Some((*help).to_owned());
    }
    nearest(name, jsonata::function_names()).map(|near| format!("did you mean ${near}?"))
}

/// Functions of other languages, and of the other query language, by their names there.
const OF_OTHERS: [(&str, &str); 15] = [
    (
        "toUpper toUpperCase upper ucase upcase",
        "did you mean $uppercase?",
    ),
    (
        "toLower toLowerCase lower lcase downcase",
        "did you mean $lowercase?",
    ),
    (
        "len size arrayLength",
        "$count counts the items of a list, $length the characters of a text",
    ),
    ("concat format", "& joins texts, $append lists: 'text ' & $value"),
    (
        "includes indexOf startsWith endsWith stringMatches",
        "$contains looks into a text, \"in\" into a list",
    ),
    ("arrayContains has", "write value in list"),
    (
        "toString str stringify toJson jsonStringify jsonToString",
        "did you mean $string?",
    ),
    ("toNumber parseInt parseFloat int float", "did you mean $number?"),
    (
        "parseJson fromJson stringToJson jsonParse loads",
        "did you mean $parse?",
    ),
    ("substr slice mid", "did you mean $substring?"),
    (
        "isEmpty isNull isPresent isDefined empty coalesce default",
        "$exists(value) says whether it is there",
    ),
    ("push add arrayConcat", "did you mean $append?"),
    (
        "first last head arrayGetItem",
        "write list[0], or list[-1] for the last item",
    ),
    ("md5 sha1 sha256", "did you mean $hash?"),
    ("jsonMerge assign objectAssign", "did you mean $merge?"),
];
