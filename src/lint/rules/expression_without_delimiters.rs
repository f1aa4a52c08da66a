//! # What it does
//! Finds texts of JSONata states that are an expression but lack its `{%` and `%}`: they read `$states`, read a variable
//! that is assigned, or call a function. Half of the delimiters is none: `% $x %`, `{ $x }`, `{{ $x }}`.
//!
//! # Why
//! Such a text is not evaluated: the function gets `"$states.input.order.id"` instead of the order's id. AWS says
//! nothing where the field takes any text.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Ship", "States": {
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}",
//!     "Arguments": {"orderId": "$states.input.order.id"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Ship", "States": {
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}",
//!     "Arguments": {"orderId": "{% $states.input.order.id %}"}, "End": true}}}
//! ```
//!
//! # Source
//! [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::templates::{self, Text, is_code, lacks_delimiters};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "expression-without-delimiters",
    summary: "A JSONata expression that is passed as plain text",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// Delimiters of which a part is missing, and those of other languages. `{%` without `%}` AWS rejects.
const HALVES: [(&str, &str); 5] = [("{{%", "%}}"), ("{{", "}}"), ("<%", "%>"), ("%", "%"), ("{", "}")];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let is_variable = |name: &str| cx.assignments().is_possible(state, name);
        templates::texts(cx, state, &mut |place| out.extend(look(cx, &place, is_variable)));
    }
}

fn look(cx: &Context<'_>, place: &Text<'_>, is_variable: impl Fn(&str) -> bool) -> Option<Finding> {
    let text = place.node.as_str().filter(|_| !place.node.has_placeholder())?.trim();
    let key = place.part.as_ref().map(|part| &*part.member.key);
    // Nothing else has `$states`.
    let own = text.starts_with("$states.") || !key.is_some_and(is_code);
    let inner = HALVES.iter().find_map(|(start, end)| text.strip_prefix(start)?.strip_suffix(end));
    let inner = inner.unwrap_or(text).trim();
    if !own || !lacks_delimiters(inner, is_variable) {
        return None;
    }
    let expression = format!("{{% {inner} %}}");
    let finding = cx
        .at(place.node, format!("'{text}' is passed as text: it does not stand between {{% and %}}"))
        .with_label("not evaluated")
        .with_help(format!("write \"{expression}\""));
    let sure = if is_plain(inner) { Applicability::Safe } else { Applicability::Unsafe };
    let edit = edits::replace_string(place.node, &expression);
    Some(edits::offer(finding, "Put it between {% and %}", sure, edits::one(edit)))
}

/// Whether a text is names behind what every field may read: surely an expression, and one that AWS takes there.
fn is_plain(text: &str) -> bool {
    let names = ["$states.input", "$states.context"].iter().find_map(|start| text.strip_prefix(start));
    names.is_some_and(|names| {
        names.is_empty() || (names.starts_with('.') && names.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.'))
    })
}
