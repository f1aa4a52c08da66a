//! # What it does
//! Finds paths into the context object (`$$.Execution.Idd`, `$states.context.State.Nmae`) that it does not have.
//!
//! # Why
//! A path that leads nowhere fails the state when it runs; AWS does not check it when the definition is created.
//!
//! # Example
//! ```json
//! {"StartAt": "Log", "States": {
//!   "Log": {"Type": "Pass", "Parameters": {"run.$": "$$.Execution.ID"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Log", "States": {
//!   "Log": {"Type": "Pass", "Parameters": {"run.$": "$$.Execution.Id"}, "End": true}}}
//! ```
//!
//! # Source
//! [Accessing execution data from the Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use std::ops::Range;

use crate::asl::context_object;
use crate::diagnostics::{Applicability, Finding, Help, Severity, self};
use crate::expr::jsonpath::Root;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::{Compiled, leading_names};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "unknown-context-path",
    summary: "A path that the context object does not have",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

const JSONATA: &str = "$states.context.";

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.states() {
        for text in &cx.references(state).texts {
            let mut unknown: Vec<Unknown> = Vec::new();
            for (path, part) in text.paths() {
                if *path.root() == Root::Context {
                    let names: Vec<&str> = leading_names(path).collect();
                    unknown.extend(missing(&names).map(|(name, near)| Unknown::new("$$.", name, near, part.start)));
                }
            }
            if let Compiled::Jsonata(expression) = &text.compiled {
                for path in &expression.uses().states_paths {
                    let names: Vec<&str> = path.names.iter().map(String::as_str).collect();
                    let start = text.start + path.span.start;
                    if let ["context", names @ ..] = &names[..] {
                        unknown.extend(missing(names).map(|(name, near)| Unknown::new(JSONATA, name, near, start)));
                    }
                }
            }
            out.extend(unknown.iter().map(|unknown| unknown.finding(cx, cx.machine.node(text.node))));
        }
    }
}

/// A path up to its first name that does not exist.
struct Unknown {
    path: String,
    /// The name that was meant, in place of the path's last.
    near: Option<&'static str>,
    /// Its bytes in the decoded string.
    part: Range<usize>,
}

impl Unknown {
    fn new(root: &str, names: String, near: Option<&'static str>, start: usize) -> Unknown {
        let path = format!("{root}{names}");
        Unknown {
            part: start..start + path.len(),
            path,
            near,
        }
    }

    fn finding(&self, cx: &Context<'_>, node: NodeRef<'_>) -> Finding {
        let message = format!("the context object has no {}", self.path);
        let finding = cx.at(node, message).with_label("fails at run time");
        let Some(near) = self.near else {
            return finding.with_help("it has Execution, State, StateMachine, Task and Map");
        };
        let name = self.path.rsplit('.').next().unwrap_or_default();
        let at = self.part.end - name.len()..self.part.end;
        // The path as it is written may have brackets.
        let written = node.as_str().and_then(|text| text.get(self.part.clone())) == Some(&self.path);
        let edit = if written { edits::replace_part(node, at, near) } else { None };
        let sure = match strsim::damerau_levenshtein(&name.to_ascii_lowercase(), &near.to_ascii_lowercase()) {
            0 | 1 => Applicability::Safe,
            _ => Applicability::Unsafe,
        };
        let finding = finding.with_help(Help::asks_plainly(near));
        edits::offer(finding, format!("Write '{near}'"), sure, edits::one(edit))
    }
}

/// The first part of a path that does not exist, up to and with the missing name, and the name that is nearest.
fn missing(names: &[&str]) -> Option<(String, Option<&'static str>)> {
    for (at, name) in names.iter().enumerate() {
        let known = context_object::members(&names[..at]);
        if known.is_empty() || name.is_empty() {
            return None;
        }
        if !known.contains(name) {
            let near = diagnostics::nearest(name, known.iter().copied());
            return Some((names[..=at].join("."), near));
        }
    }
    None
}
