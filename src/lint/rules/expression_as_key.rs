//! # What it does
//! Finds paths, calls and JSONata expressions that stand as the key of a member: `"$.id": 1`, `"{% $name %}": 1`.
//!
//! # Why
//! Only values are evaluated. The member is called `$.id`, and whoever looks for the value of `id` finds nothing.
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
use crate::diagnostics::{Finding, Severity};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, delimited};
use crate::expr::jsonpath::Path;
use crate::lint::{Confidence, Context, Group, Rule, templates};

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
