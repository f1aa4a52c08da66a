//! # What it does
//! Finds paths, calls and JSONata expressions that stand as the key of a member: `"$.id": 1`, `"{% $name %}": 1`; and
//! keys that end in `.$` where the value is an expression of JSONata.
//!
//! # Why
//! Only values are evaluated. The member is called `$.id`, and whoever looks for the value of `id` finds nothing. In
//! JSONata `.$` is a part of the name, too: `"id.$": "{% $states.input.id %}"` makes a member `id.$`.
//!
//! # Example
//! ```json
//! {"StartAt": "Count", "States": {
//!   "Count": {"Type": "Task", "Resource": "${CountFunction}", "End": true, "Parameters": {"$.region": 1}}}}
//! ```
//!
//! # Use instead
//! A list of names and values; or, in JSONata, an expression that makes the object.
//! ```json
//! {"StartAt": "Count", "QueryLanguage": "JSONata", "States": {
//!   "Count": {"Type": "Task", "Resource": "${CountFunction}", "End": true,
//!     "Arguments": "{% { $states.input.region: 1 } %}"}}}
//! ```
//!
//! # Source
//! [Manipulate parameters in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html);
//! [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use crate::asl::QueryLanguage;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, delimited};
use crate::expr::jsonpath::Path;
use crate::lint::templates::{self, Part};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "expression-as-key",
    summary: "A path or expression as a key, which is never evaluated",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        templates::members(cx, state, &mut |part| {
            let key = &*part.member.key;
            let name = key.strip_suffix(".$").unwrap_or(key);
            let jsonata = state.query_language == QueryLanguage::Jsonata;
            if jsonata && key.ends_with(".$") && is_expression(part.value) {
                out.push(dollar(cx, &part, name));
                return;
            }
            let evaluated = match state.query_language {
                QueryLanguage::JsonPath => is_path_or_call(name),
                QueryLanguage::Jsonata => matches!(delimited(key), Delimited::Expression(_)),
            };
            if evaluated {
                let message = format!("'{name}' is a name here: keys are never evaluated");
                let finding = cx.at_span(part.member.key_span, message).with_location(part.object.location());
                out.push(finding.with_label("not evaluated").with_help(help(state.query_language)));
            }
        });
    }
}

fn is_expression(node: NodeRef<'_>) -> bool {
    node.as_str().is_some_and(|text| matches!(delimited(text), Delimited::Expression(_)))
}

fn dollar(cx: &Context<'_>, part: &Part<'_>, name: &str) -> Finding {
    let message = format!("'{}' is the name as it stands: .$ means nothing in JSONata", part.member.key);
    let finding = cx.at_span(part.member.key_span, message).with_location(part.object.location());
    let finding = finding.with_help(format!("write \"{name}\""));
    // Both would be one member twice.
    let edit = edits::remove_dollar(part.object, part.member).filter(|_| part.object.member(name).is_none());
    edits::offer(finding, format!("Write '{name}'"), Applicability::Unsafe, edits::one(edit))
}

fn is_path_or_call(name: &str) -> bool {
    let path = ["$.", "$$.", "$["].iter().any(|start| name.starts_with(start));
    (path && Path::parse(name).is_ok()) || (name.starts_with("States.") && Intrinsic::parse(name).is_ok())
}

fn help(language: QueryLanguage) -> &'static str {
    match language {
        QueryLanguage::JsonPath => {
            "give the name as a value beside the other one; JSONPath cannot make the name of a member"
        }
        QueryLanguage::Jsonata => "let one expression make the whole object: \"{% { $name: $value } %}\"",
    }
}
