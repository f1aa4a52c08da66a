//! # What it does
//! Finds error names in `Retry` and `Catch` that begin with `States.` and are none of AWS's, and those of AWS's names
//! that differ in letter case only.
//!
//! # Why
//! Names are compared letter by letter, and no error can have a name that begins with `States.` but AWS's own. The
//! retrier or catcher is never used, and AWS takes the definition without a word.
//!
//! # Example
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "${LoadFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.TimedOut", "states.TaskFailed"]}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "${LoadFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.Timeout", "States.TaskFailed"]}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error names.

use crate::asl::{RESERVED_ERRORS, is_reserved_error};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "misspelt-error-name",
    summary: "An error name that no error has",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.machine.states() {
        let retry = state.retriers.iter().flat_map(|r| &r.errors);
        let catch = state.catchers.iter().flat_map(|c| &c.errors);
        for error in retry.chain(catch) {
            let name = &*error.name;
            let looks_reserved = name
                .get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("States."));
            // A placeholder may become anything.
            if !looks_reserved || is_reserved_error(name) || name.contains("${") {
                continue;
            }
            let node = cx.machine.node(error.node);
            let message = format!("no error is called '{name}': this is never matched");
            let mut finding = cx.at(node, message).with_label("none of AWS's error names");
            match nearest(name) {
                Some(near) => {
                    finding = finding.with_help(format!("did you mean '{near}'?"));
                    // Only a JSON string is replaced as a whole: YAML has other ways to write one.
                    let text = node.document().file().text().get(node.span().range());
                    if text.is_some_and(|text| text.starts_with('"')) {
                        finding = finding.with_fix(Fix {
                            title: format!("Write '{near}'"),
                            applicability: Applicability::Unsafe,
                            edits: vec![Edit {
                                span: node.span(),
                                text: edits::json_string(near),
                            }],
                        });
                    }
                }
                None => {
                    finding = finding.with_help(format!("AWS's names are {}", RESERVED_ERRORS.join(", ")));
                }
            }
            out.push(finding);
        }
    }
}

fn nearest(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    RESERVED_ERRORS
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&known.to_ascii_lowercase(), &lower), known))
        // All begin alike, which jaro_winkler makes much of.
        .filter(|(likeness, _)| *likeness >= 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
