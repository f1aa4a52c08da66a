//! JSONata where it stands: whether it parses, and whether what it refers to is there.

use super::report::Phase;
use super::structure::Site;
use super::{Context, SCHEMA, doc_pages, functions, messages, open_expressions, values};
use crate::asl::fields::{Field, Kind};
use crate::asl::{StateType, context_object};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Help, Severity, Span, joined, nearest};
use crate::expr::jsonata::compiled::Compiled;
use crate::expr::jsonata::{Delimited, Expression, compiled, delimited};
use crate::source::{NodeRef, placeholder};

pub(super) const UNSUPPORTED: &str = "UNSUPPORTED_JSONATA_EXPRESSION";

/// Members of `$states` that are there everywhere.
const EVERYWHERE: [&str; 2] = ["input", "context"];

/// Checks every string in the value of `field`, at any depth: inside a payload all keys are alike, `Next` and
/// `Comment` included [floci#2670, measured].
pub(super) fn check(context: &mut Context<'_>, node: NodeRef<'_>, field: &Field, site: Site) {
    if let Some(text) = node.as_str() {
        string(context, node, text, field, site);
    }
    for member in node.members() {
        check(context, node.document().node(member.value), field, site);
    }
    for item in node.items() {
        check(context, item, field, site);
    }
}

/// What AWS refuses in an expression whatever field it stands in: names that only an input document could give.
/// Messages with their bytes in the expression.
pub(super) fn refusals(expression: &Expression) -> Vec<(String, std::ops::Range<usize>)> {
    let uses = expression.uses();
    let names = uses
        .top_level_names
        .iter()
        .map(|name| (messages::top_level_name(&name.name), name.span.clone()));
    let roots = uses.variables.iter().filter(|variable| variable.name == "$");
    names
        .chain(roots.map(|root| (messages::ROOT_VARIABLE.to_owned(), root.span.clone())))
        .collect()
}

/// What takes the line break from an expression in a block of YAML, where it is all that is wrong.
fn without_line_break(node: NodeRef<'_>, text: &str) -> Option<Fix> {
    let whole = text.trim_end_matches('\n');
    let source = node.document().file().text().get(node.span().range())?;
    let header = source.strip_prefix(['|', '>'])?;
    if whole == text || !matches!(delimited(whole), Delimited::Expression(_)) {
        return None;
    }
    let keeps = usize::from(header.starts_with('+'));
    let at = node.span().start as usize + 1;
    header[keeps..]
        .trim_start_matches(' ')
        .starts_with(['\n', '\r'])
        .then(|| Fix {
            title: "Leave the line break out".to_owned(),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                span: Span::new(at, at + keeps),
                text: "-".to_owned(),
            }],
        })
}

fn string(context: &mut Context<'_>, node: NodeRef<'_>, text: &str, field: &Field, site: Site) {
    let range = match delimited(text) {
        Delimited::Literal => return,
        Delimited::Unbalanced => {
            let finding = Finding::error(SCHEMA, messages::DELIMITERS, node.token_span())
                .with_location(node.location())
                .with_documentation(doc_pages::JSONATA);
            let finding = match without_line_break(node, text) {
                Some(fix) => finding
                    .with_help("the line break at the end is a part of the text: write - behind the | or >")
                    .with_fix(fix),
                None => finding.with_help("write {% expression %}, with nothing around it"),
            };
            context.report.add(Phase::Schema, finding);
            return;
        }
        Delimited::Expression(range) => range,
    };
    let source = &text[range.clone()];
    let place = |span: std::ops::Range<usize>| {
        values::inside(node, Span::new(range.start + span.start, range.start + span.end))
    };
    let compile = |source: &str| {
        let compiled = compiled::jsonata(node.document(), source);
        compiled.and_then(|known| known.check_for_definition().map(|()| known))
    };
    let mut compiled = compile(source);
    if compiled.is_err() && placeholder::is_in(source) {
        // What a template fills in later may make it whole.
        let Some(filled) = open_expressions::filled(source) else {
            return;
        };
        let mut tried = filled.iter().map(|filled| compile(filled));
        let Some(first) = tried.next() else { return };
        // Whatever is filled in, there is the same mistake.
        let same = |other: &Compiled| match (&first, other) {
            (Err(first), Err(other)) => first.message == other.message && first.span == other.span,
            _ => false,
        };
        match first.is_ok() || tried.all(|other| same(&other)) {
            true => compiled = first,
            false => return,
        }
    }
    let expression = match compiled {
        Ok(expression) => expression,
        Err(error) => {
            let mut finding = Finding::error("INVALID_JSONATA_EXPRESSION", error.message, place(error.span))
                .with_location(node.location())
                .with_documentation(doc_pages::JSONATA);
            finding.help = operator(source).map(str::to_owned);
            context.report.add(Phase::Schema, finding);
            return;
        }
    };
    let uses = expression.uses();
    for call in &uses.calls {
        if let Some(finding) = functions::check(call, place(call.function.span.clone())) {
            let finding = finding
                .with_location(node.location())
                .with_documentation(doc_pages::JSONATA);
            context.report.add(Phase::Warning, finding);
        }
    }
    let mut said: Vec<String> = Vec::new();
    // One statement a name and field [floci#2670, measured].
    let mut say = |context: &mut Context<'_>, severity, message: String, span: Span, help: Help| {
        if !said.contains(&message) {
            let finding = Finding::new(severity, UNSUPPORTED, message.clone(), span)
                .with_location(node.location())
                .with_documentation(doc_pages::JSONATA)
                .with_help(help);
            let phase = if severity == Severity::Error {
                Phase::Schema
            } else {
                Phase::Warning
            };
            context.report.add(phase, finding);
            said.push(message);
        }
    };
    for name in &uses.top_level_names {
        let help = if name.name == "$" {
            "the input is $states.input".into()
        } else if name.name == "States" {
            INTRINSICS.into()
        } else if name.name == "states" {
            Help::asks_plainly("$states")
        } else if EVERYWHERE.contains(&&*name.name) || available(field.name, site.kind) == Some(&*name.name) {
            Help::asks_plainly(format!("$states.{}", name.name))
        } else {
            format!(
                "read the input with $states.input.{0}, or a variable with ${0}",
                name.name
            )
            .into()
        };
        say(
            context,
            Severity::Error,
            messages::top_level_name(&name.name),
            place(name.span.clone()),
            help,
        );
    }
    for variable in &uses.variables {
        if variable.name == "$" {
            let begins = source
                .get(variable.span.end..)
                .and_then(|rest| rest.strip_prefix('.'));
            let member = begins.map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric())
                    .next()
                    .unwrap_or_default()
            });
            let known = member.filter(|name| context_object::members(&[]).contains(name));
            let help = match known {
                Some(name) => {
                    format!("the context object is $states.context: write $states.context.{name}").into()
                }
                None => "the input is $states.input, the context object $states.context".into(),
            };
            say(
                context,
                Severity::Error,
                messages::ROOT_VARIABLE.to_owned(),
                place(variable.span.clone()),
                help,
            );
        }
    }
    for member in &uses.states_members {
        let there = available(field.name, site.kind);
        if EVERYWHERE.contains(&&*member.name) || there == Some(&*member.name) {
            continue;
        }
        let names = EVERYWHERE.iter().copied().chain(there);
        let help = match (nearest(&member.name, names.clone()), &*member.name) {
            (Some(near), _) => Help::asks_plainly(format!("$states.{near}")),
            (None, "result") => {
                "$states.result is there in Assign and Output of Task, Parallel and Map states".into()
            }
            (None, "error" | "Error" | "err" | "Cause") if there == Some("errorOutput") => {
                "the error is $states.errorOutput, with Error and Cause".into()
            }
            (None, "errorOutput") => "$states.errorOutput is there in a catcher's Assign and Output".into(),
            (None, _) => format!("here $states has {}", joined(&names.collect::<Vec<_>>(), "and")).into(),
        };
        // AWS was seen to refuse the two that exist elsewhere. Not seen, and used in the catchers of its own editor's
        // samples: the result there. A name that exists nowhere fails when it is run.
        let severity = match &*member.name {
            "result" if site.kind == Kind::Catcher => Severity::Warning,
            "result" | "errorOutput" => Severity::Error,
            _ => Severity::Warning,
        };
        say(
            context,
            severity,
            messages::states_member(&member.name),
            place(member.span.clone()),
            help,
        );
    }
}

/// What is said of an intrinsic function in an expression.
const INTRINSICS: &str = "States.* are functions of JSONPath: JSONata joins texts with &, and has functions of its own, such \
                          as $uuid(), $count(list) and $string(value)";

/// What JSONata has for an operator of other languages, or of its later versions, that stands in an expression which
/// does not parse.
pub(super) fn operator(source: &str) -> Option<&'static str> {
    const OTHERS: [(&str, &str); 9] = [
        (
            "?.",
            "JSONata gives nothing where a part of a path is missing: write a plain dot",
        ),
        ("=>", "JSONata writes a function as function($x) { ... }"),
        ("==", "JSONata compares with a single ="),
        ("!==", "JSONata compares with !="),
        ("&&", "JSONata says \"and\""),
        ("||", "JSONata says \"or\""),
        ("!", "JSONata says $not(...)"),
        (
            "??",
            "Step Functions' JSONata is 2.0.6, which has no ??: write $exists(x) ? x : y",
        ),
        (
            "?:",
            "Step Functions' JSONata is 2.0.6, which has no ?: without a middle: write x ? x : y",
        ),
    ];
    let mut quote = None;
    for (at, c) in source.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            // `!=` is JSONata's own.
            None if !source[at..].starts_with("!=") || source[at..].starts_with("!==") => {
                // `(?:` is a group of a regular expression.
                let is_group = source[..at].ends_with('(') && source[at..].starts_with("?:");
                let mut others = OTHERS.iter().filter(|_| !is_group);
                if let Some((_, help)) = others.find(|(other, _)| source[at..].starts_with(other)) {
                    return Some(help);
                }
            }
            _ => {}
        }
    }
    None
}

/// The member of `$states` that is there besides those that are everywhere: the result where the state succeeded, the
/// error in a catcher [Transforming data with JSONata: $states].
fn available(field: &str, kind: Kind) -> Option<&'static str> {
    if !matches!(field, "Assign" | "Output") {
        return None;
    }
    match kind {
        Kind::Catcher => Some("errorOutput"),
        Kind::State(StateType::Task | StateType::Parallel | StateType::Map) => Some("result"),
        // What a state of unknown type has is unknown.
        Kind::AnyState => Some("result"),
        _ => None,
    }
}

/// The members of `$states` in the field `field` of a `kind`.
pub(super) fn members(field: &str, kind: Kind) -> impl Iterator<Item = &'static str> {
    EVERYWHERE.into_iter().chain(available(field, kind))
}

#[cfg(test)]
mod tests {
    use super::operator;

    #[test]
    fn what_other_languages_and_later_versions_have_is_told() {
        for (source, expected) in [
            ("$a == 1", "a single ="),
            ("$a && $b", "\"and\""),
            ("$a ?? 1", "$exists(x) ? x : y"),
            ("$a ?: 1", "write x ? x : y"),
        ] {
            assert!(
                operator(source).is_some_and(|help| help.contains(expected)),
                "{source}"
            );
        }
        for source in ["$a != 1 +", "'??' &", "$match($a, /(?:b)/", "$a ? 1 : "] {
            assert_eq!(operator(source), None, "{source}");
        }
    }
}
