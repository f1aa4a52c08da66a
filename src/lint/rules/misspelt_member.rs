//! # What it does
//! Finds members that are read once, of a name that is very near to another: no state writes `$.aproval`, but one writes
//! `$.approval`, or other states read that. Near is a name that differs in the case of its letters, or by a letter too
//! many, one too few or two swapped inside a word. What is looked at comes from the execution's input, or from whoever
//! answers a task. A member that some state asks for with `IsPresent` or `$exists` is left alone.
//!
//! # Why
//! Nothing is wrong with such a path until it runs: the input may have that member. Where it has not, the state fails with
//! `States.Runtime`, which no catcher handles; in JSONata an expression goes on without the value.
//!
//! # Example
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "${AskFunction}", "ResultPath": "$.approval", "Next": "Tell"},
//!   "Tell": {"Type": "Pass", "Parameters": {"by.$": "$.aproval.by"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "${AskFunction}", "ResultPath": "$.approval", "Next": "Tell"},
//!   "Tell": {"Type": "Pass", "Parameters": {"by.$": "$.approval.by"}, "End": true}}}
//! ```
//!
//! # Source
//! [Input and output processing](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html).

use crate::diagnostics::{Applicability, Finding, Help, Severity};
use crate::lint::{Confidence, Context, Group, Misspelt, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "misspelt-member",
    summary: "A member of a name that is nearly another's",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    out.extend(cx.misspelt().iter().map(|misspelt| finding(cx, misspelt)));
}

fn finding(cx: &Context<'_>, misspelt: &Misspelt) -> Finding {
    let Misspelt {
        path, name, meant, part, ..
    } = misspelt;
    let node = cx.machine.node(misspelt.node);
    let instead = match misspelt.ends_in_name {
        true => format!("{}{meant}", &path[..path.len() - name.len()]),
        false => meant.to_string(),
    };
    let message = match misspelt.read {
        None => format!("no state writes '{path}', but there is '{instead}'"),
        Some(_) => format!("'{path}' is read here alone, and '{instead}' elsewhere"),
    };
    let finding = cx.at_part(node, part.clone(), message).with_help(Help::asks(&*instead));
    let finding = match misspelt.read {
        Some(read) => finding.with_related(cx.machine.node(read).token_span(), "read here"),
        None => finding,
    };
    let edit = match misspelt.ends_in_name {
        true => edits::replace_part(node, part.end - name.len()..part.end, meant),
        false => None,
    };
    // Names that differ in their letters' case alone are one name to whoever wrote them.
    let sure = match misspelt.read.is_none() && name.eq_ignore_ascii_case(meant) {
        true => Applicability::Safe,
        false => Applicability::Unsafe,
    };
    edits::offer(finding, format!("Write '{instead}'"), sure, edits::one(edit))
}
