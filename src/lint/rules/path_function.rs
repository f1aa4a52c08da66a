//! # What it does
//! Finds paths that end in a function, as other implementations of JSONPath have them: `$.items.length()`, `$.prices.max()`.
//!
//! # Why
//! Step Functions has no functions in paths. AWS takes the definition, looks for a member that is called `length()`, and
//! the state fails with `States.Runtime`, which nothing catches.
//!
//! # Example
//! ```json
//! {"StartAt": "Count", "States": {
//!   "Count": {"Type": "Pass", "Parameters": {"count.$": "$.items.length()"}, "End": true}}}
//! ```
//!
//! # Use instead
//! An intrinsic function, or JSONata.
//! ```json
//! {"StartAt": "Count", "States": {
//!   "Count": {"Type": "Pass", "Parameters": {"count.$": "States.ArrayLength($.items)"}, "End": true}}}
//! ```
//!
//! # Source
//! [Intrinsic functions for JSONPath states](https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html).

use std::ops::Range;

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::jsonpath::{Path, StepKind};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::Compiled;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "path-function",
    summary: "A function in a path, which is never called",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// The functions of Jayway's JSONPath, and what does their work in JSONata.
const FUNCTIONS: [(&str, &str); 9] = [
    ("length", "$count"),
    ("size", "$count"),
    ("min", "$min"),
    ("max", "$max"),
    ("avg", "$average"),
    ("sum", "$sum"),
    ("keys", "$keys"),
    ("concat", "$join"),
    ("append", "$append"),
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for text in &cx.references(state).texts {
            for (path, part) in text.paths() {
                // AWS was seen to look for a member of that name [awsdocs#5].
                if let Some((of, name, instead)) = function(path) {
                    let whole = matches!(text.compiled, Compiled::Path(_));
                    out.push(finding(cx, cx.machine.node(text.node), part, (of, name, instead), whole));
                }
            }
        }
    }
}

/// The path up to a function that it ends in, the function, and JSONata's.
fn function(path: &Path) -> Option<(&str, &'static str, &'static str)> {
    let StepKind::Property(name) = &path.steps().last()?.kind else {
        return None;
    };
    let name = name.strip_suffix("()")?;
    let (name, instead) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    let of = path.text().trim_end().strip_suffix("()")?.strip_suffix(name)?.strip_suffix('.')?;
    Some((of, name, instead))
}

/// `whole`: the text is nothing but the path.
fn finding(
    cx: &Context<'_>,
    node: NodeRef<'_>,
    part: Range<usize>,
    (of, name, instead): (&str, &str, &str),
    whole: bool,
) -> Finding {
    let message = format!("'{name}()' is no function here: the path looks for a member of that name");
    let finding = cx.at_part(node, part, message).with_label("fails at run time");
    // Only a template's field takes a call.
    let in_template = node.key().is_some_and(|key| key.ends_with(".$"));
    if matches!(name, "length" | "size") && in_template {
        let call = format!("States.ArrayLength({of})");
        let edit = if whole { edits::replace_string(node, &call) } else { None };
        let finding = finding.with_help(format!("write \"{call}\""));
        return edits::offer(finding, format!("Change to '{call}'"), Applicability::Unsafe, edits::one(edit));
    }
    finding.with_help(format!("work it out in a JSONata state, with {instead}, or in a state before"))
}
