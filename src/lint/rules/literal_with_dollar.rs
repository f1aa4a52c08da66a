//! # What it does
//! Finds members of payload templates whose key ends in `.$` and whose value is a plain one: a number, an object, a text
//! that is neither a path nor a call of an intrinsic function.
//!
//! # Why
//! `.$` says that the value is to be evaluated, so AWS rejects the definition. `validate` says that, too; here
//! `--fix` corrects it.
//!
//! # Example
//! ```json
//! {"StartAt": "Greet", "States": {
//!   "Greet": {"Type": "Pass", "Parameters": {"retries.$": 3, "greeting.$": "Hello, you"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Greet", "States": {
//!   "Greet": {"Type": "Pass", "Parameters": {"retries": 3, "greeting": "Hello, you"}, "End": true}}}
//! ```
//!
//! # Source
//! [Manipulate parameters in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html):
//! key-value pairs.

use crate::asl::QueryLanguage;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonpath::Path;
use crate::lint::templates::{self, Part};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeKind;

pub(super) static RULE: Rule = Rule {
    name: "literal-with-dollar",
    summary: "A plain value under a key that ends in .$",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.query_language == QueryLanguage::JsonPath {
            templates::members(cx, state, &mut |part| out.extend(look(cx, &part)));
        }
    }
}

fn look(cx: &Context<'_>, part: &Part<'_>) -> Option<Finding> {
    let name = part.member.key.strip_suffix(".$")?;
    let (what, sure) = match part.value.kind() {
        NodeKind::Placeholder(_) => return None,
        NodeKind::String(text) => {
            // A path or call that is written wrong is another matter.
            let meant = text.starts_with('$') || text.starts_with("States.") || text.contains("${");
            if meant || Path::parse(text).is_ok() || Intrinsic::parse(text).is_ok() {
                return None;
            }
            // `order.id` may have lost its `$.`; words with blanks between them are a text.
            let sure = text.contains(char::is_whitespace) || text.is_empty();
            (format!("'{text}'"), sure)
        }
        NodeKind::Object(_) => ("an object".to_owned(), false),
        _ => (part.value.to_value().to_json(), true),
    };
    let finding = cx
        .at(part.value, format!("{what} is no path, and '{}' ends in .$", part.member.key))
        .with_label("AWS refuses this")
        .with_related(part.member.key_span, "this key")
        .with_help(format!("write \"{name}\", or a path such as \"$.{name}\" for its value"));
    let sure = if sure { Applicability::Safe } else { Applicability::Unsafe };
    let taken = part.object.member(name).is_some();
    let edit = edits::remove_dollar(part.object, part.member).filter(|_| !taken);
    Some(edits::offer(finding, format!("Write '{name}'"), sure, edits::one(edit)))
}
