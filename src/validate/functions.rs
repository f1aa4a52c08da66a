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
    nearest(name, jsonata::function_names()).map(|near| format!("did you mean ${near}?"))
}
