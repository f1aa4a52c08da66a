//! JSONPaths and reference paths in fields.

use super::report::Phase;
use super::{Context, SCHEMA, doc_pages, messages, values};
use crate::asl::fields::Kind;
use crate::diagnostics::{Finding, Span};
use crate::expr::jsonpath::{ParseErrorKind, Path, ReferenceKind, Root};
use crate::expr::{Expression, ExpressionError, intrinsic};
use crate::source::NodeRef;

/// A field that takes any path.
pub(super) fn path(context: &mut Context<'_>, node: NodeRef<'_>) {
    let Some(text) = unfilled(node) else { return };
    if let Err(error) = Path::parse(text) {
        invalid(
            context,
            node,
            messages::JSONPATH.to_owned(),
            error.span,
            &error.to_string(),
        );
    }
}

/// A field that takes a reference path: one that may begin in the context object if `from_context`, and one that is
/// written to, from `$` only, if `written`.
pub(super) fn reference(
    context: &mut Context<'_>,
    node: NodeRef<'_>,
    kind: Kind,
    from_context: bool,
    written: bool,
) {
    let Some(text) = unfilled(node) else { return };
    let in_rule = matches!(kind, Kind::ChoiceRule | Kind::NestedRule);
    let path = match Path::parse(text) {
        Ok(path) => path,
        Err(error) => {
            // A Choice rule's words differ from those of the other fields [pf-sfn-asl-jsonpath-syntax, measured].
            let message = match (in_rule, error.kind) {
                (false, _) => messages::JSONPATH.to_owned(),
                (true, ParseErrorKind::NoRoot) => {
                    messages::reference_path(Some(&ReferenceKind::NoRoot.to_string()))
                }
                (true, _) => messages::reference_path(reason(text)),
            };
            return invalid(context, node, message, error.span, &error.to_string());
        }
    };
    if let Err(error) = path.check_reference() {
        // Other fields were told without a reason [pf-sfn-asl-jsonpath-syntax].
        let message = messages::reference_path(reason(text).filter(|_| in_rule));
        return invalid(context, node, message, error.span, &error.to_string());
    }
    let allowed = match path.root() {
        Root::Input => true,
        Root::Context => from_context,
        // Variables stand in every path field but ResultPath [Passing data between states with variables].
        Root::Variable(_) => !written,
    };
    if !allowed {
        let reason = ReferenceKind::ForeignRoot.to_string();
        let span = Span::new(0, text.len());
        invalid(context, node, messages::reference_path(None), span, &reason);
    }
}

/// AWS's own reason why `text`, of a Choice rule, is no reference path, where it is known: a bracket that holds neither a name
/// in quotes nor an index, behind what is in order. It was quoted of `$.item[$$.Execution.Id]S` [ts2asl#912]; that `[*]` and
/// `[?(...)]` have it alike is inferred.
fn reason(text: &str) -> Option<&'static str> {
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(char),
            (None, '[') if !next.is_some_and(|next| matches!(next, '\'' | '"' | '0'..='9')) => {
                let before = Path::parse(&text[..at]).ok()?;
                before.check_reference().ok()?;
                return Some("'[' must be followed by ' or '['");
            }
            (None, _) => {}
        }
    }
    None
}

/// A string that no template fills in.
pub(super) fn unfilled(node: NodeRef<'_>) -> Option<&str> {
    node.as_str().filter(|_| !node.has_placeholder())
}

/// Says what is wrong with a path, at its place in the string.
fn invalid(context: &mut Context<'_>, node: NodeRef<'_>, message: String, span: Span, reason: &str) {
    let finding = Finding::error(SCHEMA, message, values::inside(node, span))
        .with_location(node.location())
        .with_documentation(doc_pages::PATHS)
        .with_label(reason);
    context.report.add(Phase::Schema, finding);
}

/// `ErrorPath` and `CausePath`: a path, or a call that gives a string [Fail workflow state].
pub(super) fn path_or_call(context: &mut Context<'_>, node: NodeRef<'_>) {
    let Some(text) = unfilled(node) else { return };
    match Expression::parse(text) {
        Ok(Expression::Intrinsic(call)) if !call.call().function.gives_text => {
            let span = call.call().span;
            let reason = format!("{} does not give a string", call.call().function.name);
            invalid(context, node, messages::JSONPATH.to_owned(), span, &reason);
        }
        Ok(_) => {}
        Err(error) => invalid(
            context,
            node,
            messages::JSONPATH.to_owned(),
            error.span(),
            &error.to_string(),
        ),
    }
}

/// The function that a call of an unknown one probably means.
pub(super) fn nearest_function(error: &ExpressionError) -> Option<&'static str> {
    match error {
        ExpressionError::Intrinsic(error) => match error.kind {
            intrinsic::ParseErrorKind::UnknownFunction { nearest, .. } => nearest,
            _ => None,
        },
        ExpressionError::Path(_) => None,
    }
}
