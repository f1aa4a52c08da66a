//! Calls of JSONata functions that AWS accepts and that fail when they are run: of functions that Step Functions does
//! not have, and with more or fewer arguments than the function takes.

use crate::diagnostics::{Finding, Help, Span, nearest};
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
pub(super) fn unknown_help(name: &str) -> Option<Help> {
    if jsonata::is_removed(name) {
        return Some(
            format!("Step Functions leaves ${name} out of JSONata; $parse reads a value from JSON text")
                .into(),
        );
    }
    let is_it = |names: &str| names.split(' ').any(|other| other.eq_ignore_ascii_case(name));
    if let Some((_, help)) = OF_OTHERS.iter().find(|(names, _)| is_it(names)) {
        return Some((*help).into());
    }
    let other = SAME_AS
        .iter()
        .find(|(names, _)| is_it(names))
        .map(|(_, own)| *own);
    let near = other.or_else(|| nearest(name, jsonata::function_names()));
    near.map(|near| Help::asks_plainly(format!("${near}")))
}

/// Functions of other languages, and of the other query language, by their names there, and what does the same.
const SAME_AS: [(&str, &str); 9] = [
    ("toUpper toUpperCase upper ucase upcase", "uppercase"),
    ("toLower toLowerCase lower lcase downcase", "lowercase"),
    (
        "toString str stringify toJson jsonStringify jsonToString",
        "string",
    ),
    ("toNumber parseInt parseFloat int float", "number"),
    ("parseJson fromJson stringToJson jsonParse loads", "parse"),
    ("substr slice mid", "substring"),
    ("push add arrayConcat", "append"),
    ("md5 sha1 sha256", "hash"),
    ("jsonMerge assign objectAssign", "merge"),
];

/// Those for which more has to be said.
const OF_OTHERS: [(&str, &str); 6] = [
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
        "isEmpty isNull isPresent isDefined empty coalesce default",
        "$exists(value) says whether it is there",
    ),
    (
        "first last head arrayGetItem",
        "write list[0], or list[-1] for the last item",
    ),
];
